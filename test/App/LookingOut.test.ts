// What an operator looks at of the world outside: real pages over real HTTP, under the rules for sources.
import { createServer, type Server } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Option } from "effect"
import { lookingOut } from "../../src/App/LookingOut.ts"
import { kinds, network, photos } from "../../src/App/Reading.ts"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { Commands } from "../../src/operator/Commands.ts"
import { Looking } from "../../src/operator/Looking.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { store } from "../operator/operating.ts"

const product = (name: string) =>
  `<html><head><title>${name}</title><script type="application/ld+json">${JSON.stringify({
    "@context": "https://schema.org",
    "@type": "Product",
    name,
    offers: {
      "@type": "Offer",
      price: "20",
      priceCurrency: "EUR",
      availability: "https://schema.org/InStock"
    }
  })}</script></head><body>${name}</body></html>`

const served: Readonly<Record<string, string>> = {
  "/kettle": product("Kettle <b>2</b>"),
  "/nothing": "<html><body>Hello</body></html>",
  "/story": `<html><head><title>Rain at last | Gazette</title><link rel="canonical" href="/2026/rain">
    <meta name="description" content="It rained &lt; a day"><meta property="og:type" content="article"></head><body>Rain</body></html>`,
  "/story?utm_source=x": `<html><head><title>Rain again</title><link rel="canonical" href="/2026/rain"></head><body>Rain</body></html>`
}

const shop = Effect.acquireRelease(
  Effect.async<Server>((resume) => {
    const server = createServer(({ url = "" }, response) => {
      response.setHeader("content-type", "text/html")
      response.statusCode = served[url] === undefined ? 404 : 200
      response.end(served[url] ?? "")
    })
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.sync(() => void server.close())
).pipe(
  Effect.map((server) => {
    const address = server.address()
    return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`
  })
)

const catalogOf = (root: string, allowPrivate: boolean, more = "") =>
  Effect.orDie(
    decodeCatalog(
      "oncecast.yaml",
      `channels: { deals: { chat: "@deals", where: { price: { min: 500 } }${more} } }
sources: { shop: { kind: page, url: "${root}/kettle", to: [deals], allowPrivate: ${allowPrivate} } }`,
      () => Either.left({ line: 0, message: "none" })
    )
  )

const looking = (root: string, allowPrivate: boolean, more = "") => {
  const catalog = catalogOf(root, allowPrivate, more)
  return Commands.layer(catalog).pipe(
    Layer.provideMerge(lookingOut(catalog)),
    Layer.provide(Layer.provideMerge(Layer.merge(photos(catalog), kinds), network())),
    Layer.provideMerge(store)
  )
}

describe("what an operator looks at", () => {
  it.scopedLive("is the product of a page, posted once though the channel's filter would not take it", () =>
    Effect.gen(function* () {
      const root = yield* shop
      yield* Effect.gen(function* () {
        const commands = yield* Commands
        assert.include(yield* commands.post(`${root}/kettle`, "deals"), "is queued for deals")
        assert.include((yield* Effect.flip(commands.post(`${root}/kettle`, "deals"))).message, "before")
        const ledger = yield* Ledger
        const [row, ...more] = yield* ledger.deliveries({ limit: 5 })
        assert.strictEqual(row?.link, `${root}/kettle`)
        assert.strictEqual(row?.state, "queued")
        assert.deepStrictEqual(more, [])
        const look = yield* Effect.flatMap(Looking, (one) => one.preview("shop", Option.none()))
        assert.include(look.summary, "1 item,")
      }).pipe(Effect.provide(looking(root, true)))
    })
  )

  it.scopedLive(
    "is not said to be queued when the full channel drops what ranks lowest, and that it is",
    () =>
      Effect.gen(function* () {
        const root = yield* shop
        yield* Effect.gen(function* () {
          const commands = yield* Commands
          yield* commands.post(`${root}/kettle`, "deals")
          const { message } = yield* Effect.flip(commands.post(`${root}/story`, "deals"))
          assert.include(message, "is not posted: the queue of deals is full of what ranks higher there")
          const rows = yield* Effect.flatMap(Ledger, (ledger) => ledger.deliveries({ limit: 5 }))
          assert.deepStrictEqual(Object.fromEntries(rows.map(({ link, state }) => [link, state])), {
            [`${root}/2026/rain`]: "expired",
            [`${root}/kettle`]: "queued"
          })
        }).pipe(Effect.provide(looking(root, true, ", capacity: 1, overflow: drop-lowest, first: price")))
      })
  )

  it.scopedLive("is the article of a page, the same one under every address that it has", () =>
    Effect.gen(function* () {
      const root = yield* shop
      yield* Effect.gen(function* () {
        const commands = yield* Commands
        assert.include(yield* commands.post(`${root}/story`, "deals"), '"Rain at last | Gazette" is queued')
        const again = yield* Effect.flip(commands.post(`${root}/story?utm_source=x`, "deals"))
        assert.include(again.message, "before")
        const ledger = yield* Ledger
        const links = (yield* ledger.deliveries({ limit: 5 })).map(({ link }) => link)
        const looking = yield* Looking
        const { posts } = yield* looking.preview(`${root}/story`, Option.none())
        assert.include(posts[0]?.html, "Rain at last", "and so it is previewed")
        const nothing = yield* Effect.flip(looking.preview(`${root}/nothing`, Option.none()))
        assert.include(nothing.message, "cannot be read")
        assert.deepStrictEqual(links, [`${root}/2026/rain`])
      }).pipe(Effect.provide(looking(root, true)))
    })
  )

  it.scopedLive("is no private address that the catalog does not permit, and no page that says nothing", () =>
    Effect.gen(function* () {
      const root = yield* shop
      const pageAt = (url: string, allowPrivate: boolean) =>
        Effect.flatMap(Looking, (one) => Effect.flip(one.page(url))).pipe(
          Effect.provide(looking(root, allowPrivate)),
          Effect.map(({ message }) => message)
        )
      assert.match(yield* pageAt(`${root}/kettle`, false), /private|not permitted|loopback/i)
      assert.notMatch(yield* pageAt(`${root}/nothing`, true), /private/i)
      assert.include(yield* pageAt(`${root}/gone`, true), "404")
    })
  )
})
