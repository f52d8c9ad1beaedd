import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answering, fetch, network, serve } from "./server.ts"

const errorOf = (status: number, headers: Record<string, string> = {}) =>
  Effect.flatMap(serve(answering(status, headers, "<html>")), (server) =>
    Effect.flip(fetch({ url: server.url }))
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
})
