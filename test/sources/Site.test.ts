import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { Intake } from "../../src/outbox/Intake.ts"
import { Pages } from "../../src/sources/Pages.ts"
import { Database } from "../../src/storage/Database.ts"
import {
  askedOnly,
  asker,
  hour,
  layer,
  makeClock,
  pollNow,
  product,
  queue,
  readOf,
  serveSite,
  shelf,
  siteOf,
  sourceAt
} from "./polling.ts"

const day = 24 * hour

const sitemap = (urls: ReadonlyArray<string>, base: string, end = "</urlset>") =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls
    .map((url) => `<url><loc>${base}${url}</loc></url>`)
    .join("")}${end}`

const captcha =
  "<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"

/** A shop of five products and a sitemap that names them. */
const shop = Effect.gen(function* () {
  const names = ["a", "b", "c", "d", "e"]
  const site = siteOf(Object.fromEntries(names.map((name) => [`/p/${name}`, product(`Lamp ${name}`)])))
  const server = yield* serveSite(site)
  const names_ = (some: ReadonlyArray<string>, end?: string) =>
    site.set("/sitemap.xml", {
      body: sitemap(
        some.map((name) => `/p/${name}`),
        server.url,
        end
      )
    })
  names_(names)
  return { site, server, names: names_, asked: asker(server) }
})

/** What readers are told, or are about to be told, that it is not for sale. */
const toldGone = Effect.flatMap(Database, (database) =>
  database.read("look", (db) =>
    db.all(
      `SELECT payload ->> 'title' AS title FROM told JOIN item_payload USING (item_id) JOIN item ON item.id = item_id
       WHERE gone = 1 OR (absent_at IS NOT NULL AND look_at IS NOT NULL)`
    )
  )
)

const timed = <A, E, R>(run: (forward: (ms: number) => Effect.Effect<void>) => Effect.Effect<A, E, R>) => {
  const { clock, forward } = makeClock()
  return run(forward).pipe(Effect.withClock(clock), Effect.provide(layer))
}

describe("a site", () => {
  it.scopedLive("is visited a few pages a poll, and its first sight lasts until all were seen once", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { asked, names, server, site } = yield* shop
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", pages: 2, start: 1 })
        assert.strictEqual(readOf(yield* pollNow(source)).admission.items, 2)
        askedOnly(asked(), ["/sitemap.xml", "/robots.txt", "/p/a", "/p/b"])
        yield* forward(60_000)
        yield* pollNow(source)
        askedOnly(asked(), ["/sitemap.xml", "/p/c", "/p/d"])
        yield* forward(60_000)
        yield* pollNow(source)
        askedOnly(asked(), ["/sitemap.xml", "/p/e"])
        assert.strictEqual((yield* queue).length, 1, "the newest one, of the first poll")
        site.set("/p/f", { body: product("Lamp f") })
        names(["f", "a", "b", "c", "d", "e"])
        yield* forward(60_000)
        assert.strictEqual(readOf(yield* pollNow(source)).admission.fresh, 1)
        askedOnly(asked(), ["/sitemap.xml", "/p/f"])
        assert.include(yield* queue, "Lamp f")
      })
    )
  )

  it.scopedLive(
    "is asked again for pages whose time has come, and those that have not changed are not read",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { asked, server, site } = yield* shop
          site.set("/p/a", { body: product("Lamp a"), headers: { etag: '"1"' } })
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
          yield* pollNow(source)
          asked()
          yield* forward(hour)
          assert.strictEqual((yield* pollNow(source))._tag, "Same")
          askedOnly(asked(), ["/sitemap.xml", ...["a", "b", "c", "d", "e"].map((name) => `/p/${name}`)])
          yield* forward(hour)
          site.set("/p/b", { body: product("Lamp b", "14.90") })
          const { admission } = readOf(yield* pollNow(source))
          assert.deepInclude(admission, { items: 1, updated: 1, fresh: 0, gone: 0 })
          assert.strictEqual(server.seen.at(-5)?.headers["if-none-match"], '"1"')
        })
      )
  )

  it.scopedLive("is visited as its robots.txt permits, at the pace it wishes", () =>
    timed(() =>
      Effect.gen(function* () {
        const { asked, server, site } = yield* shop
        const body = "User-agent: oncecast\nDisallow: /p/c\nCrawl-delay: 0.2\n"
        site.set("/robots.txt", { body })
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
        const before = performance.now()
        const { admission, document } = readOf(yield* pollNow(source))
        assert.isAtLeast(performance.now() - before, 3 * 200 - 20, "three gaps between four visits")
        assert.strictEqual(admission.items, 4)
        assert.include(document.faults.join(), "1 page closed to programs like us by robots.txt")
        askedOnly(asked(), ["/sitemap.xml", "/robots.txt", "/p/a", "/p/b", "/p/d", "/p/e"])
      })
    )
  )

  it.scopedLive("permits nothing while its robots.txt cannot be had, and everything when it has none", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { asked, server, site } = yield* shop
        site.set("/robots.txt", { status: 503 })
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", pages: 2 })
        assert.deepInclude(yield* pollNow(source), { _tag: "Failed" })
        askedOnly(asked(), ["/sitemap.xml", "/robots.txt"])
        site.delete("/robots.txt")
        yield* forward(hour)
        assert.strictEqual(readOf(yield* pollNow(source)).admission.items, 2)
      })
    )
  )

  it.scopedLive(
    "that shows a bot check is left alone at once, keeps what it gave before, and loses nothing",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { asked, server, site } = yield* shop
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
          site.set("/p/c", { body: captcha })
          const polled = yield* pollNow(source)
          if (polled._tag !== "Failed") return assert.fail(polled._tag)
          assert.include(polled.error.message, "bot check (Cloudflare)")
          askedOnly(asked(), ["/sitemap.xml", "/robots.txt", "/p/a", "/p/b", "/p/c"])
          assert.deepStrictEqual((yield* shelf).there, ["Lamp a", "Lamp b"])
          site.set("/p/c", { body: product("Lamp c") })
          yield* forward(hour)
          yield* pollNow(source)
          assert.lengthOf((yield* shelf).there, 5)
        })
      )
  )

  it.scopedLive(
    "that names a page no more has its item marked gone after an hour, by complete lists only",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { names, server } = yield* shop
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
          yield* pollNow(source)
          names(["a"], "<url><lo")
          yield* forward(2 * hour)
          yield* pollNow(source)
          yield* forward(2 * hour)
          yield* pollNow(source)
          assert.deepStrictEqual((yield* shelf).gone, [], "cut off: it proves nothing")
          names(["a", "b", "c", "d"])
          yield* forward(hour)
          assert.strictEqual(readOf(yield* pollNow(source)).admission.gone, 0, "not believed at once")
          names(["d", "c", "b", "a"])
          yield* forward(2 * hour)
          assert.strictEqual(readOf(yield* pollNow(source)).admission.gone, 1)
          assert.deepStrictEqual((yield* shelf).gone, ["Lamp e"])
          names(["a", "b", "c", "d", "e"])
          yield* forward(hour)
          yield* pollNow(source)
          assert.deepStrictEqual((yield* shelf).gone, [], "it is back")
        })
      )
  )

  it.scopedLive("that lost an item just when the process ended has it marked gone by the next poll", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { names, server, site } = yield* shop
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
        yield* pollNow(source)
        names(["a", "b", "c", "d"])
        yield* forward(hour)
        yield* pollNow(source)
        site.set("/p/a", { status: 410 })
        names(["d", "c", "b", "a"])
        yield* forward(2 * hour)
        const ending = pollNow(source).pipe(
          Effect.updateService(Intake, (intake) => ({
            ...intake,
            leave: () => Effect.die("the process ends")
          }))
        )
        assert.isTrue(Exit.isFailure(yield* Effect.exit(ending)))
        assert.deepStrictEqual((yield* shelf).gone, [], "the page is forgotten, its item not marked yet")
        yield* forward(60_000)
        yield* pollNow(source)
        assert.sameMembers([...(yield* shelf).gone], ["Lamp a", "Lamp e"])
      })
    )
  )

  it.scopedLive(
    "whose page is gone for good has its item marked; a page that fails is asked ever less often",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { asked, server, site } = yield* shop
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
          yield* pollNow(source)
          site.set("/p/a", { status: 410 })
          site.set("/p/b", { status: 500 })
          yield* forward(hour)
          yield* pollNow(source)
          assert.deepStrictEqual((yield* shelf).gone, ["Lamp a"])
          asked()
          yield* forward(hour)
          yield* pollNow(source)
          askedOnly(asked(), ["/sitemap.xml", "/p/c", "/p/d", "/p/e"])
          yield* forward(day)
          yield* pollNow(source)
          assert.includeMembers(asked(), ["/p/a", "/p/b"])
        })
      )
  )

  it.scopedLive("whose product loses its number for a while has it neither gone nor twice", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", start: "all" })
        yield* pollNow(source)
        const numbered = product("Lamp a")
        const unnumbered = numbered.replace('"sku":"Lamp a",', "")
        for (const body of [unnumbered, numbered, unnumbered]) {
          site.set("/p/a", { body })
          yield* forward(hour)
          assert.deepInclude(readOf(yield* pollNow(source)).admission, {
            items: 1,
            fresh: 0,
            known: 1,
            gone: 0
          })
          assert.deepStrictEqual((yield* shelf).gone, [])
        }
        assert.strictEqual((yield* queue).length, 5)
        site.set("/p/a", { status: 410 })
        yield* forward(hour)
        yield* pollNow(source)
        assert.deepStrictEqual((yield* shelf).gone, ["Lamp a"])
      })
    )
  )

  it.scopedLive("finds its pages through the sitemaps of an index", () =>
    timed(() =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        site.set("/index.xml", {
          body: `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>${server.url}/sitemap.xml</loc></sitemap></sitemapindex>`
        })
        yield* pollNow(sourceAt(server, { kind: "sitemap", url: "/index.xml" }))
        assert.lengthOf((yield* shelf).there, 5)
      })
    )
  )

  it.scopedLive("whose own page is a list has its products visited; one product is a whole document", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        site.set("/lamps", { body: '<html><body><a href="/p/a">a</a><a href="/p/b">b</a></body></html>' })
        yield* pollNow(sourceAt(server, { kind: "page", url: "/lamps", links: ["/p/*"] }))
        assert.deepStrictEqual((yield* shelf).there, ["Lamp a", "Lamp b"])
        const links = ["/p/*"]
        const single = { ...sourceAt(server, { kind: "page", url: "/p/c", links }), burst: false as const }
        assert.strictEqual(readOf(yield* pollNow(single)).admission.items, 1)
        yield* forward(hour)
        assert.strictEqual((yield* pollNow(single))._tag, "Same")
        site.set("/robots.txt", { body: "User-agent: *\nDisallow: /" })
        yield* forward(day)
        assert.deepInclude(yield* pollNow(single), { _tag: "Failed" })
      })
    )
  )

  it.scopedLive("a page that one list names no more stays when another one names it, changed or not", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        const index = (...paths: ReadonlyArray<string>) =>
          `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${paths
            .map((path) => `<sitemap><loc>${server.url}${path}</loc></sitemap>`)
            .join("")}</sitemapindex>`
        const named = (names: ReadonlyArray<string>) => ({
          body: sitemap(
            names.map((name) => `/p/${name}`),
            server.url
          )
        })
        site.set("/index.xml", { body: index("/sitemap.xml", "/new.xml") })
        site.set("/new.xml", named(["d", "e"]))
        const source = sourceAt(server, { kind: "sitemap", url: "/index.xml" })
        yield* pollNow(source)
        for (const newest of ["d", "c", "b", "a"]) {
          site.set("/new.xml", named([newest]))
          yield* forward(1.5 * hour)
          yield* pollNow(source)
          assert.deepStrictEqual((yield* shelf).gone, [])
        }
        site.set("/sitemap.xml", named(["a", "b", "c", "d"]))
        for (const newest of ["d", "c", "b", "a"]) {
          site.set("/new.xml", named([newest]))
          yield* forward(1.5 * hour)
          yield* pollNow(source)
        }
        assert.deepStrictEqual((yield* shelf).gone, ["Lamp e"])
      })
    )
  )

  it.scopedLive("that names a page no more has its item marked gone though no list ever changes again", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        const named = (...names: ReadonlyArray<string>) => {
          const body = sitemap(
            names.map((name) => `/p/${name}`),
            server.url
          )
          site.set("/sitemap.xml", { body, headers: { etag: `"${names.join("")}"` } })
        }
        named("a", "b")
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml" })
        yield* pollNow(source)
        named("a")
        yield* forward(hour)
        yield* pollNow(source)
        assert.deepStrictEqual((yield* shelf).gone, [], "not believed at once")
        yield* forward(2 * hour)
        assert.strictEqual((yield* pollNow(source))._tag, "Same")
        assert.deepStrictEqual((yield* shelf).gone, ["Lamp b"])
      })
    )
  )

  it.scopedLive(
    "whose pages the operator leaves out, or that is another one now, loses nothing by that",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { asked, server, site } = yield* shop
          const settings = { kind: "sitemap" as const, url: "/sitemap.xml", pages: 9, start: 1 }
          yield* pollNow(sourceAt(server, { ...settings, start: "all" }))
          for (const skip of [["/p/b"], ["/p/b", "/p/c"]]) {
            yield* forward(hour)
            yield* pollNow(sourceAt(server, { ...settings, skip }))
            yield* forward(2 * hour)
            yield* pollNow(sourceAt(server, { ...settings, skip }))
            assert.deepStrictEqual(yield* toldGone, [], "nobody is told that it is not for sale")
          }
          const queuedBefore = yield* queue
          const urls = ["/q/x", "/q/y", "/q/z"]
          for (const url of urls) site.set(url, { body: product(`Chair ${url}`) })
          site.set("/other.xml", { body: sitemap(urls, server.url) })
          asked()
          const elsewhere = sourceAt(server, { ...settings, url: "/other.xml" })
          assert.strictEqual(readOf(yield* pollNow(elsewhere)).admission.baseline, 2)
          askedOnly(asked(), ["/other.xml", ...urls])
          assert.lengthOf(yield* queue, queuedBefore.length + 1)
          yield* forward(3 * hour)
          yield* pollNow(elsewhere)
          assert.isFalse(
            asked().some((path) => path.startsWith("/p/")),
            "the old pages are not visited any more"
          )
        })
      )
  )

  it.scopedLive("is visited as before when the clock was ahead and is set back", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { asked, server } = yield* shop
        const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", everyMs: day })
        yield* forward(365 * day)
        yield* pollNow(source)
        yield* forward(-364 * day)
        yield* pollNow(source)
        asked()
        yield* forward(day)
        yield* pollNow(source)
        assert.includeMembers(asked(), ["/p/a", "/p/e"])
      })
    )
  )

  it.scopedLive("what the source's own list names stays, whatever its further pages do", () =>
    timed((forward) =>
      Effect.gen(function* () {
        const { server, site } = yield* shop
        const list = (names: ReadonlyArray<string>, next = "") => ({
          body: `<html><body>${names.map((name) => `<a href="/p/${name}">${name}</a>`).join("")}${next}</body></html>`
        })
        site.set("/lamps", list(["a", "b"], '<a rel="next" href="/lamps?page=2">next</a>'))
        site.set("/lamps?page=2", list(["b", "c", "d"]))
        const source = sourceAt(server, { kind: "page", url: "/lamps", links: ["/p/*"] })
        yield* pollNow(source)
        assert.deepStrictEqual((yield* shelf).there, ["Lamp a", "Lamp b", "Lamp c", "Lamp d"])
        for (const further of ["c", "d", "c", "d"]) {
          site.set("/lamps?page=2", list([further]))
          yield* forward(1.5 * hour)
          yield* pollNow(source)
        }
        assert.notInclude((yield* shelf).gone, "Lamp b")
      })
    )
  )

  it.scopedLive(
    "posts the newest of its first sight once, though killed before its visits are remembered",
    () =>
      timed(() =>
        Effect.gen(function* () {
          const { server } = yield* shop
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", pages: 2, start: 1 })
          const pages = yield* Pages
          const killed = { ...pages, record: () => Effect.die("killed") }
          yield* Effect.exit(Effect.provideService(pollNow(source), Pages, killed))
          assert.lengthOf(yield* queue, 1)
          yield* pollNow(source)
          yield* pollNow(source)
          assert.lengthOf((yield* shelf).there, 5)
          assert.lengthOf(yield* queue, 1)
        })
      )
  )

  it.scopedLive(
    "posts the newest of its first sight when it could be visited, though it was closed at first",
    () =>
      timed((forward) =>
        Effect.gen(function* () {
          const { server, site } = yield* shop
          const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.xml", pages: 2, start: 1 })
          site.set("/p/a", { status: 429 })
          assert.deepInclude(yield* pollNow(source), { _tag: "Failed" })
          site.set("/p/a", { body: product("Lamp a") })
          yield* forward(hour)
          yield* pollNow(source)
          assert.lengthOf(yield* queue, 1)
        })
      )
  )
})
