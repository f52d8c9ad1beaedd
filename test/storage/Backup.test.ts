import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Fiber } from "effect"
import { ChannelId } from "../../src/domain/Names.ts"
import { BackupExists, backup } from "../../src/storage/Backup.ts"
import { Database } from "../../src/storage/Database.ts"
import { insertDelivery, temporaryPath } from "./fixtures.ts"

const quiet = { force: false, onProgress: () => {} }

const fill = (database: typeof Database.Service, count: number) =>
  database.transaction("fill", (db) => {
    for (let n = 0; n < count; n++) {
      insertDelivery(db, {
        channel: ChannelId.make("deals"),
        title: `${n} ${"x".repeat(500)}`,
        priority: 0,
        now: n
      })
    }
  })

const titles = (file: string) => {
  const copy = new Sqlite(file, { readonly: true })
  const count = copy.prepare("SELECT count(*) FROM item_payload").pluck().get()
  copy.close()
  return count
}

describe("backup", () => {
  it.live("is one moment of a database that is written to meanwhile, in one file", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const path = yield* temporaryPath
        yield* Effect.gen(function* () {
          const database = yield* Database
          yield* fill(database, 5_000)
          const file = join(dirname(path), "copy.db")
          const atFirstStep: Array<number> = []
          const onProgress = () => void (atFirstStep.length === 0 && atFirstStep.push(Number(titles(path))))
          const writer = yield* Effect.fork(Effect.forever(Effect.delay(fill(database, 1), "1 millis")))
          const bytes = yield* backup(path, file, { force: false, onProgress })
          yield* Fiber.interrupt(writer)
          assert.isAbove(bytes, 2_000_000)
          assert.isAtLeast(Number(titles(file)), 5_000)
          // A copy that had started again would hold what was written after its first step.
          assert.isAtMost(Number(titles(file)), atFirstStep[0] ?? 0)
          assert.isAbove(Number(titles(path)), Number(titles(file)))
          assert.deepStrictEqual(
            readdirSync(dirname(path)).filter((name) => name.startsWith("copy")),
            ["copy.db"]
          )
        }).pipe(Effect.provide(Database.layer(path)))
      })
    )
  )

  it.live("replaces a file only by force", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const path = yield* temporaryPath
        const file = `${path}.backup`
        yield* Effect.gen(function* () {
          writeFileSync(file, "precious")
          const refused = yield* Effect.flip(backup(path, file, quiet))
          assert.instanceOf(refused, BackupExists)
          assert.include(refused.message, "--force")
          yield* backup(path, file, { ...quiet, force: true })
          assert.strictEqual(titles(file), 0)
        }).pipe(Effect.provide(Database.layer(path)))
      })
    )
  )

  it.live("leaves nothing behind when there is nothing to copy", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const path = yield* temporaryPath
        const error = yield* Effect.flip(backup(`${path}.absent`, `${path}.backup`, quiet))
        assert.strictEqual(error._tag, "StorageFailed")
        assert.isFalse(existsSync(`${path}.backup`))
      })
    )
  )
})
