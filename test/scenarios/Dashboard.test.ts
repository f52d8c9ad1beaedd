// The dashboard in a real Chromium, behind a proxy at a sub-path, with a feed whose every field is hostile: who reads, who changes, what arrives
// by itself, on a desk and on a phone, light and dark.
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { browser, type Open, serious, type Tab, underPath } from "./Browser.ts"
import { feed, folder, type Program, start, telegram, until, writeCatalog } from "./Program.ts"
import { dashboardToken } from "./Steered.ts"

const escape = "\u001b"
const evil = `<script>globalThis.pwned=1</script>"><img src=x onerror="globalThis.pwned=2"> ${escape}[31m${escape}]0;t\u0007 =HYPERLINK("http://evil","x") {{7*7}} \u202e`
/** Readers take markup out of a title, but not what stands there as text. */
const written = `${evil} ${evil.replaceAll("<", "&lt;").replaceAll(">", "&gt;")}`
const cdata = (text: string) => `<![CDATA[${text}]]>`

const item = (name: string) => `<item><guid isPermaLink="false">${cdata(`${name} ${evil}`)}</guid>
<title>${cdata(`${name} ${written}`)}</title><link>${cdata(`https://n.example/${name}?x="><script>pwned=3</script>`)}</link>
<author>${cdata(written)}</author><category>${cdata(written)}</category>
<description>${cdata(`${evil} <a href="javascript:pwned=4">x</a> <svg onload="pwned=5">`)}</description></item>`

const document = (names: ReadonlyArray<string>) =>
  `<rss version="2.0"><channel><title>${cdata(evil)}</title>${names.map(item).join("")}</channel></rss>`

const noFeed = `<html><head><title>${evil}</title></head></html>`

const catalog = (url: string, other: string, flood: string) => `
channels:
  news: { chat: "@scenario_news", pace: { gap: 0 seconds, perMinute: 1000 }, onUnknown: park }
  other: { chat: "@scenario_other", pace: { gap: 0 seconds, perMinute: 1000 } }
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true }
  page: { kind: rss, url: "${other}", every: 1 second, to: [news], allowPrivate: true }
  flood: { kind: rss, url: "${flood}", every: 1 second, to: [other], allowPrivate: true }
