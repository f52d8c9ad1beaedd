import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { layer, pollNow, serveSite, shelf, siteOf, sourceAt } from "./polling.ts"

const feed = (titles: ReadonlyArray<string>, end = "</channel></rss>") =>
  `<rss version="2.0"><channel><title>News</title>${titles
    .map((title, at) => `<item><guid>item ${at}</guid><title>${title}</title></item>`)
    .join("")}${end}`

describe("bytes that come back", () => {
  it.scopedLive("after a document that was not taken in whole are read again: they say otherwise", () =>
    Effect.gen(function* () {
      const site = siteOf({ "/feed": { body: feed(["Lamp", "Chair"]), headers: { etag: '"1"' } } })
      const server = yield* serveSite(site)
      const source = sourceAt(server, { url: "/feed" })
      yield* pollNow(source)
      site.set("/feed", { body: feed(["Lamp, cheap"], ""), headers: { etag: '"2"' } })
      yield* pollNow(source)
      assert.deepStrictEqual((yield* shelf).there, ["Chair", "Lamp, cheap"])
      site.set("/feed", { body: feed(["Lamp", "Chair"]), headers: { etag: '"1"' } })
      yield* pollNow(source)
      assert.deepStrictEqual((yield* shelf).there, ["Chair", "Lamp"])
    }).pipe(Effect.provide(layer))
  )

  it.scopedLive("are read again by a source that reads them otherwise now, whenever it was changed", () =>
    Effect.gen(function* () {
      const body = JSON.stringify([{ id: "a", name: "Lamp" }])
      const server = yield* serveSite(siteOf({ "/api": { body, headers: { etag: '"1"' } } }))
      const source = sourceAt(server, { kind: "json", url: "/api", fields: { id: ["id"], title: ["id"] } })
      yield* pollNow(source)
      assert.strictEqual((yield* pollNow({ ...source, start: "all", to: [] }))._tag, "Same")
      yield* pollNow({ ...source, fields: { id: ["id"], title: ["name"] } })
      assert.deepStrictEqual((yield* shelf).there, ["Lamp"])
    }).pipe(Effect.provide(layer))
  )
})
