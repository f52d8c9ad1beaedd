// The store goes and comes: calls go on, no window is exceeded, and everybody is told.
import { assert, describe, it } from "@effect/vitest"
import {
  Clock,
  Context,
  type Duration,
  Effect,
  Fiber,
  FastCheck as fc,
  Layer,
  Logger,
  Stream,
  TestClock
} from "effect"
import { RedisConnection } from "../../src/storage/RedisConnection.ts"
import * as RedisLimits from "../../src/storage/RedisLimits.ts"
import { spanMs } from "../../src/throttle/Limit.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { makeRedisServer } from "./RedisServer.ts"
import { ScriptedStore } from "./ScriptedStore.ts"
import { type Arrival, fullest } from "./windows.ts"

/** One process: a throttle on its own view of the store. */
const processOn = (store: Layer.Layer<LimitStore>, share: number) =>
  Layer.build(Layer.fresh(Throttle.layer({ share }).pipe(Layer.provide(store)))).pipe(
    Effect.map((context) => Context.get(context, Throttle))
  )

const scripted = (script: ScriptedStore) => Layer.sync(LimitStore, () => script.view())

/** Calls for ever and notes when. */
const caller = (
  throttle: Context.Tag.Service<typeof Throttle>,
  limit: { readonly key: string; readonly max: number; readonly windowMs: number },
  calls: Array<Arrival>
) =>
  throttle.pass({ chat: limit.key, limits: [limit] }).pipe(
    Effect.andThen(Clock.currentTimeMillis),
    Effect.tap((at) => Effect.sync(() => calls.push({ at }))),
    Effect.forever
  )

describe("a store that processes share", () => {
  it.scoped(
    "is asked every 5 seconds by a process that calls now and then, and by nothing but its calls in between",
    () =>
      Effect.gen(function* () {
        const script = new ScriptedStore()
        const throttle = yield* processOn(scripted(script), 0.5)
        for (let second = 0; second < 30; second++) {
          yield* throttle.pass({ chat: "@deals", limits: [] })
          yield* TestClock.adjust("1 second")
        }
        assert.strictEqual(script.asked, 30)
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(script.asked, 36)
      })
  )
})

