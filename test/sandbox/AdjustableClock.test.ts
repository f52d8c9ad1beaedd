// E15: a clock that can be moved, on the test clock.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { makeAdjustableClock } from "../../src/sandbox/AdjustableClock.ts"

const ticking = (every: number, seen: Array<number>) =>
  Effect.sleep(every).pipe(
    Effect.zipRight(Effect.map(Clock.currentTimeMillis, (now) => seen.push(now))),
    Effect.forever
  )

describe("a clock that can be moved (E15)", () => {
  it.scoped(
    "a jump wakes each sleeper at its own instant, in order, also those who sleep again meanwhile",
    () =>
      Effect.gen(function* () {
        const clock = yield* makeAdjustableClock
        const seen: Array<number> = []
        yield* Effect.forkScoped(ticking(1000, seen).pipe(Effect.withClock(clock)))
        yield* Effect.forkScoped(ticking(2500, seen).pipe(Effect.withClock(clock)))
        yield* Effect.yieldNow()
        assert.deepStrictEqual(yield* clock.adjust({ advanceMs: 5000 }), { now: 5000, speed: 1 })
        assert.deepStrictEqual(seen, [1000, 2000, 2500, 3000, 4000, 5000, 5000])
      })
  )

  it.scoped("it runs with the clock below it, at the speed that was asked for, and stands still at 0", () =>
    Effect.gen(function* () {
      const clock = yield* makeAdjustableClock
      const sleeper = yield* Effect.fork(
        Effect.sleep("1 hour").pipe(Effect.zipRight(Clock.currentTimeMillis), Effect.withClock(clock))
      )
      yield* Effect.yieldNow()
      yield* TestClock.adjust("30 minutes")
      yield* clock.adjust({ speed: 0 })
      yield* TestClock.adjust("10 hours")
      assert.deepStrictEqual(clock.reading, { now: 30 * 60_000, speed: 0 })
      yield* clock.adjust({ speed: 60 })
      yield* TestClock.adjust("29 seconds")
      assert.isNull(
        yield* Fiber.poll(sleeper).pipe(Effect.map((exit) => (exit._tag === "None" ? null : exit)))
      )
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(sleeper), 60 * 60_000)
    })
  )

  it.scoped("an interrupted sleeper is forgotten, and time never goes back", () =>
    Effect.gen(function* () {
      const clock = yield* makeAdjustableClock
      const sleeper = yield* Effect.fork(Effect.withClock(Effect.sleep("1 hour"), clock))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(sleeper)
      assert.strictEqual((yield* clock.adjust({ advanceMs: -5 })).now, 0)
      assert.strictEqual((yield* clock.adjust({ advanceMs: 2 * 60 * 60_000 })).now, 2 * 60 * 60_000)
    })
  )
})
