import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { createServer, type ServerOptions } from "node:https"
import type { AddressInfo, Server } from "node:net"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { type Duration, Effect } from "effect"
import { selfSigned } from "../../sandbox/contract/receiver.ts"
import { answering, fetch, network, serve } from "./server.ts"

const errorOf = (status: number, headers: Record<string, string> = {}) =>
  Effect.flatMap(serve(answering(status, headers, "<html>")), (server) =>
    Effect.flip(fetch({ url: server.url }))
  )

const behind = (listener: RequestListener, timeout?: Duration.DurationInput) =>
  Effect.flatMap(serve(listener), ({ url }) =>
    Effect.flip(fetch({ url, ...(timeout === undefined ? {} : { timeout }) }))
  )

describe("what a status means", () => {
  it.scopedLive("each class of status is the error of one reaction", () =>
    Effect.gen(function* () {
      const expected: ReadonlyArray<readonly [number, string]> = [
        [400, "FetchRefused"],
        [401, "FetchRefused"],
        [403, "FetchRefused"],
        [404, "FetchGone"],
        [408, "FetchFailed"],
        [410, "FetchGone"],
        [429, "FetchFailed"],
        [451, "FetchRefused"],
        [500, "FetchFailed"],
        [503, "FetchFailed"],
        [300, "FetchFailed"]
      ]
      for (const [status, tag] of expected) {
        const error = yield* errorOf(status)
        assert.strictEqual(error._tag, tag, String(status))
        assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/ .*\.$/)
        assert.include(error.message, String(status))
      }
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("Retry-After is honoured in seconds and as a date, up to a day", () =>
    Effect.gen(function* () {
      const waits = yield* Effect.forEach(
        [
          { "retry-after": "120" },
          { "retry-after": "999999999" },
          { "retry-after": "Tue, 24 Nov 2026 12:10:00 GMT", date: "Tue, 24 Nov 2026 12:00:00 GMT" },
          { "retry-after": "soon" },
          {}
        ],
        (headers) => errorOf(503, headers)
      )
      assert.deepStrictEqual(
        waits.map((error) => (error._tag === "FetchFailed" ? error.retryAfterMs : error._tag)),
        [120_000, 86_400_000, 600_000, undefined, undefined]
      )
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("a challenge for browsers is a refusal, whatever its status", () =>
    Effect.gen(function* () {
      for (const status of [200, 403, 503]) {
        const error = yield* errorOf(status, { "cf-mitigated": "challenge" })
        assert(error._tag === "FetchRefused")
        assert.isTrue(error.challenge)
      }
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("a page of a bot guard behind a refusal is a challenge, and the error says whose", () =>
    Effect.gen(function* () {
      const page = `<html><p>Please enable JS</p><script src="https://ct.captcha-delivery.com/c.js"></script></html>`
      const html = { "content-type": "text/html" }
      for (const status of [403, 405, 429, 503]) {
        const error = yield* behind(answering(status, html, page))
        assert(error._tag === "FetchRefused")
        assert.isTrue(error.challenge)
        assert.include(error.message, `answered ${status} with a bot check (DataDome): ask the site`)
      }
      const zipped = yield* behind(answering(403, { ...html, "content-encoding": "gzip" }, gzipSync(page)))
      assert(zipped._tag === "FetchRefused")
      assert.isTrue(zipped.challenge)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("what is no such page changes nothing, nor one that does not come", () =>
    Effect.gen(function* () {
      const html = { "content-type": "text/html" }
      const captcha = `<html><p>Not here.</p><div class="g-recaptcha"></div></html>`
      assert.strictEqual((yield* behind(answering(404, html, captcha)))._tag, "FetchGone")
      const others = [
        answering(401, html, captcha),
        answering(403, html, "<html><h1>403 Forbidden</h1><hr>nginx</html>"),
        answering(403, html, `<html>${"<p>long</p>".repeat(100_000)}</html>`),
        answering(403, { "content-type": "application/json" }, `{"error":"no"}`),
        answering(403, { ...html, "content-encoding": "gzip" }, "no gzip"),
        (_: IncomingMessage, response: ServerResponse) => void response.writeHead(403, html).write("<html>")
      ]
      for (const [index, answer] of others.entries()) {
        const error = yield* behind(answer, "10 seconds")
        assert(error._tag === "FetchRefused", `${index}: ${error.message}`)
        assert.isFalse(error.challenge, `${index}`)
      }
    }).pipe(Effect.provide(network()))
  )
})

/** A server with TLS on loopback, gone with the scope. */
const secure = (options: ServerOptions) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer({ ...selfSigned, ...options })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))
  ).pipe(Effect.map((server) => `https://127.0.0.1:${(server.address() as AddressInfo).port}/`))

describe("a connection that cannot be made safe", () => {
  it.scopedLive("is said in words, and may be better another time", () =>
    Effect.gen(function* () {
      const plain = yield* serve(answering(200, {}, "<rss/>"))
      const cases = [
        [yield* secure({}), "has a self-signed certificate"],
        [
          yield* secure({ minVersion: "TLSv1", maxVersion: "TLSv1.1" }),
          "speaks only versions of TLS that are not safe"
        ],
        [plain.url.replace("http:", "https:"), "does not speak TLS; is it http://?"]
      ] as const
      for (const [url, said] of cases) {
        const error = yield* Effect.flip(fetch({ url }))
        assert.strictEqual(error._tag, "FetchFailed")
        assert.include(error.message, said)
      }
    }).pipe(Effect.provide(network()))
  )
})
