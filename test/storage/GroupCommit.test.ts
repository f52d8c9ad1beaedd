// What several writers that share a commit may rely on, on a real database whose commits are counted and made to fail.
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Exit, Fiber } from "effect"
import { groupCommit } from "../../src/storage/GroupCommit.ts"
import { sqliteError } from "../../src/storage/SqliteFailure.ts"
import type { Connection } from "../../src/storage/Statements.ts"

const turn = Effect.promise(() => new Promise<void>((turned) => setImmediate(turned)))

const stage = (refuses: string | undefined = undefined) => {
  const db = new Sqlite(":memory:")
  db.exec("CREATE TABLE said (word TEXT PRIMARY KEY)")
  const log: Array<string> = []
  const clock = { ms: 0 }
  const state = { refuses }
  const connection: Connection = {
    prepare: (sql) => db.prepare(sql),
    get inTransaction() {
      return db.inTransaction
    },
    exec: (sql) => {
      if (sql === state.refuses) throw sqliteError("SQLITE_IOERR_FSYNC")
      if (sql === "COMMIT") log.push("commit")
      return db.exec(sql)
    }
  }
  const together = groupCommit(connection, () => clock.ms)
  /** Says a word in the table; the log has when it ran and when it was told. */
  const say = (word: string, then: () => void = () => {}) =>
    Effect.flatMap(
      together(() => {
        db.prepare("INSERT INTO said VALUES (?)").run(word)
        log.push(`ran ${word}`)
        then()
        return word
      }),
      (outcome) => Effect.try({ try: outcome, catch: (cause) => String(cause) })
    ).pipe(Effect.tapBoth({ onSuccess: () => tell(word), onFailure: () => tell(`${word} failed`) }))
  const tell = (what: string) => Effect.sync(() => log.push(`told ${what}`))
  const said = () => db.prepare("SELECT word FROM said ORDER BY rowid").pluck().all()
  const all = (...writers: ReadonlyArray<Effect.Effect<string, unknown>>) =>
    Effect.forEach(writers, Effect.exit, { concurrency: "unbounded" })
  return { db, log, clock, state, say, said, all }
}

const fails = () => {
  throw sqliteError("SQLITE_IOERR_READ")
}

describe("GroupCommit", () => {
  it.effect("writers of one moment run in their order, and are told after the commit that they share", () =>
    Effect.gen(function* () {
      const { all, say, said, log } = stage()
      const exits = yield* all(say("a"), say("b"), say("c"))
      assert.deepStrictEqual(exits, [Exit.succeed("a"), Exit.succeed("b"), Exit.succeed("c")])
      assert.deepStrictEqual(log, ["ran a", "ran b", "ran c", "commit", "told a", "told b", "told c"])
      assert.deepStrictEqual(said(), ["a", "b", "c"])
    })
  )

  it.effect("one that fails leaves the others stored, and nothing of itself", () =>
    Effect.gen(function* () {
      const { all, say, said, log } = stage()
      const exits = yield* all(say("a"), say("b", fails), say("c"))
      assert.deepStrictEqual(exits.map(Exit.isSuccess), [true, false, true])
      assert.deepStrictEqual(said(), ["a", "c"])
      assert.strictEqual(log.filter((line) => line === "commit").length, 1)
      assert.isAbove(log.indexOf("told b failed"), log.indexOf("commit"))
    })
  )

  for (const failing of ["COMMIT", "BEGIN IMMEDIATE", "RELEASE writer"]) {
    it.effect(`a ${failing} that fails is told to all whom it concerns, and the next ones are stored`, () =>
      Effect.gen(function* () {
        const { all, say, said, state } = stage(failing)
        const exits = yield* all(say("a"), say("b"))
        assert.deepStrictEqual(exits.map(Exit.isSuccess), [false, false])
        assert.deepStrictEqual(said(), [])
        state.refuses = undefined
        yield* all(say("a"), say("b"))
        assert.deepStrictEqual(said(), ["a", "b"])
      })
    )
  }

  it.effect(
    "a failure that takes back the whole transaction is told to those whose work was done before",
    () =>
      Effect.gen(function* () {
        const { all, say, said, db } = stage()
        const full = () => {
          db.exec("ROLLBACK")
          throw sqliteError("SQLITE_FULL")
        }
        const exits = yield* all(say("a"), say("b", full), say("c"))
        const told = Exit.fail(String(sqliteError("SQLITE_FULL")))
        assert.deepStrictEqual(exits, [told, told, told])
        assert.deepStrictEqual(said(), [])
      })
  )

  it.effect("a group ends when it has taken some milliseconds; the loop turns before the next", () =>
    Effect.gen(function* () {
      const { all, say, log, clock } = stage()
      const long = () => {
        clock.ms += 5
      }
      let turns = 0
      const turning = yield* Effect.fork(
        Effect.forever(
          Effect.tap(turn, () => {
            turns += 1
          })
        )
      )
      yield* all(say("a", long), say("b", long), say("c", long), say("d", long))
      yield* Fiber.interrupt(turning)
      assert.deepStrictEqual(
        log.filter((line) => !line.startsWith("told")),
        ["ran a", "ran b", "commit", "ran c", "ran d", "commit"]
      )
      assert.isAtLeast(turns, 1)
    })
  )

  it.effect("one that is interrupted while it waits is stored, and ends after that", () =>
    Effect.gen(function* () {
      const { say, said } = stage()
      const waiting = yield* Effect.fork(say("a"))
      yield* Effect.yieldNow()
      assert.deepStrictEqual(said(), [])
      yield* Fiber.interrupt(waiting)
      assert.deepStrictEqual(said(), ["a"])
    })
  )
})
