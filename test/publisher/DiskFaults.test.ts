// The disk fails at every single statement that the publisher writes, in every way that SQLite knows: full for a while, an I/O error before or
// after a commit, a lock that others hold. Nothing is ever sent that could not be recorded first, and in the end each item stands once.
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Clock, Effect } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import {
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  pass,
  publishing,
  World,
  worldLayer
} from "./recovery/world.ts"

interface Fault {
  readonly name: string
  readonly code: string
  /** Statements in a row that fail. */
  readonly times: number
  /** The commit is carried out, and fails all the same. */
  readonly afterCommit: boolean
}

const faults: ReadonlyArray<Fault> = [
  { name: "the disk is full", code: "SQLITE_FULL", times: 1, afterCommit: false },
  { name: "the disk is full for a while", code: "SQLITE_FULL", times: 12, afterCommit: false },
  { name: "the disk reports an error", code: "SQLITE_IOERR_WRITE", times: 1, afterCommit: false },
  {
    name: "the disk reports an error for what it has written",
    code: "SQLITE_IOERR_FSYNC",
    times: 1,
    afterCommit: true
  },
  { name: "another process holds the lock", code: "SQLITE_BUSY", times: 3, afterCommit: false }
]

/** Counts statements inside of write transactions, and fails those that are chosen. */
const disk = {
  writing: false,
  count: 0,
  from: Number.POSITIVE_INFINITY,
  fault: undefined as Fault | undefined,
  /** Of the story before. */
  counted: 0,
  reset(from: number, one?: Fault) {
    Object.assign(this, { writing: false, counted: this.count, count: 0, from, fault: one })
  },
  /** Whether the statement that is to run now fails. */
  fails() {
    this.count += 1
    return this.count >= this.from && this.count < this.from + (this.fault?.times ?? 0)
  },
  error() {
    return new Sqlite.SqliteError("made to fail", this.fault?.code ?? "")
  }
}

const { exec, prepare } = Sqlite.prototype

beforeAll(() => {
  Sqlite.prototype.exec = function (this: Sqlite.Database, sql: string) {
    if (sql === "BEGIN IMMEDIATE") {
      if (disk.fails()) throw disk.error()
      disk.writing = true
    }
    if (sql === "COMMIT" && disk.writing) {
      disk.writing = false
      if (disk.fails()) {
        if (disk.fault?.afterCommit === true) exec.call(this, sql)
        throw disk.error()
      }
    }
    if (sql === "ROLLBACK") disk.writing = false
    return exec.call(this, sql)
  }
  Sqlite.prototype.prepare = function (this: Sqlite.Database, sql: string) {
    const statement = prepare.call(this, sql)
    for (const method of ["run", "get", "all"] as const) {
      const original = Reflect.get(statement, method)
      Object.assign(statement, {
        [method]: (...parameters: ReadonlyArray<unknown>) => {
          if (disk.writing && disk.fault?.afterCommit !== true && disk.fails()) throw disk.error()
          return Reflect.apply(original, statement, parameters)
        }
      })
    }
    return statement
  } as typeof prepare
})

afterAll(() => {
  Object.assign(Sqlite.prototype, { exec, prepare })
})

const channel: Channel = {
  ...deals,
  pace: { gapMs: 0, perMinute: 1000 },
  verify: { waitMs: 1_000, againMs: 1_000, giveUpMs: 3_600_000 },
  profileOf: chats.owner
}

/** Jitter makes fractions of milliseconds on a test clock, which no other clock has and no column takes. */
const onWholeMillis = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.clockWith((clock) =>
    Effect.withClock(effect, {
      ...clock,
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      sleep: (duration) => clock.sleep(duration),
      unsafeCurrentTimeMillis: () => Math.floor(clock.unsafeCurrentTimeMillis()),
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      currentTimeMillis: Effect.map(clock.currentTimeMillis, Math.floor),
      currentTimeNanos: clock.currentTimeNanos
    })
  )

/** A send that is answered, one that is not though it was carried out, one that never arrives, and one more. */
const story = (from: number, one?: Fault) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    yield* emulator.control.personalChat(chats.owner, chats.channel)
    const reset = { kind: "rst" } as const
    yield* fault({ stage: "processed", method: "sendMessage", nth: 2, action: reset })
    yield* fault({ stage: "received", method: "sendMessage", nth: 3, action: reset })
    for (const title of ["a", "b", "c", "d"]) yield* enqueue(title, channel)
    disk.reset(from, one)
    // Whoever starts the program starts it anew when the disk has failed it.
    yield* publishing(channel).pipe(
      Effect.catchAll(() => Effect.sleep("1 second")),
      Effect.forever,
      onWholeMillis,
      Effect.fork
    )
    yield* pass(50, 10)
    disk.reset(Number.POSITIVE_INFINITY)
    return yield* everShown
  }).pipe(Effect.scoped, Effect.provide(worldLayer()))

describe("a disk that fails", () => {
  for (const one of faults) {
    it.scoped(
      `wherever ${one.name}: every item stands once`,
      () =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* story(Number.POSITIVE_INFINITY), ["a", "b", "c", "d"])
          const statements = disk.counted
          assert.isAbove(statements, 40)
          for (let from = 1; from <= statements; from++) {
            const shown = yield* story(from, one)
            assert.deepStrictEqual(
              shown.toSorted(),
              ["a", "b", "c", "d"],
              `statement ${from} of ${statements}`
            )
          }
        }),
      300_000
    )
  }
})
