import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Number as EffectNumber, Exit, Fiber, Option, TestClock } from "effect"
import { Politeness } from "../../../src/sources/Politeness.ts"
import { restless } from "../../setup/restless.ts"

const host = new URL("https://example.org/feed")
const one = Politeness.layer({ perHost: 1, total: 1 })

/** That the only place there is can be had. */
const placeIsFree = Effect.gen(function* () {
  const politeness = yield* Politeness
  assert.strictEqual(yield* politeness.hosts, 0)
  const fiber = yield* Effect.fork(politeness.within(host, Effect.succeed("through")))
  yield* TestClock.adjust("11 minutes")
  assert.deepStrictEqual(yield* Fiber.await(fiber), Exit.succeed("through"))
})

describe("Politeness's turns", () => {
  for (let later = 0; later < 6; later++) {
    it.effect(`a place is not lost to one who is called off ${later} steps after it was given to it`, () =>
      Effect.gen(function* () {
        const politeness = yield* Politeness
        const end = yield* Deferred.make<void>()
        const holds = yield* Effect.fork(politeness.within(host, Deferred.await(end)))
        yield* Effect.yieldNow()
        const waits = yield* Effect.fork(politeness.within(host, Effect.never))
        yield* TestClock.adjust("1 second")
        yield* Deferred.succeed(end, undefined)
        for (let step = 0; step < later; step++) yield* Effect.yieldNow()
        yield* Fiber.interrupt(waits)
        yield* Fiber.join(holds)
        yield* placeIsFree
      }).pipe(Effect.provide(one))
    )
  }

  for (let later = 0; later < 12; later++) {
    it.effect(`a place that is given back ${later} steps after one came for it is not missed`, () =>
      Effect.gen(function* () {
        const politeness = yield* Politeness
        const end = yield* Deferred.make<void>()
        const holds = yield* Effect.fork(politeness.within(host, Deferred.await(end)))
        yield* Effect.yieldNow()
        const comes = yield* Effect.fork(politeness.within(host, Effect.succeed("through")))
        for (let step = 0; step < later; step++) yield* Effect.yieldNow()
        yield* Deferred.succeed(end, undefined)
        yield* Fiber.join(holds)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(Option.getOrNull(yield* Fiber.poll(comes)), Exit.succeed("through"))
      }).pipe(Effect.provide(one))
    )
  }

  // On the real clock, which needs no time: nobody waits for one.
  for (const seed of ["a", "b", "c", "d", "e"]) {
    it.live(`whatever runs between two steps (${seed}): all come through, never too many at once`, () => {
      const [perHost, total] = [2, 30]
      const inside = Array.from({ length: 40 }, () => 0)
      const most = { host: 0, all: 0 }
      const count = (at: number, by: number) =>
        Effect.sync(() => {
          inside[at] = (inside[at] ?? 0) + by
          most.host = Math.max(most.host, ...inside)
          most.all = Math.max(most.all, EffectNumber.sumAll(inside))
        })
      const request = (at: number) =>
        Effect.andThen(count(at, 1), Effect.andThen(Effect.yieldNow(), count(at, -1)))
      return Effect.gen(function* () {
        const politeness = yield* Politeness
        const through = Effect.forEach(
          Array.from({ length: 120 }, (_, n) => n % inside.length),
          (at) => politeness.within(new URL(`https://${at}.example/`), request(at)),
          { concurrency: "unbounded", discard: true }
        )
        const all = yield* Effect.fork(through)
        for (let step = 0; step < 2_000; step++) yield* Effect.yieldNow()
        assert.deepStrictEqual(Option.getOrNull(yield* Fiber.poll(all)), Exit.void)
        assert.isAtMost(most.host, perHost)
        assert.isAtMost(most.all, total)
        assert.strictEqual(yield* politeness.hosts, 0)
      }).pipe(
        Effect.provide(Politeness.layer({ perHost, total })),
        Effect.withScheduler(restless(seed, 0.03))
      )
    })
  }

  it.effect("a place is not lost to one whose patience ends in the moment in which it is given to it", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      const holds = yield* Effect.fork(politeness.within(host, Effect.sleep("10 minutes")))
      yield* Effect.yieldNow()
      const waits = yield* Effect.fork(politeness.within(host, Clock.currentTimeMillis))
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.await(waits)
      yield* Fiber.join(holds)
      yield* placeIsFree
    }).pipe(Effect.provide(one))
  )

  it.effect("more visits to a host than fit into ten minutes: as many as fit are made, in every round", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      for (let round = 0; round < 3; round++) {
        let made = 0
        const visit = Effect.tap(politeness.visit(host, 60_000), () => Effect.sync(() => made++))
        yield* Effect.fork(Effect.forEach(Array(30).fill(0), () => Effect.exit(visit), { concurrency: 30 }))
        yield* TestClock.adjust("15 minutes")
        assert.strictEqual(made, 10, `round ${round}`)
      }
    }).pipe(Effect.provide(one))
  )
})