`

/** Two posts that nobody answered for, one of which arrived; one refused; a flood that is held. */
const staged = Effect.gen(function* () {
  const path = yield* folder
  const tg = yield* telegram(["scenario_news", "scenario_other"])
  const { fault } = tg.emulator.control
  const onNews = { method: "sendMessage", chat: "@scenario_news" } as const
  yield* fault({ ...onNews, stage: "processed", nth: 2, action: { kind: "rst" } })
  yield* fault({ ...onNews, stage: "received", nth: 3, action: { kind: "rst" } })
  const description = `Bad Request: ${evil}`
  yield* fault({ ...onNews, stage: "received", nth: 4, action: { kind: "error", code: 400, description } })
  const [source, other, flood] = [yield* feed(), yield* feed(), yield* feed(["flood-0"])]
  const list = (names: ReadonlyArray<string>) =>
    source.answer((_, response) => void response.end(document(names)))
  list(["refused", "vanished", "landed", "sent"])
  other.answer((_, response) => void response.end(noFeed))
  flood.answer((_, response) => {
    flood.set([...Array.from({ length: 20 }, (_, index) => `flood-${20 - index}`), "flood-0"])
    flood.answer(undefined)
    response.end("<rss><channel><item><guid>flood-0</guid><title>flood-0</title></item></channel></rss>")
  })
  yield* writeCatalog(path, catalog(source.url, other.url, flood.url))
  const program = yield* start(path, { ...tg.env, DASHBOARD_TOKEN: dashboardToken })
  yield* until(
    "something to decide",
    Effect.map(program.status, ({ parked, bursts }) => parked.length === 2 && bursts.length === 1)
  )
  return { path, program, tg, list, other: other.url }
})

const go = ({ page }: Tab, url: string) => Effect.promise(() => page.goto(url))
const bodyOf = ({ page }: Tab) => Effect.promise(async () => (await page.textContent("body")) ?? "")
const sees = ({ page }: Tab, selector: string) =>
  Effect.promise(() => page.waitForSelector(selector, { timeout: 60_000 }))
const press = ({ page }: Tab, selector: string) =>
  Effect.promise(() => page.click(selector, { timeout: 60_000 }))

const places = (program: Program) =>
  Effect.map(program.deliveries, (rows) => [
    ...[
      "",
      "decisions",
      "deliveries",
      "sources",
      "supervision",
      "charts",
      "audit",
      "docs",
      "log-in",
      "catalog"
    ],
    ...["channels/news", "sources/feed", "sources/page"],
    ...rows.filter(({ source }) => source === "feed").map(({ id }) => `deliveries/${id}`)
  ])

/** Nothing of the feed runs, steers or leads anywhere but to the web. */
const harmless = (tab: Tab, place: string) =>
  Effect.gen(function* () {
    const { pwned, links } = yield* Effect.promise(() =>
      tab.page.evaluate<{ readonly pwned: unknown; readonly links: ReadonlyArray<string> }>(
        "({ pwned: globalThis.pwned, links: [...document.querySelectorAll('a')].map(({ href }) => new URL(href).protocol) })"
      )
    )
    assert.isUndefined(pwned, place)
    assert.deepStrictEqual(
      [...new Set(links)].filter((protocol) => !/^https?:$/.test(protocol)),
      [],
      place
    )
    assert.notMatch(yield* bodyOf(tab), /(?![\n\t])[\p{Cc}\u202a-\u202e]/u, place)
    assert.deepStrictEqual(tab.offences(), [], place)
  })

const fits = (tab: Tab, place: string) =>
  Effect.gen(function* () {
    const wider = yield* Effect.promise(() =>
      tab.page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")
    )
    assert.isAtMost(wider, 0, `${place} is wider than the screen`)
  })

const accessible = (tab: Tab, place: string) =>
  Effect.map(serious(tab.page), (found) => assert.deepStrictEqual(found, [], place))

/** These hold every kind of part between them, in light and dark. */
const looked = ["", "decisions", "channels/news", "sources/feed", "supervision", "log-in"]
const inTheDark = ["decisions", "channels/news"]

const everyPage = (open: Open, program: Program) =>
  Effect.gen(function* () {
    const desk = yield* open()
    const phone = yield* open({ viewport: { width: 360, height: 740 }, colorScheme: "dark", hasTouch: true })
    for (const place of yield* places(program)) {
      yield* go(desk, `${program.url}/${place}`)
      yield* harmless(desk, place)
      if (looked.includes(place)) yield* accessible(desk, place)
      yield* go(phone, `${program.url}/${place}`)
      yield* fits(phone, place)
      if (inTheDark.includes(place)) yield* accessible(phone, `${place}, dark`)
    }
    const plain = yield* open({ javaScriptEnabled: false })
    yield* go(plain, `${program.url}/channels/news`)
    const read = yield* bodyOf(plain)
    assert.match(read, /3 decisions wait for you/)
    assert.match(read, /sent [^\n]*<script>globalThis/)
  })

const logIn = (tab: Tab, url: string) =>
  Effect.gen(function* () {
    yield* go(tab, `${url}/channels/news`)
    assert.strictEqual(yield* Effect.promise(() => tab.page.locator("main form").count()), 0)
    yield* press(tab, "main a[href^=log-in]")
    for (const [token, then] of [
      ["wrong", "text=That is not the token."],
      [dashboardToken, "text=You are logged in as ann."]
    ] as const) {
      yield* Effect.promise(() => tab.page.fill("#name", "ann"))
      yield* Effect.promise(() => tab.page.fill("#token", token))
      yield* press(tab, "main button")
      yield* sees(tab, then)
    }
    assert.match(tab.page.url(), /\/ops\/channels\/news$/)
  })

/** A source is added in its form; nothing is written before its lines were shown, and the running service goes by it. */
const edits = (tab: Tab, { url, path, program, source }: Edited) =>
  Effect.gen(function* () {
    yield* go(tab, `${url}/sources`)
    yield* press(tab, "text=Add a source")
    const fields = { name: "added", url: source, rest: "allowPrivate: true\nburst: false" }
    for (const [id, value] of Object.entries(fields))
      yield* Effect.promise(() => tab.page.fill(`#${id}`, value))
    yield* Effect.promise(() => tab.page.check("text=other"))
    yield* accessible(tab, "the form of a source")
    yield* press(tab, "text=See what changes")
    yield* sees(tab, "text=The source added starts and is polled at once.")
    yield* accessible(tab, "what changes")
    assert.notInclude(readFileSync(`${path}/oncecast.yaml`, "utf8"), "added")
    yield* press(tab, "text=Yes, change the catalog")
    yield* sees(tab, "text=The service goes by it.")
    assert.include(readFileSync(`${path}/oncecast.yaml`, "utf8"), "  added:")
    assert.isTrue((yield* program.status).sources.some(({ id }) => id === "added"))
    yield* accessible(tab, "the catalog")
  })
