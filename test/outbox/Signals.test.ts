// Waiting for a hint or for a time: whoever waits is woken by the first of the two, once, and never early.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, TestClock } from "effect"
import { makeAlarms } from "../../src/outbox/Alarms.ts"
import { type Hint, Signals } from "../../src/outbox/Signals.ts"

const shop: Hint = { kind: "source", id: "shop" }
const blog: Hint = { kind: "source", id: "blog" }

const waiting = (target: Hint, until: number) =>
  Effect.flatMap(Signals, (signals) => signals.wait(target, until)).pipe(
    Effect.zipRight(Clock.currentTimeMillis),
    Effect.fork
  )

const provided = <A, E>(run: Effect.Effect<A, E, Signals>) => Effect.provide(run, Signals.layer)

describe("Signals", () => {
  it.effect("a wait ends at its time and not before, whatever others wait for", () =>
    Effect.gen(function* () {
      const later = yield* waiting(shop, 60_000)
      const sooner = yield* waiting(blog, 20_000)
      yield* TestClock.adjust(19_999)
      assert.strictEqual((yield* Fiber.poll(sooner))._tag, "None")
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(sooner), 20_000)
      yield* TestClock.adjust(40_000)
      assert.strictEqual(yield* Fiber.join(later), 60_000)
    }).pipe(provided)
  )

  it.effect("a hint ends the wait of its target only, and is used up by it", () =>
    Effect.gen(function* () {
      const signals = yield* Signals
      const [first, other] = [yield* waiting(shop, 60_000), yield* waiting(blog, 60_000)]
      yield* TestClock.adjust(1_000)
      yield* signals.notify(shop)
      assert.strictEqual(yield* Fiber.join(first), 1_000)
      const again = yield* waiting(shop, 30_000)
      yield* TestClock.adjust(29_000)
      assert.strictEqual(yield* Fiber.join(again), 30_000)
      yield* TestClock.adjust(30_000)
      assert.strictEqual(yield* Fiber.join(other), 60_000)
    }).pipe(provided)
  )

  it.effect("a hint that came while nobody waited ends the next wait at once, also one for all", () =>
    Effect.gen(function* () {
      const signals = yield* Signals
      yield* signals.notify(shop)
      yield* signals.notify(shop)
      yield* signals.wait(shop, 60_000)
      yield* signals.notifyAll
      yield* signals.wait(shop, 60_000)
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
    }).pipe(provided)
  )

  it.effect("a time that is over ends the wait at once, and one that was interrupted is not woken", () =>
    Effect.gen(function* () {
      const gone = yield* waiting(shop, 5_000)
      yield* TestClock.adjust(1_000)
      yield* Fiber.interrupt(gone)
      const past = yield* waiting(shop, 500)
      yield* TestClock.adjust(0)
      assert.strictEqual(yield* Fiber.join(past), 1_000)
      const next = yield* waiting(shop, 9_000)
      yield* TestClock.adjust(10_000)
      assert.strictEqual(yield* Fiber.join(next), 9_000)
    }).pipe(provided)
  )
})

/** The same clock, which knows how many sleep by it. */
const counting = (clock: Clock.Clock) => {
  let asleep = 0
  const add = (one: number) =>
    Effect.sync(() => {
      asleep += one
    })
  const own: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    currentTimeMillis: clock.currentTimeMillis,
    currentTimeNanos: clock.currentTimeNanos,
    unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis(),
    unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
    sleep: (duration) =>
      Effect.acquireUseRelease(
        add(1),
        () => clock.sleep(duration),
        () => add(-1)
      )
  }
  return { clock: own, asleep: () => asleep }
}

describe("Alarms", () => {
  it.scoped("ring in the order of their times, each once, without those that were taken back", () =>
    Effect.gen(function* () {
      const alarms = yield* makeAlarms
      const rung: Array<number> = []
      // As good as any order: 0, 37, 74, 11 …
      const times = Array.from({ length: 100 }, (_, turn) => (turn * 37) % 100)
      const set = times.map((at) => alarms.set(at, () => rung.push(at)))
      const left = set.filter(({ at }) => at % 3 === 0)
      for (const alarm of left) alarms.takeBack(alarm)
      for (let now = 0; now < 100; now += 10) yield* TestClock.adjust(10)
      const expected = times.filter((at) => at % 3 !== 0).sort((one, other) => one - other)
      assert.deepStrictEqual(rung, expected)
      for (const alarm of set) alarms.takeBack(alarm)
      alarms.set(150, () => rung.push(150))
      yield* TestClock.adjust(100)
      assert.deepStrictEqual(rung, [...expected, 150])
    })
  )

  it.scoped(
    "one sleeps for all of them, however often an earlier one comes, and none while there is none",
    () =>
      Effect.gen(function* () {
        const { clock, asleep } = counting(yield* Effect.clock)
        const alarms = yield* Effect.withClock(makeAlarms, clock)
        const sleeping = Effect.map(TestClock.adjust(0), asleep)
        const rung: Array<number> = []
        assert.strictEqual(yield* sleeping, 0)
        for (const at of [50, 40, 30, 60]) {
          alarms.set(at, () => rung.push(at))
          assert.strictEqual(yield* sleeping, 1)
        }
        // Set by one that rings, as early as the next.
        alarms.set(35, () => alarms.set(40, () => rung.push(41)))
        yield* TestClock.adjust(40)
        assert.deepStrictEqual(rung, [30, 40, 41])
        assert.strictEqual(yield* sleeping, 1)
        yield* TestClock.adjust(20)
        assert.deepStrictEqual(rung, [30, 40, 41, 50, 60])
        assert.strictEqual(yield* sleeping, 0)
      })
  )
})
