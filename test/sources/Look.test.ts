import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fetchDocument } from "../../src/App/Document.ts"
import { layer, product, serveSite, siteOf, sourceAt } from "./polling.ts"

describe("a look at a source", () => {
  it.scopedLive("shows a product of a sitemap that names only pages, unless robots.txt closes it", () =>
    Effect.gen(function* () {
      const site = siteOf({ "/p/a": product("Lamp a") })
      const server = yield* serveSite(site)
      site.set("/sitemap.txt", { body: `${server.url}/p/a\n${server.url}/p/b\n` })
      const source = sourceAt(server, { kind: "sitemap", url: "/sitemap.txt" })
      const { items } = yield* fetchDocument(source)
      assert.deepStrictEqual(
        items.map(({ title }) => title),
        ["Lamp a"]
      )
      const other = yield* serveSite(site)
      site.set("/robots.txt", { body: "User-agent: *\nDisallow: /p/" })
      site.set("/sitemap.txt", { body: `${other.url}/p/a\n` })
      const closed = yield* Effect.flip(
        fetchDocument(sourceAt(other, { kind: "sitemap", url: "/sitemap.txt" }))
      )
      assert.include(closed.message, "closed to programs like us")
    }).pipe(Effect.provide(layer))
  )
})
