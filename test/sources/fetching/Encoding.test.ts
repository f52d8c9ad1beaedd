import { Readable } from "node:stream"
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { BodyFault, decoded } from "../../../src/sources/Encoding.ts"
import { answering, bytesOf, fetch, network, serve } from "./server.ts"

const text = `<rss>${"é".repeat(5000)}</rss>`
const bytes = Buffer.from(text)

const right: ReadonlyArray<readonly [string, string | undefined, Uint8Array]> = [
  ["no encoding", undefined, bytes],
  ["identity", "identity", bytes],
  ["gzip", "gzip", gzipSync(text)],
  ["x-gzip, in capitals", "X-GZIP", gzipSync(text)],
  ["deflate as it should be", "deflate", deflateSync(text)],
  ["deflate as some servers do it", "deflate", deflateRawSync(text)],
  ["brotli", "br", brotliCompressSync(text)],
  ["two layers", "gzip, br", brotliCompressSync(gzipSync(text))],
  ["a .gz file without a header", undefined, gzipSync(text)],
  ["a .gz file that was packed again", "gzip", gzipSync(gzipSync(text))],
  ["gzip in the header only", "gzip", bytes]
]

const wrong: ReadonlyArray<readonly [string, string, Uint8Array, string]> = [
  ["brotli in the header only", "br", bytes, "garbled"],
  ["an encoding that nobody asked for", "zstd", bytes, "garbled"],
  ["deflate that is neither form", "deflate", Buffer.alloc(9, 0xff), "garbled"],
  ["layers without end", "gzip, gzip, gzip, gzip", gzipSync(text), "garbled"],
  ["gzip with damage", "gzip", gzipSync(text).fill(0xff, 20, 30), "garbled"],
  ["gzip that is cut off", "gzip", gzipSync(text).subarray(0, 30), "truncated"],
  ["brotli that is cut off", "br", brotliCompressSync(text).subarray(0, 10), "truncated"]
]

describe("content encodings", () => {
  it.scopedLive("every form that servers use is read, over the network", () =>
    Effect.forEach(right, ([name, encoding, body]) =>
      Effect.gen(function* () {
        const server = yield* serve(
          answering(200, encoding === undefined ? {} : { "content-encoding": encoding }, body)
        )
        const fetched = yield* fetch({ url: server.url })
        assert(fetched._tag === "Document")
        assert.strictEqual((yield* bytesOf(fetched.body)).toString(), text, name)
      })
    ).pipe(Effect.provide(network()))
  )

  it.scopedLive("a body that is not what its header says is a typed failure", () =>
    Effect.forEach(wrong, ([name, encoding, body, reason]) =>
      Effect.gen(function* () {
        const server = yield* serve(answering(200, { "content-encoding": encoding }, body))
        const error = yield* Effect.flip(fetch({ url: server.url }))
        assert(error._tag === "FetchFailed", name)
        assert.strictEqual(error.reason, reason, name)
      })
    ).pipe(Effect.provide(network()))
  )

  it.effect("the limit holds exactly, and an empty body stays empty", () =>
    Effect.gen(function* () {
      const sizeOf = (body: Uint8Array, maxBytes: number) =>
        Effect.tryPromise({
          try: async () => {
            let size = 0
            for await (const part of decoded(Readable.from([body]), "gzip", maxBytes)) size += part.length
            return size
          },
          catch: (cause) => (cause instanceof BodyFault ? cause.fault : String(cause))
        })
      assert.strictEqual(yield* sizeOf(gzipSync(text), bytes.length), bytes.length)
      assert.strictEqual(yield* Effect.flip(sizeOf(gzipSync(text), bytes.length - 1)), "too-large")
      assert.strictEqual(yield* sizeOf(new Uint8Array(), 10), 0)
    })
  )
})