interface Edited {
  readonly url: string
  readonly path: string
  readonly program: Program
  /** An address to be read. */
  readonly source: string
}

describe("the dashboard", () => {
  it.scopedLive(
    "runs nothing that a feed says, is usable by everybody, and steers for who is logged in",
    () =>
      Effect.gen(function* () {
        const { path, program, tg, list, other } = yield* staged
        const open = yield* browser
        yield* everyPage(open, program)

        const tab = yield* open()
        const url = yield* underPath(program.url)
        yield* logIn(tab, url)
        yield* press(tab, "text=Pause")
        yield* sees(tab, "text=The channel news is paused.")
        yield* sees(tab, ".now >> text=paused")
        list(["live"])
        yield* sees(tab, "section:has-text('Queue') >> text=/^live/")
        yield* press(tab, "text=Resume")
        yield* sees(tab, "section:has-text('Sent') >> text=/^live/")

        yield* go(tab, `${url}/decisions`)
        const card = (name: string) => `li.card:has(h3:has-text('${name}'))`
        yield* Effect.promise(() => tab.page.fill(`${card("landed")} input[name=messageId]`, "2"))
        yield* press(tab, `${card("landed")} >> text=It is there`)
        yield* sees(tab, "text=/Delivery .* counts as sent/")
        yield* press(tab, `${card("vanished")} >> text=It is not there`)
        yield* sees(tab, "text=/Delivery .* is queued again/")
        yield* Effect.promise(() => tab.page.fill("input[name=newest]", "2"))
        yield* press(tab, "text=Post these")
        yield* sees(tab, "text=Nothing waits for you.")
        yield* until(
          "the channels show what was decided",
          Effect.zipWith(
            tg.texts("@scenario_news"),
            tg.texts("@scenario_other"),
            // The one refused is tried again after a minute, which this test may take.
            (news, other) =>
              ["sent", "landed", "live", "vanished"].every(
                (name) => news.filter((text) => text.startsWith(name)).length === 1
              ) && other.length === 2
          )
        )
        yield* edits(tab, { url, path, program, source: other })
        yield* go(tab, `${url}/audit`)
        const log = yield* bodyOf(tab)
        for (const word of ["pause", "resume", "settle", "release", "catalog"]) {
          assert.match(log, new RegExp(`ann on the dashboard\\s*${word}`))
        }
        yield* press(tab, "text=Log out")
        yield* sees(tab, "header >> text=Log in")
        assert.deepStrictEqual(tab.offences(), [])
        const { code, tookMs } = yield* program.end("SIGTERM")
        assert.strictEqual(code, 0, program.output())
        assert.isBelow(tookMs, 5_000, "open pages do not hold up the end")
      })
  )
})
