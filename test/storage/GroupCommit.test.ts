// What those who wait for the disk together may rely on, with a disk whose rounds end when the test says so; and that a database asks its own.
import { open } from "node:fs/promises"
import { assert, describe, it, vi } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Exit, Fiber } from "effect"
import { Database } from "../../src/storage/Database.ts"
import { inRounds } from "../../src/storage/GroupCommit.ts"
import { temporaryPath } from "./fixtures.ts"

/** A disk whose rounds are told apart by their number, the first is 0. */
const slowDisk = () => {
  const rounds: Array<{ readonly end: () => void; readonly fail: (cause: Error) => void }> = []
  const sync = () => new Promise<void>((end, fail) => void rounds.push({ end, fail }))
  const onDisk = inRounds(sync)
  const told: Array<string> = []
  /** Waits for the disk in a fiber of its own. */
  const ask = (name: string) =>
    onDisk.pipe(
      Effect.tapBoth({
        onSuccess: () => Effect.sync(() => told.push(name)),
        onFailure: ({ reason }) => Effect.sync(() => told.push(`${name}: ${reason}`))
      }),
      Effect.fork,
      Effect.tap(() => settled)
    )
  return { rounds, told, ask }
}

/** All that can happen without the disk has happened. */
const settled = Effect.promise(() => new Promise<void>((turned) => setImmediate(turned)))

const end = (round: { readonly end: () => void } | undefined) =>
  Effect.zipRight(
    Effect.sync(() => round?.end()),
    settled
  )

describe("GroupCommit", () => {
  it.effect("who asks alone waits for nobody; who asks while the disk is at work shares the next round", () =>
    Effect.gen(function* () {
      const { rounds, told, ask } = slowDisk()
      yield* ask("a")
      assert.strictEqual(rounds.length, 1, "at once")
      yield* ask("b")
      yield* ask("c")
      assert.strictEqual(rounds.length, 1, "what b and c wrote may have missed the round that runs")
      yield* end(rounds[0])
      assert.deepStrictEqual(told, ["a"])
      assert.strictEqual(rounds.length, 2)
      yield* end(rounds[1])
      assert.deepStrictEqual(told, ["a", "b", "c"])
      yield* ask("d")
      yield* end(rounds[2])
      assert.deepStrictEqual(told, ["a", "b", "c", "d"])
    })
  )

  it.effect(
    "a round that fails is told to all in it and to all who ask later, and never as one to try again",
    () =>
      Effect.gen(function* () {
        const { rounds, told, ask } = slowDisk()
        yield* ask("a")
        yield* ask("b")
        yield* ask("c")
        yield* end(rounds[0])
        rounds[1]?.fail(Object.assign(new Error("no space"), { code: "ENOSPC" }))
        yield* settled
        yield* ask("d")
        assert.deepStrictEqual(told, ["a", "b: io", "c: io", "d: io"])
        assert.strictEqual(rounds.length, 2, "the disk is not asked again")
      })
  )

  it.effect("an interruption waits for the round", () =>
    Effect.gen(function* () {
      const { rounds, ask } = slowDisk()
      const asking = yield* ask("a")
      const interruption = yield* Effect.fork(Fiber.interrupt(asking))
      yield* settled
      assert.isNull(interruption.unsafePoll())
      yield* end(rounds[0])
      yield* Fiber.join(interruption)
    })
  )
})

describe("Database.together", () => {
  const pause = (id: string) =>
    Effect.flatMap(Database, (database) =>
      database.together("pause", (db) =>
        db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', ?, 0, 'me')", [id])
      )
    )
  const pausedIn = (path: string) => {
    const other = new Sqlite(path, { readonly: true })
    const ids = other.prepare("SELECT id FROM pause ORDER BY id").pluck().all()
    other.close()
    return ids
  }

  it.scoped(
    "is seen by everybody at once and told when it is on the disk; one that fails leaves nothing",
    () =>
      Effect.gen(function* () {
        const path = yield* temporaryPath
        let release = () => {}
        const atDisk = new Promise<void>((released) => {
          release = released
        })
        const handle = yield* Effect.promise(() => open(import.meta.filename))
        yield* Effect.promise(() => handle.close())
        const prototype: typeof handle = Object.getPrototypeOf(handle)
        const real = prototype.datasync
        const spy = vi.spyOn(prototype, "datasync").mockImplementation(async function (this: typeof handle) {
          await atDisk
          return real.call(this)
        })
        yield* Effect.addFinalizer(() => Effect.sync(() => spy.mockRestore()))
        yield* Effect.gen(function* () {
          const writing = yield* Effect.fork(pause("a"))
          yield* settled
          assert.deepStrictEqual(pausedIn(path), ["a"])
          assert.isNull(writing.unsafePoll())
          const failing = yield* Effect.exit(pause("a"))
          assert.isTrue(Exit.isFailure(failing), "it does not wait for the disk")
          release()
          yield* Fiber.join(writing)
          yield* pause("b")
          assert.deepStrictEqual(pausedIn(path), ["a", "b"])
        }).pipe(Effect.provide(Database.layer(path)))
      })
  )
})
