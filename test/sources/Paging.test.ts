import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { askedOnly, asker, layer, pollNow, readOf, serveSite, shelf, siteOf, sourceAt } from "./polling.ts"

const answer = (names: ReadonlyArray<string>, next?: string) =>
  JSON.stringify({ items: names.map((name) => ({ id: name, title: `Lamp ${name}`, price: "9.90" })), next })

const api = Effect.gen(function* () {
  const site = siteOf({
    "/api": answer(["a", "b"], "/api?page=2"),
    "/api?page=2": answer(["c", "d"], "/api?page=3"),
    "/api?page=3": answer(["e"])
  })
  const server = yield* serveSite(site)
  const source = sourceAt(server, {
    ...{ kind: "json", url: "/api", items: "items", next: "next" },
    fields: { id: ["id"], title: ["title"], price: ["price"] }
  })
  return { site, server, source, asked: asker(server) }
})

describe("an API in pages", () => {
  it.scopedLive("is read to its last page, as one document that proves what is gone", () =>
    Effect.gen(function* () {
      const { asked, site, source } = yield* api
      const { admission, document } = readOf(yield* pollNow(source))
      assert.deepInclude(admission, { items: 5, fresh: 5 })
      assert.isTrue(document.complete)
      askedOnly(asked(), ["/api", "/api?page=2", "/api?page=3"])
      site.set("/api?page=2", { body: answer(["c"], "/api?page=3") })
      assert.strictEqual(readOf(yield* pollNow(source)).admission.gone, 1)
      assert.deepStrictEqual((yield* shelf).gone, ["Lamp d"])
    }).pipe(Effect.provide(layer))
  )

  it.scopedLive("a page of which fails gives what came before it, and proves nothing", () =>
    Effect.gen(function* () {
      const { site, source } = yield* api
      yield* pollNow(source)
      site.set("/api", { body: answer(["a", "b", "z"], "/api?page=2") })
      site.set("/api?page=2", { status: 500 })
      const { admission, document } = readOf(yield* pollNow(source))
      assert.deepInclude(admission, { items: 3, fresh: 1, gone: 0 })
      assert.isFalse(document.complete)
      assert.include(document.faults.join(), "page 2 could not be read")
    }).pipe(Effect.provide(layer))
  )

  it.scopedLive("is left alone when it wants fewer of us", () =>
    Effect.gen(function* () {
      const { site, source } = yield* api
      site.set("/api?page=2", { status: 429, headers: { "retry-after": "600" } })
      assert.deepInclude(yield* pollNow(source), { _tag: "Failed" })
      assert.deepStrictEqual((yield* shelf).there, ["Lamp a", "Lamp b"])
    }).pipe(Effect.provide(layer))
  )

  it.scopedLive("is read up to the pages that the source permits, and never in a circle", () =>
    Effect.gen(function* () {
      const { asked, site, source } = yield* api
      const { document } = readOf(yield* pollNow({ ...source, pages: 1 }))
      assert.include(document.faults.join(), "pages beyond the first 2")
      assert.isFalse(document.complete)
      askedOnly(asked(), ["/api", "/api?page=2"])
      site.set("/api?page=3", { body: answer(["e"], "/api?page=2") })
      assert.include(readOf(yield* pollNow(source)).document.faults.join(), "leads back")
      askedOnly(asked(), ["/api", "/api?page=2", "/api?page=3"])
    }).pipe(Effect.provide(layer))
  )

  it.scopedLive("a server that says of a page that it has not changed, unasked, has not told it", () =>
    Effect.gen(function* () {
      const { site, source } = yield* api
      site.set("/api?page=2", { status: 304 })
      const { document } = readOf(yield* pollNow(source))
      assert.isFalse(document.complete)
      assert.include(document.faults.join(), "page 2 could not be read")
      site.set("/api", { status: 304 })
      assert.deepInclude(yield* pollNow(source), { _tag: "Failed" })
    }).pipe(Effect.provide(layer))
  )
})
