import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { backupsIn, keepBackedUp, newestBackupAt } from "../../src/storage/BackupFolder.ts"
import { migrate } from "../../src/storage/Migrations.ts"
import { temporaryPath } from "./fixtures.ts"

const dayMs = 86_400_000

/** Backups are made by real threads, which virtual time does not wait for. */
const until = (holds: () => boolean) =>
  Effect.promise(async () => {
    for (const begun = performance.now(); !holds(); ) {
      assert.isBelow(performance.now() - begun, 10_000, "it did not come to that")
      await new Promise((resolve) => setImmediate(resolve))
    }
  })

const made = Effect.gen(function* () {
  const path = yield* temporaryPath
  yield* migrate(path)
  const folder = join(dirname(path), "backups")
  return { path, folder, names: () => backupsIn(folder).map(({ at }) => at / dayMs) }
})

describe("scheduled backups", () => {
  it.scoped("are made when the newest is old enough, and the oldest go; other files stay", () =>
    Effect.gen(function* () {
      const { path, folder, names } = yield* made
      mkdirSync(folder)
      writeFileSync(join(folder, "mine.db"), "")
      writeFileSync(join(folder, "oncecast-20000101T000000Z.db.old"), "")
      yield* TestClock.setTime(dayMs)
      const fiber = yield* Effect.fork(keepBackedUp(path, { folder, everyMs: dayMs, keep: 2 }))
      yield* until(() => names().includes(1))
      yield* TestClock.adjust("23 hours")
      assert.deepStrictEqual(names(), [1])
      for (const day of [2, 3, 4]) {
        yield* TestClock.adjust(day === 2 ? "1 hour" : "24 hours")
        yield* until(() => names().includes(day) && names().length <= 2)
      }
      assert.deepStrictEqual(names(), [3, 4])
      yield* Fiber.interrupt(fiber)
      assert.isTrue(existsSync(join(folder, "mine.db")))
      // A restart makes none before its time.
      const again = yield* Effect.fork(keepBackedUp(path, { folder, everyMs: dayMs, keep: 2 }))
      yield* TestClock.adjust("23 hours")
      yield* Fiber.interrupt(again)
      assert.deepStrictEqual(names(), [3, 4])
      assert.strictEqual(readdirSync(folder).length, 4)
    })
  )

  it.scoped("of a time to come, from before the clock was set back, do not count as the newest", () =>
    Effect.gen(function* () {
      const { folder } = yield* made
      mkdirSync(folder)
      for (const day of ["02", "09"]) writeFileSync(join(folder, `oncecast-197001${day}T000000Z.db`), "")
      assert.strictEqual(newestBackupAt(folder, 3 * dayMs), dayMs)
      assert.strictEqual(newestBackupAt(folder, 9 * dayMs), 8 * dayMs)
      assert.isUndefined(newestBackupAt(folder, 0))
    })
  )

  it.scoped(
    "stay though as many are of a time to come: those go first, and the next is made in its time",
    () =>
      Effect.gen(function* () {
        const { path, folder, names } = yield* made
        mkdirSync(folder)
        for (const day of ["08", "09"]) writeFileSync(join(folder, `oncecast-197001${day}T000000Z.db`), "")
        yield* TestClock.setTime(dayMs)
        const fiber = yield* Effect.fork(keepBackedUp(path, { folder, everyMs: dayMs, keep: 2 }))
        yield* until(() => names().includes(1) && names().length <= 2)
        assert.deepStrictEqual(names(), [1, 8])
        yield* Fiber.interrupt(fiber)
      })
  )

  it.scoped("that are made more seldom than a timer can wait are made all the same", () =>
    Effect.gen(function* () {
      const { path, folder, names } = yield* made
      yield* TestClock.setTime(dayMs)
      const fiber = yield* Effect.fork(keepBackedUp(path, { folder, everyMs: 30 * dayMs, keep: 2 }))
      yield* until(() => names().includes(1))
      const asleep = Effect.map(TestClock.sleeps(), (times) => Math.max(...times))
      let wakes = yield* asleep
      while (!Number.isFinite(wakes)) {
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        wakes = yield* asleep
      }
      assert.isAtMost(wakes - dayMs, 2 ** 31 - 1)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.scoped("that fail are tried again, and end nothing", () =>
    Effect.gen(function* () {
      const { path, folder, names } = yield* made
      writeFileSync(folder, "a file where the folder should be")
      const fiber = yield* Effect.fork(keepBackedUp(path, { folder, everyMs: dayMs, keep: 2 }))
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      rmSync(folder)
      yield* TestClock.adjust("10 minutes")
      yield* until(() => names().length === 1)
      yield* Fiber.interrupt(fiber)
    })
  )
})
