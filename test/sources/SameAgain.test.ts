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
})
