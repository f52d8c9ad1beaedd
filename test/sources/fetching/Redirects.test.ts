import type { IncomingMessage } from "node:http"
import { tmpdir } from "node:os"
import { Readable } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type Call, exchange } from "../../../src/sources/Exchange.ts"
import { Politeness } from "../../../src/sources/Politeness.ts"
import { Kept } from "../../../src/sources/Spool.ts"
import type { Ask } from "../../../src/sources/Transport.ts"
import { answering, fetch, network, serve } from "./server.ts"

const to = (status: number, location: string) => answering(status, { location }, "moved")
const cursor = { etag: '"1"', lastModified: "then", bodyHash: "x", fetchedAt: Number.MAX_SAFE_INTEGER }
const secrets = (request: IncomingMessage | undefined) => [
  request?.headers.authorization !== undefined,
  request?.headers["if-none-match"] !== undefined,
  request?.headers["if-modified-since"] !== undefined
]

/** A call to a public address that answers with these redirects in turn, then with 200: the network is not involved. */
const follow = Effect.fnUntraced(function* (url: string, locations: ReadonlyArray<string>) {
  const asked: Array<{ readonly url: URL; readonly headers: Readonly<Record<string, string>> }> = []
  const ask: Ask = async (url, headers) => {
    const location = locations[asked.push({ url, headers }) - 1]
    const status = location === undefined ? 200 : 302
    return { status, headers: { location }, body: Readable.from([Buffer.from("x")]) }
  }
  const call: Call = {
    url: new URL(url),
    headers: {},
    own: { authorization: "own" },
    maxBytes: 10,
    allowPrivate: false,
    timeoutMs: 1000,
    kept: new Kept(tmpdir(), 10)
  }
  const transport = { guarded: ask, open: ask }
  const watch = () => () => undefined
  const error = yield* Effect.flatMap(Politeness, (politeness) =>
    exchange({ transport, politeness, watch }, call)
  ).pipe(Effect.flip, Effect.option, Effect.provide(Politeness.layer()))
  return { asked, error: Option.getOrUndefined(error) }
})

describe("redirects", () => {
  it.scopedLive("every kind is followed, relative or absolute", () =>
    Effect.gen(function* () {
      for (const status of [301, 302, 303, 307, 308]) {
        const server = yield* serve((request, response) =>
          request.url === "/a/feed" ? to(status, "../b?x=1#part")(request, response) : response.end("<rss/>")
        )
        const fetched = yield* fetch({ url: `${server.url}/a/feed` })
        assert(fetched._tag === "Document")
        assert.strictEqual(fetched.body.url, `${server.url}/b?x=1`)
        assert.strictEqual(server.seen[1]?.url, "/b?x=1")
        const permanent = status === 301 || status === 308
        assert.strictEqual(fetched.permanentUrl, permanent ? `${server.url}/b?…` : undefined)
      }
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("to another host end with no 304: that host was not told what is known", () =>
    Effect.gen(function* () {
      const other = yield* serve((_, response) => response.writeHead(304).end())
      const server = yield* serve((request, response) =>
        request.url === "/here"
          ? response.writeHead(304).end()
          : to(302, request.url === "/there" ? `${other.url}/feed` : "/here")(request, response)
      )
      const known = { cursor }
      assert.strictEqual((yield* fetch({ url: `${server.url}/moved`, ...known }))._tag, "NotModified")
      const error = yield* Effect.flip(fetch({ url: `${server.url}/there`, ...known }))
      assert.include(error.message, "did not ask")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("five are followed, six are not", () =>
    Effect.gen(function* () {
      const server = yield* serve((request, response) => {
        const left = Number(request.url?.slice(1))
        return left === 0 ? response.end("<rss/>") : to(302, `/${left - 1}`)(request, response)
      })
      assert.strictEqual((yield* fetch({ url: `${server.url}/5` }))._tag, "Document")
      const error = yield* Effect.flip(fetch({ url: `${server.url}/99` }))
      assert(error._tag === "FetchFailed")
      assert.strictEqual(error.reason, "redirects")
      assert.lengthOf(server.seen, 12)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("one that leads nowhere is a typed failure", () =>
    Effect.gen(function* () {
      for (const headers of [{}, { location: "http://[" }]) {
        const server = yield* serve(answering(302, headers))
        const error = yield* Effect.flip(fetch({ url: server.url }))
        assert(error._tag === "FetchFailed")
        assert.strictEqual(error.reason, "redirects")
      }
    }).pipe(Effect.provide(network()))
  )

  it.effect("no hop may lead to a private address or another protocol", () =>
    Effect.gen(function* () {
      for (const location of [
        "http://127.1/",
        "http://[::ffff:10.0.0.1]:8080/",
        "//169.254.169.254/",
        "file:///etc/passwd"
      ]) {
        const { asked, error } = yield* follow("https://example.org/", [location])
        assert.strictEqual(error?._tag, "AddressRefused", location)
        assert.lengthOf(asked, 1)
      }
    })
  )

  it.effect("credentials go along to TLS on the same host, and never back", () =>
    Effect.gen(function* () {
      const { asked } = yield* follow("http://example.org/", [
        "https://example.org/",
        "https://example.org/feed",
        "http://example.org/",
        "https://example.org/",
        "https://example.org:8443/"
      ])
      assert.deepStrictEqual(
        asked.map((request) => request.headers["authorization"]),
        ["own", "own", "own", undefined, undefined, undefined]
      )
    })
  )

  it.scopedLive("credentials and validators stay with the server that they belong to", () =>
    Effect.gen(function* () {
      const other = yield* serve(answering(200, { etag: '"theirs"', "last-modified": "theirs" }, "<rss/>"))
      const own = yield* serve((request, response) =>
        to(302, request.url === "/1" ? "/2" : `http://evil:pw@127.0.0.1:${other.port}/`)(request, response)
      )
      const fetched = yield* fetch({ url: `http://user:pw@127.0.0.1:${own.port}/1`, cursor })
      assert.deepStrictEqual(own.seen.map(secrets), [
        [true, true, true],
        [true, true, true]
      ])
      assert.deepStrictEqual(other.seen.map(secrets), [[false, false, false]])
      assert(fetched._tag === "Document")
      assert.hasAllKeys(fetched.cursor, ["urlHash", "bodyHash", "fetchedAt"])
    }).pipe(Effect.provide(network()))
  )
})
