import { statSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Schedule } from "effect"
import { checkpointIfLong } from "../../src/storage/Checkpoint.ts"
import { Database } from "../../src/storage/Database.ts"
import { offLoop } from "../../src/storage/OffLoop.ts"
import { temporaryPath } from "./fixtures.ts"

const megabyte = 1024 * 1024
const logBytes = (path: string) => statSync(`${path}-wal`).size

/** Overwrites a row of a megabyte, each time with something else: equal pages would not be written. */
const write = (megabytes: number) =>
  Effect.flatMap(Database, (database) =>
    Effect.forEach(
      Array.from({ length: megabytes }, (_, n) => n),
      (n) =>
        database.transaction("write", (db) =>
          db.run("INSERT OR REPLACE INTO pause (kind, id, since, by) VALUES ('source', 'a', 0, ?)", [
            String.fromCharCode(65 + (n % 26)).repeat(megabyte)
          ])
        ),
      { discard: true }
    )
  )

const onFile = <A, E>(run: (path: string) => Effect.Effect<A, E, Database>) =>
  Effect.flatMap(temporaryPath, (path) => Effect.provide(run(path), Database.layer(path)))

describe("the write-ahead log", () => {
  it.scopedLive("is left alone while it is short", () =>
    onFile((path) =>
      Effect.gen(function* () {
        yield* write(2)
        const before = logBytes(path)
        assert.strictEqual(yield* checkpointIfLong(path), before)
        assert.strictEqual(logBytes(path), before)
      })
    )
  )
  it.scopedLive(
    "is copied into the database by a thread when it is long, and starts again at 4 MB or less",
    () =>
      onFile((path) =>
        Effect.gen(function* () {
          yield* write(20)
          assert.isAbove(logBytes(path), 20 * megabyte)
          // On a slow machine the database's own look is under way meanwhile, and one of the two finds the lock taken.
          yield* Effect.gen(function* () {
            yield* checkpointIfLong(path)
            yield* write(1)
            return logBytes(path)
          }).pipe(
            Effect.repeat({
              until: (bytes) => bytes <= 4 * megabyte,
              schedule: Schedule.spaced("200 millis")
            })
          )
        })
      )
  )
  it.scopedLive(
    "is copied early and cut where the disk has little room, so that it is not what fills it",
    () =>
      onFile((path) =>
        Effect.gen(function* () {
          yield* write(2)
          assert.isAbove(yield* checkpointIfLong(path, Number.POSITIVE_INFINITY), 2 * megabyte)
          assert.strictEqual(logBytes(path), 0)
        })
      )
  )
  it.scopedLive("that a reader kept growing is cut as soon as the reader is gone", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const reader = new Sqlite(path)
        reader.exec("BEGIN")
        reader.prepare("SELECT * FROM pause").all()
        yield* write(70)
        yield* checkpointIfLong(path)
        yield* write(1)
        assert.isAbove(logBytes(path), 70 * megabyte, "the reader still needs it")
        reader.close()
        yield* checkpointIfLong(path)
        assert.strictEqual(logBytes(path), 0)
      })
    )
  )
})

describe("a thread's failure", () => {
  it.scopedLive("is a StorageFailed with the reason", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      const missing = yield* Effect.flip(offLoop(path, "checkpoint its log", ["PRAGMA wal_checkpoint"]))
      assert.deepInclude(missing, { _tag: "StorageFailed", operation: "checkpoint its log" })
    })
  )
})
