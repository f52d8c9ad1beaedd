import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Cursor } from "../../../src/outbox/Intake.ts"
import { wholeEveryMs } from "../../../src/sources/Conditional.ts"
import { Fetcher } from "../../../src/sources/Fetcher.ts"
import { answering, bytesOf, fetch, network, serve, userAgent } from "./server.ts"

const feed = `<rss><channel>${"<item>é</item>".repeat(1000)}</channel></rss>`

/** Fetches twice, the second time with the cursor of the first. */
const twice = (url: string, age = 0) =>
  Effect.gen(function* () {
    const first = yield* fetch({ url })
    if (first._tag !== "Document") return yield* Effect.dieMessage(first._tag)
    const cursor: Cursor = { ...first.cursor, fetchedAt: (first.cursor.fetchedAt ?? 0) - age }
    return { first, cursor, second: yield* fetch({ url, cursor }) }
  })

describe("Fetcher", () => {
  it.scopedLive("says who asks, what it reads, and nothing else about us", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, feed))
      yield* fetch({ url: server.url })
      const headers = server.seen[0]?.headers ?? {}
      assert.strictEqual(headers["user-agent"], userAgent)
      assert.include(headers.accept, "application/rss+xml")
      assert.sameMembers(Object.keys(headers), [
        "host",
        "connection",
        "user-agent",
        "accept",
        "accept-encoding"
      ])
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("gives the body with its type and final address, and a cursor to come back with", () =>
    Effect.gen(function* () {
      const server = yield* serve(
        answering(
          200,
          { "content-type": "application/rss+xml", etag: 'W/"a b"', "last-modified": "whatever" },
          feed
        )
      )
      const fetched = yield* fetch({ url: `${server.url}/feed?x=1#top` })
      assert(fetched._tag === "Document")
      assert.strictEqual((yield* bytesOf(fetched.body)).toString(), feed)
      assert.strictEqual(fetched.body.contentType, "application/rss+xml")
      assert.strictEqual(fetched.body.url, `${server.url}/feed?x=1`)
      assert.strictEqual(fetched.cursor.etag, 'W/"a b"')
      assert.strictEqual(fetched.cursor.lastModified, "whatever")
      assert.match(fetched.cursor.bodyHash ?? "", /^[0-9a-f]{64}$/)
      assert.strictEqual(server.seen[0]?.url, "/feed?x=1")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("sends validators exactly as received, and understands 304", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) =>
        request.headers["if-none-match"] === 'W/"v 1"'
          ? response.writeHead(304, { "cache-control": "max-age=600" }).end()
          : response
              .writeHead(200, { etag: 'W/"v 1"', "last-modified": "Tue, 24 Nov 2026 00:00:00 GMT" })
              .end(feed)
      )
      const { second } = yield* twice(server.url)
      assert.deepStrictEqual(second, { _tag: "NotModified", maxAgeMs: 600_000 })
      assert.strictEqual(server.seen[1]?.headers["if-modified-since"], "Tue, 24 Nov 2026 00:00:00 GMT")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("recognises the same body by its hash when the server has no validators", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, feed))
      const { second } = yield* twice(server.url)
      assert.strictEqual(second._tag, "Unchanged")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("asks a new address of the source afresh: what the old one said means nothing there", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) =>
        request.headers["if-modified-since"] === undefined
          ? response.writeHead(200, { "last-modified": "Tue, 24 Nov 2026 00:00:00 GMT" }).end(feed)
          : response.writeHead(304).end()
      )
      const { cursor } = yield* twice(`${server.url}/old`)
      const moved = yield* fetch({ url: `${server.url}/new`, cursor })
      assert.strictEqual(moved._tag, "Document")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("asks for the whole body once the last one is 24 h old", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) =>
        request.headers["if-none-match"] === undefined
          ? response.writeHead(200, { etag: '"1"' }).end(feed)
          : response.writeHead(304).end()
      )
      const { cursor, second } = yield* twice(server.url, wholeEveryMs)
      assert(second._tag === "Unchanged")
      assert.isAbove(second.cursor.fetchedAt ?? 0, cursor.fetchedAt ?? Number.POSITIVE_INFINITY)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("forgets validators that could not be sent back", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.socket?.end(
          'HTTP/1.1 200 OK\r\netag: "\xc3\xa9"\r\ncontent-length: 5\r\n\r\n<rss>',
          "latin1"
        )
      })
      const { cursor, second } = yield* twice(server.url)
      assert.notProperty(cursor, "etag")
      assert.strictEqual(second._tag, "Unchanged")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("sends the URL's credentials as a header, and tells nobody", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(401, {}))
      const url = `http://us%40er:s3cr%t@127.0.0.1:${server.port}/feed?token=hush`
      const error = yield* Effect.flip(fetch({ url }))
      assert.strictEqual(error._tag, "FetchRefused")
      const sent = server.seen[0]?.headers.authorization ?? ""
      assert.strictEqual(Buffer.from(sent.slice(6), "base64").toString(), "us@er:s3cr%t")
      for (const text of [error.message, String(error), JSON.stringify(error)]) {
        assert.notMatch(text, /us@er|us%40er|s3cr|hush|Basic/)
      }
      assert.include(error.message, `http://127.0.0.1:${server.port}/feed?…`)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("fetches a picture as bytes, within 10 MB and not from private addresses", () =>
    Effect.gen(function* () {
      const fetcher = yield* Fetcher
      const server = yield* serve(answering(200, { "content-type": "image/png" }, Buffer.alloc(2000, 1)))
      const picture = yield* fetcher.bytes({ url: server.url, allowPrivate: true })
      assert.strictEqual(picture.length, 2000)
      assert.include(server.seen[0]?.headers.accept, "image/*")
      const tooLarge = yield* Effect.flip(
        fetcher.bytes({ url: server.url, allowPrivate: true, maxBytes: 1999 })
      )
      assert.strictEqual(tooLarge._tag, "TooLarge")
      const refused = yield* Effect.flip(fetcher.bytes({ url: server.url }))
      assert.strictEqual(refused._tag, "AddressRefused")
      const local = yield* Effect.flip(fetcher.bytes({ url: "file:///etc/passwd", allowPrivate: true }))
      assert.strictEqual(local._tag, "AddressRefused")
    }).pipe(Effect.provide(network()))
  )
})