describe("a store that fails", () => {
  it.scoped("is told once, left alone but for a probe with growing pauses, and taken back by itself", () =>
    Effect.gen(function* () {
      const script = new ScriptedStore()
      const logged: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => logged.push(`${logLevel.label} ${message}`))
      yield* Effect.gen(function* () {
        const throttle = yield* processOn(scripted(script), 1)
        const footings = yield* Effect.fork(Stream.runCollect(Stream.take(throttle.footings, 3)))
        yield* throttle.pass({ chat: "@deals", limits: [] })
        yield* TestClock.adjust("10 seconds")
        script.down = true
        for (let i = 0; i < 10; i++) yield* throttle.pass({ chat: "@deals", limits: [] })
        const asked = script.asked
        assert.deepStrictEqual(yield* throttle.footing, { _tag: "Local", since: 10_000, why: "it is down" })
        yield* TestClock.adjust("10 minutes")
        assert.isAtMost(script.asked - asked, 60)
        assert.isAtLeast(script.asked - asked, 20)
        script.down = false
        yield* TestClock.adjust("31 seconds")
        assert.deepStrictEqual(yield* throttle.footing, { _tag: "Shared" })
        assert.deepStrictEqual(
          Array.from(yield* Fiber.join(footings), (footing) => footing._tag),
          ["Shared", "Local", "Shared"]
        )
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      assert.deepStrictEqual(logged, [
        "WARN The shared limits are out of reach; going on with this process's share",
        "INFO The shared limits are back"
      ])
    })
  )

  it.scoped("a process alone goes on at once and at full pace, from its own log", () =>
    Effect.gen(function* () {
      const script = new ScriptedStore()
      const throttle = yield* processOn(scripted(script), 1)
      const limit = { key: "k", max: 4, windowMs: 10_000 }
      const calls: Array<Arrival> = []
      yield* Effect.fork(caller(throttle, limit, calls))
      yield* TestClock.adjust("5 seconds")
      script.down = true
      yield* TestClock.adjust("50 seconds")
      script.forget()
      script.down = false
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(fullest(calls, spanMs(limit)), 4)
      assert.strictEqual(calls.length, 4 * 18)
    })
  )

  it.scoped("a process with peers waits one window, then uses its share, then the whole again", () =>
    Effect.gen(function* () {
      const script = new ScriptedStore()
      const throttle = yield* processOn(scripted(script), 0.5)
      const limit = { key: "k", max: 4, windowMs: 10_000 }
      const calls: Array<Arrival> = []
      yield* Effect.fork(caller(throttle, limit, calls))
      yield* TestClock.adjust("70 seconds")
      script.down = true
      yield* TestClock.adjust("60 seconds")
      const footing = yield* throttle.footing
      assert(footing._tag === "Local")
      script.down = false
      yield* TestClock.adjust("3 minutes")
      const fullestBetween = (from: number, to: number) =>
        fullest(
          calls.filter(({ at }) => at >= from && at < to),
          10_000
        )
      assert.strictEqual(fullestBetween(50_000, footing.since), 4)
      assert.strictEqual(fullestBetween(footing.since, footing.since + spanMs(limit)), 0)
      assert.strictEqual(fullestBetween(footing.since, 160_000), 2)
      assert.strictEqual(fullestBetween(220_000, 310_000), 4)
    })
  )

  it.scoped("a process with peers notices a loss between two calls", () =>
    Effect.gen(function* () {
      const script = new ScriptedStore()
      const throttle = yield* processOn(scripted(script), 0.5)
      yield* throttle.pass({ chat: "@deals", limits: [] })
      yield* TestClock.adjust("50 seconds")
      script.down = true
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* throttle.footing)._tag, "Local")
    })
  )

  it.scoped(
    "a process that has had nothing to send for a minute asks no more, and begins with its share",
    () =>
      Effect.gen(function* () {
        const script = new ScriptedStore()
        const throttle = yield* processOn(scripted(script), 0.5)
        const limit = { key: "k", max: 4, windowMs: 10_000 }
        yield* throttle.pass({ chat: "@deals", limits: [] })
        yield* TestClock.adjust("10 minutes")
        const { asked } = script
        yield* TestClock.adjust("10 hours")
        assert.strictEqual(script.asked, asked)
        const calls: Array<Arrival> = []
        yield* Effect.fork(caller(throttle, limit, calls))
        yield* TestClock.adjust("9 seconds")
        assert.strictEqual(calls.length, 2)
      })
  )

  const outages = fc.array(
    fc.record({
      upMs: fc.integer({ min: 0, max: 60_000 }),
      downMs: fc.integer({ min: 0, max: 40_000 }),
      forgets: fc.boolean()
    }),
    { minLength: 1, maxLength: 3 }
  )

  it.effect.prop(
    "whenever it goes, comes and forgets, two processes together keep every window",
    { outages, secondComesMs: fc.integer({ min: 0, max: 150_000 }) },
    ({ outages, secondComesMs }) =>
      Effect.gen(function* () {
        const script = new ScriptedStore()
        const limit = { key: "k", max: 4, windowMs: 10_000 }
        const calls: Array<Arrival> = []
        for (const comesMs of [0, secondComesMs]) {
          const throttle = yield* processOn(scripted(script), 0.5)
          yield* Effect.forkScoped(Effect.delay(caller(throttle, limit, calls), comesMs))
        }
        for (const { upMs, downMs, forgets } of [...outages, { upMs: 60_000, downMs: 0, forgets: false }]) {
          yield* TestClock.adjust(upMs)
          script.down = downMs > 0
          if (forgets) script.forget()
          yield* TestClock.adjust(downMs)
          script.down = false
        }
        assert.isAbove(calls.length, 4)
        assert.isAtMost(fullest(calls, spanMs(limit)), 4)
      }).pipe(Effect.scoped),
    { fastCheck: { numRuns: 15 } }
  )
})

describe("a redis-server that is killed and started again empty", () => {
  it.scopedLive(
    "a process alone never stops, two with shares never exceed the limit together, and all return",
    () =>
      Effect.gen(function* () {
        const server = yield* makeRedisServer()
        const redis = RedisLimits.layer({ namespace: "failover" }).pipe(
          Layer.provide(RedisConnection.layer({ url: server.url }))
        )
        const start = (share: number, key: string, calls: Array<Arrival>) =>
          Effect.gen(function* () {
            const throttle = yield* processOn(redis, share)
            yield* Effect.forkScoped(caller(throttle, { key, max: 6, windowMs: 2000 }, calls))
            return throttle
          })
        const alone: Array<Arrival> = []
        const pair: Array<Arrival> = []
        const throttles = [
          yield* start(1, "alone", alone),
          yield* start(0.5, "pair", pair),
          yield* start(0.5, "pair", pair)
        ]
        const footings = Effect.forEach(throttles, (throttle) =>
          Effect.map(throttle.footing, (footing) => footing._tag)
        )
        const phase = (duration: Duration.DurationInput) =>
          Effect.gen(function* () {
            const before = [alone.length, pair.length]
            yield* Effect.sleep(duration)
            return [alone.length - (before[0] ?? 0), pair.length - (before[1] ?? 0)]
          })

        const up = yield* phase("3 seconds")
        yield* server.kill
        const down = yield* phase("15 seconds")
        assert.deepStrictEqual(yield* footings, ["Local", "Local", "Local"])
        yield* server.restart
        yield* Effect.repeat(Effect.delay(footings, 100), {
          until: (all) => all.every((tag) => tag === "Shared")
        })
        const back = yield* phase("5 seconds")

        assert.isAtMost(fullest(alone, 2000), 6)
        assert.isAtMost(fullest(pair, 2000), 6)
        for (const calls of [...up, ...down, ...back]) assert.isAtLeast(calls, 6)
        assert.isAtLeast(down[0] ?? 0, 36)
      })
  )
})
