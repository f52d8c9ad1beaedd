import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { partBytes } from "../../../src/sources/Body.ts"
import { diskFailure, heldBytes, Kept } from "../../../src/sources/Spool.ts"
import { answering, bytesOf, fetch, network, serve } from "./server.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-test-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

const numbers = Buffer.from(Array.from({ length: 1_000_000 }, (_, n) => n.toString().padStart(6)).join("\n"))
const maxBytes = 20_000_000

/** What this process has open; a file that was removed is told as such. */
const openFiles = (): ReadonlyArray<string> =>
  readdirSync("/proc/self/fd").flatMap((number) => {
    try {
      return [readlinkSync(`/proc/self/fd/${number}`)]
    } catch {
      // The one that the folder was read by.
      return []
    }
  })

describe("a body that is larger than what is held in memory", () => {
  it.scopedLive("is read from a file without a name, the same as it was sent, as often as one likes", () =>
    Effect.gen(function* () {
      assert.isAbove(numbers.length, heldBytes)
      const path = yield* folder
      const packed = yield* serve(answering(200, { "content-encoding": "gzip" }, gzipSync(numbers)))
      yield* Effect.gen(function* () {
        const fetched = yield* fetch({ url: packed.url, maxBytes })
        assert(fetched._tag === "Document")
        const { body } = fetched
        assert.deepStrictEqual(readdirSync(path), [])
        assert.strictEqual(body.size, numbers.length)
        assert.isBelow(body.head.length, heldBytes)
        assert.isTrue(numbers.subarray(0, body.head.length).equals(body.head))
        assert.isTrue(numbers.equals(yield* bytesOf(body)))
        assert.isTrue(numbers.equals(yield* bytesOf(body)))
        assert.isAtMost((yield* body.part(0)).length, partBytes)
        assert.strictEqual((yield* body.part(numbers.length)).length, 0)
      }).pipe(Effect.provide(network({ folder: path })))
    })
  )

  it.scopedLive("is gone with the scope that it was fetched in", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, numbers))
      const scope = yield* Scope.make()
      const fetched = yield* Scope.extend(fetch({ url: server.url, maxBytes }), scope)
      assert(fetched._tag === "Document")
      yield* Scope.close(scope, Exit.void)
      const error = yield* Effect.flip(fetched.body.part(0))
      assert.strictEqual(error.reason, "disk")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("leaves no open file behind when it is called off while the file is being opened", () =>
    Effect.gen(function* () {
      const path = yield* folder
      for (let others = 0; others < 4; others++) {
        const kept = new Kept(path, 10)
        yield* Effect.promise(async () => {
          const added = kept.add(new Uint8Array(20))
          for (let other = 0; other < others; other++) await Promise.resolve()
          await kept.close()
          await added
        })
      }
      assert.deepStrictEqual(
        openFiles().filter((file) => file.startsWith(path)),
        []
      )
    })
  )

  it.scopedLive("is known by its hash before anybody reads it", () =>
    Effect.gen(function* () {
      const server = yield* serve(answering(200, {}, numbers))
      const first = yield* fetch({ url: server.url, maxBytes })
      assert(first._tag === "Document")
      const second = yield* fetch({ url: server.url, maxBytes, cursor: first.cursor })
      assert.strictEqual(second._tag, "Unchanged")
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("fails alone when the disk cannot take it", () =>
    Effect.gen(function* () {
      const noFolder = join(yield* folder, "file")
      writeFileSync(noFolder, "")
      const large = yield* serve(answering(200, {}, numbers))
      const small = yield* serve(answering(200, {}, "<rss/>"))
      yield* Effect.gen(function* () {
        const error = yield* Effect.flip(fetch({ url: large.url, maxBytes }))
        assert(error._tag === "FetchFailed")
        assert.strictEqual(error.message, `${large.url}/ could not be kept on the disk (ENOTDIR).`)
        assert.strictEqual((yield* fetch({ url: small.url }))._tag, "Document")
      }).pipe(Effect.provide(network({ folder: noFolder })))
      const full = Object.assign(new Error("write"), { code: "ENOSPC" })
      assert.strictEqual(
        diskFailure("https://user:pw@shop.example/feed?key=1", full).message,
        "https://shop.example/feed?… is too large for the space that is left on the disk."
      )
    })
  )

  it.scopedLive("may take longer than a small one, as long as it keeps coming", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.writeHead(200)
        const more = (part: number) => {
          if (part === 8) return response.end()
          response.write(Buffer.alloc(100_000))
          setTimeout(() => more(part + 1), 60)
        }
        more(0)
      })
      const fetched = yield* fetch({ url: server.url, timeout: "200 millis" })
      assert(fetched._tag === "Document")
      assert.strictEqual(fetched.body.size, 800_000)
    }).pipe(Effect.provide(network()))
  )
})

describe("the folder for large bodies", () => {
  it.scopedLive("is swept at the start of what a crash left, and of nothing else", () =>
    Effect.gen(function* () {
      const path = yield* folder
      for (const name of ["oncecast-17-3.body", "oncecast.db", "oncecast-x.body", "17-3.body"]) {
        writeFileSync(join(path, name), "x")
      }
      yield* Effect.void.pipe(Effect.provide(network({ folder: path })))
      assert.deepStrictEqual(readdirSync(path), ["17-3.body", "oncecast-x.body", "oncecast.db"])
    })
  )

  it.scopedLive("is made if need be", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "a", "b")
      const server = yield* serve(answering(200, {}, numbers))
      const fetched = yield* fetch({ url: server.url, maxBytes }).pipe(
        Effect.provide(network({ folder: path }))
      )
      assert.strictEqual(fetched._tag, "Document")
    })
  )
})
