import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { brotliCompressSync, constants, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { answering, fetch, network, serve } from "./server.ts"

/** Writes until the client goes away; returns how much went out. */
const pour = async (response: ServerResponse, part: Uint8Array): Promise<number> => {
  const closed = once(response, "close")
  let sent = 0
  while (!response.destroyed) {
    sent += part.length
    await Promise.race([closed, new Promise((written) => response.write(part, written))])
  }
  return sent
}

// Of a fetch that should have failed only the kind is shown, not 50 MB.
const failure = (request: Parameters<typeof fetch>[0]) =>
  fetch(request).pipe(
    Effect.map(({ _tag }) => _tag),
    Effect.flip
  )

describe("a hostile or broken server", () => {
  it.scopedLive("cannot make a body larger than the limit, however well it packs", () =>
    Effect.gen(function* () {
      const zeros = Buffer.alloc(50_000_000)
      const brotli = brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
      assert.isBelow(brotli.length, 200)
      const bombs = [
        { headers: { "content-encoding": "br" }, body: brotli },
        { headers: { "content-encoding": "gzip" }, body: gzipSync(zeros) },
        { headers: {}, body: gzipSync(zeros) },
        { headers: { "content-encoding": "gzip, gzip" }, body: gzipSync(gzipSync(zeros)) },
        { headers: {}, body: zeros }
      ]
      for (const { headers, body } of bombs) {
        const server = yield* serve(answering(200, headers, body))
        const error = yield* failure({ url: server.url, maxBytes: 1_000_000 })
        assert.strictEqual(error._tag, "TooLarge")
      }
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("cannot send an endless body: it is cut off at the limit", () =>
    Effect.gen(function* () {
      let sent: Promise<number> = Promise.resolve(0)
      const server = yield* serve((_, response) => {
        response.writeHead(200, { "content-length": "10000000000" })
        sent = pour(response, Buffer.alloc(65_536, "x"))
      })
      const error = yield* failure({ url: server.url, maxBytes: 1_000_000 })
      assert.strictEqual(error._tag, "TooLarge")
      // What is over the limit fits into the buffers of two sockets.
      assert.isBelow(yield* Effect.promise(() => sent), 12_000_000)
    }).pipe(Effect.provide(network()))
  )

  const slow: ReadonlyArray<readonly [string, (response: ServerResponse) => void]> = [
    ["never answers", () => {}],
    ["drips its headers", (response) => void response.socket?.write("HTTP/1.1 200 OK\r\nx: ")],
    [
      "drips its body",
      (response) => {
        const timer = setInterval(() => response.write("x"), 20)
        response.on("close", () => clearInterval(timer))
      }
    ],
    ["stops in the middle", (response) => void response.writeHead(200, { "content-length": "9" }).write("x")]
  ]
  for (const [what, behave] of slow) {
    it.scopedLive(`that ${what} holds us no longer than the time-out`, () =>
      Effect.gen(function* () {
        const server = yield* serve((_, response) => behave(response))
        const start = yield* Clock.currentTimeMillis
        const error = yield* failure({ url: server.url, timeout: "300 millis" })
        assert(error._tag === "FetchFailed")
        assert.strictEqual(error.reason, "timeout")
        assert.match(error.message, /was not complete after 300ms\.$/)
        assert.isBelow((yield* Clock.currentTimeMillis) - start, 5_000)
      }).pipe(Effect.provide(network()))
    )
  }

  it.scopedLive("cannot stretch the time by redirects: it is a total", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        setTimeout(() => response.writeHead(302, { location: "/again" }).end(), 120)
      })
      const error = yield* failure({ url: server.url, timeout: "300 millis" })
      assert(error._tag === "FetchFailed")
      assert.strictEqual(error.reason, "timeout")
      assert.isAtMost(server.seen.length, 3)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("that breaks off its body is found out", () =>
    Effect.gen(function* () {
      const short = yield* serve((_, response) => {
        response.writeHead(200, { "content-length": "1000" }).write("<rss>")
        setTimeout(() => response.destroy(), 20)
      })
      const chunked = yield* serve((_, response) => {
        response.writeHead(200).write("<rss>")
        setTimeout(() => response.destroy(), 20)
      })
      const packed = yield* serve(
        answering(200, { "content-encoding": "gzip" }, gzipSync("<rss>".repeat(999)).subarray(0, 20))
      )
      for (const server of [short, chunked, packed]) {
        const error = yield* failure({ url: server.url })
        assert(error._tag === "FetchFailed")
        assert.strictEqual(error.reason, "truncated")
      }
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("that does not speak HTTP, or is not there, is a passing failure in plain words", () =>
    Effect.gen(function* () {
      const rude = yield* serve((_, response) => void response.socket?.end("hello\r\n"))
      const rudeness = yield* failure({ url: rude.url })
      assert(rudeness._tag === "FetchFailed")
      assert.strictEqual(rudeness.reason, "unreachable")
      const absent = yield* failure({ url: "http://127.0.0.1:1/" })
      assert.strictEqual(absent.message, "http://127.0.0.1:1/ refuses connections.")
      const unknown = yield* failure({ url: "http://no-such-name.invalid/feed" })
      assert.match(unknown.message, /^http:\/\/no-such-name\.invalid\/feed has a host name that /)
    }).pipe(Effect.provide(network()))
  )
})
