import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, TestClock } from "effect"
import { makeWatch } from "../../../src/sources/Deadlines.ts"
import { hop } from "../../../src/sources/Hop.ts"
import { Kept } from "../../../src/sources/Spool.ts"

/** The clock that rules, with a date that somebody sets. */
const datedClock = Effect.map(Clock.clockWith(Effect.succeed), (clock) => {
  const dated: { offsetMs: number; readonly clock: Clock.Clock } = {
    offsetMs: 0,
    clock: {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + dated.offsetMs,
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      currentTimeMillis: Effect.sync(() => clock.unsafeCurrentTimeMillis() + dated.offsetMs),
      currentTimeNanos: clock.currentTimeNanos,
      sleep: (duration) => clock.sleep(duration)
    }
  }
  return dated
})

describe("deadlines", () => {
  it.scoped("each is kept to the millisecond, also one that is sooner than those before it", () =>
    Effect.gen(function* () {
      const watch = yield* makeWatch
      const cut: Array<string> = []
      const until = (name: string, at: number) => watch({ at: () => at, cut: () => cut.push(name) })
      until("late", 5_000)
      yield* TestClock.adjust("1 second")
      until("sooner", 2_000)
      const calledOff = until("never", 3_000)
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(cut, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(cut, ["sooner"])
      calledOff()
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(cut, ["sooner", "late"])
    })
  )

  it.scoped("what makes progress gets more time, and is cut off once", () =>
    Effect.gen(function* () {
      const watch = yield* makeWatch
      let [at, cuts] = [1_000, 0]
      watch({ at: () => at, cut: () => cuts++ })
      yield* TestClock.adjust("900 millis")
      at = 4_000
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(cuts, 0)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(cuts, 1)
    })
  )

  it.scoped("setting the date neither cuts a request off nor lets it hold its host's place for an hour", () =>
    Effect.gen(function* () {
      const dated = yield* datedClock
      for (const offsetMs of [-3_600_000, 3_600_000]) {
        dated.offsetMs = 0
        const fiber = yield* Effect.gen(function* () {
          const watch = yield* makeWatch
          const request = {
            ...{ ask: () => new Promise<never>(() => {}), watch, url: new URL("https://example.org/feed") },
            ...{ headers: {}, maxBytes: 1_000, timeoutMs: 30_000, kept: new Kept("", 1_000) }
          }
          return yield* Effect.exit(hop(request, 30_000))
        }).pipe(Effect.scoped, Effect.withClock(dated.clock), Effect.fork)
        yield* TestClock.adjust("1 second")
        dated.offsetMs = offsetMs
        yield* TestClock.adjust("28 seconds")
        assert.strictEqual(fiber.unsafePoll(), null)
        yield* TestClock.adjust("2 seconds")
        assert.isNotNull(fiber.unsafePoll(), "cut off after 30 seconds")
        const exit = yield* Fiber.join(fiber)
        assert(Exit.isFailure(exit))
      }
    })
  )
})
