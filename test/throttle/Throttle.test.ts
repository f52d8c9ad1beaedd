import { assert, describe, it } from "@effect/vitest"
import { Clock, type Duration, Effect, Fiber, Layer, Ref, Schedule, TestClock } from "effect"
import { paceLimits, spanMs } from "../../src/throttle/Limit.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { type Call, globalLimit, Throttle } from "../../src/throttle/Throttle.ts"
import { ScriptedStore } from "./ScriptedStore.ts"
import { fullest } from "./windows.ts"

const onMemory = Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))
const onScript = (script: ScriptedStore) =>
  Throttle.layer({ share: 1 }).pipe(Layer.provide(Layer.succeed(LimitStore, script.view())))

const free = (chat: string): Call => ({ chat, limits: [] })
const once = (chat: string, max = 1, windowMs = 10_000): Call => ({
  chat,
  limits: [{ key: chat, max, windowMs }]
})

/** The times at which `n` calls went, one after the other. */
const passTimes = (call: Call, n: number) =>
  Effect.gen(function* () {
    const throttle = yield* Throttle
    return yield* Effect.replicateEffect(Effect.andThen(throttle.pass(call), Clock.currentTimeMillis), n)
  })

/** Runs an effect while virtual time passes, and gives its result. */
const within = <A, E, R>(duration: Duration.DurationInput, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(duration)
    return yield* Fiber.join(fiber)
  })

/** Whether it has not ended after the time given; it is interrupted then. */
const waits = <A, E, R>(duration: Duration.DurationInput, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(duration)
    const waiting = (yield* Fiber.poll(fiber))._tag === "None"
    yield* Fiber.interrupt(fiber)
    return waiting
  })

describe("Throttle", () => {
  it.effect("a channel's pace is kept in its gaps and in every minute, and nothing of it is wasted", () =>
    Effect.gen(function* () {
      const call = { chat: "@deals", limits: paceLimits("@deals", { gapMs: 3000, perMinute: 10 }) }
      const times = yield* within("3 minutes", passTimes(call, 25))
      const arrivals = times.map((at) => ({ at }))
      assert.strictEqual(fullest(arrivals, 60_000), 10)
      assert.strictEqual(fullest(arrivals, 3000), 1)
      assert.deepStrictEqual(times.slice(0, 3), [0, 3105, 6210])
      assert.strictEqual(times[10], 61_200)
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("all chats together keep the global limit", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      const chats = Array.from({ length: 60 }, (_, index) => free(`chat ${index}`))
      const times = yield* within(
        "5 seconds",
        Effect.forEach(chats, (call) => Effect.andThen(throttle.pass(call), Clock.currentTimeMillis), {
          concurrency: "unbounded"
        })
      )
      assert.deepStrictEqual(
        [0, 1105, 2210].map((at) => times.filter((time) => time === at).length),
        [25, 25, 10]
      )
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("callers of one chat go in the order they came", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      const order = yield* Ref.make<ReadonlyArray<number>>([])
      const caller = (index: number) =>
        Effect.andThen(
          throttle.pass(once("@deals", 1, 1000)),
          Ref.update(order, (all) => [...all, index])
        )
      const callers = Array.from({ length: 8 }, (_, index) => caller(index))
      yield* within("20 seconds", Effect.all(callers, { concurrency: "unbounded" }))
      assert.deepStrictEqual(yield* order, [0, 1, 2, 3, 4, 5, 6, 7])
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("an interrupted wait leaves nothing reserved", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      const call = once("@deals")
      yield* throttle.pass(call)
      for (let i = 0; i < 5; i++) assert.isTrue(yield* waits("1 second", throttle.pass(call)))
      yield* TestClock.setTime(spanMs({ key: "", max: 1, windowMs: 10_000 }))
      yield* throttle.pass(call)
      assert.deepStrictEqual(
        (yield* throttle.usage([...call.limits, globalLimit(25)])).map((usage) => usage.used),
        [1, 1]
      )
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("the schedule tells each wait with its reason, and ends with the grant", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      const call = once("@deals")
      yield* throttle.pass(call)
      yield* throttle.hold("@deals", 3000)
      const told = yield* Ref.make<ReadonlyArray<unknown>>([])
      const schedule = Schedule.tapOutput(throttle.schedule(call), (verdict) =>
        Ref.update(told, (all) => [...all, verdict])
      )
      const last = yield* within("20 seconds", Effect.repeat(Effect.void, schedule))
      assert.strictEqual(last._tag, "Granted")
      assert.deepStrictEqual((yield* told).slice(0, 2), [
        { _tag: "Wait", ms: 3000, key: "hold:@deals" },
        { _tag: "Wait", ms: 7200, key: "@deals" }
      ])
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("a restart does not begin with empty windows when the calls before it are remembered", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      yield* TestClock.setTime(100_000)
      yield* throttle.remember(once("@deals"), 96_000)
      const [at] = yield* within("20 seconds", passTimes(once("@deals"), 1))
      assert.strictEqual(at, 96_000 + 10_200)
    }).pipe(Effect.provide(onMemory))
  )
})

describe("holds", () => {
  it.effect("a held chat waits to the millisecond; others do not", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      yield* throttle.hold("@deals", 7_200_000)
      yield* throttle.hold("@deals", 5000)
      yield* throttle.pass(free("@news"))
      const [at] = yield* within("3 hours", passTimes(free("@deals"), 1))
      assert.strictEqual(at, 7_200_000)
    }).pipe(Effect.provide(onMemory))
  )

  it.effect("a hold that comes while a caller waits for a limit is obeyed", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      yield* throttle.pass(once("@deals"))
      const waiting = yield* Effect.fork(passTimes(once("@deals"), 1))
      yield* TestClock.adjust("1 second")
      yield* throttle.hold("@deals", 60_000)
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* Fiber.join(waiting), [60_000])
    }).pipe(Effect.provide(onMemory))
  )

  it.effect(
    "who need not call is told of a long hold at once, waits for a short one, and reserves nothing",
    () =>
      Effect.gen(function* () {
        const throttle = yield* Throttle
        yield* throttle.hold("log", 40_000)
        const long = yield* throttle.passWithin(once("log"), 30_000)
        assert.deepStrictEqual(long, { _tag: "Wait", ms: 40_000, key: "hold:log" })
        yield* TestClock.adjust("10 seconds")
        const short = yield* within("30 seconds", throttle.passWithin(once("log"), 30_000))
        assert.strictEqual(short._tag, "Granted")
        assert.isTrue(yield* waits("10 seconds", throttle.passWithin(once("log"), 30_000)))
      }).pipe(Effect.provide(onMemory))
  )

  it.effect(
    "two chats flooded within a minute hold every chat; one chat flooded twice holds only itself",
    () =>
      Effect.gen(function* () {
        const throttle = yield* Throttle
        yield* throttle.flooded("@deals", 30_000)
        yield* TestClock.setTime(20_000)
        yield* throttle.flooded("@deals", 50_000)
        assert.deepStrictEqual(yield* throttle.held, { all: undefined, chats: new Map([["@deals", 50_000]]) })
        yield* throttle.pass(free("@shop"))
        yield* TestClock.setTime(70_000)
        yield* throttle.flooded("@news", 90_000)
        assert.strictEqual((yield* throttle.held).all, 90_000)
        const [at] = yield* within("1 minute", passTimes(free("@shop"), 1))
        assert.strictEqual(at, 90_000)
      }).pipe(Effect.provide(onMemory))
  )

  it.effect("floods more than a minute apart are each chat's own", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      yield* throttle.flooded("@deals", 10_000)
      yield* TestClock.setTime(60_000)
      yield* throttle.flooded("@news", 70_000)
      yield* throttle.pass(free("@shop"))
    }).pipe(Effect.provide(onMemory))
  )
})

describe("late answers", () => {
  it.effect("a grant whose answer took too long is not used but given back and asked for again", () => {
    const script = new ScriptedStore()
    return Effect.gen(function* () {
      const throttle = yield* Throttle
      script.answerMs = 31
      const passing = yield* Effect.fork(passTimes(once("@deals"), 1))
      yield* TestClock.adjust(40)
      assert.isTrue((yield* Fiber.poll(passing))._tag === "None")
      script.answerMs = 29
      yield* TestClock.adjust(200)
      assert.deepStrictEqual(yield* Fiber.join(passing), [31 + 31 + 29])
      assert.strictEqual((yield* throttle.usage(once("@deals").limits))[0]?.used, 1)
    }).pipe(Effect.provide(onScript(script)))
  })

  it.effect("a store that is always late counts as lost until it is quick again", () => {
    const script = new ScriptedStore()
    return Effect.gen(function* () {
      const throttle = yield* Throttle
      script.answerMs = 80
      yield* within("5 seconds", throttle.pass(free("@deals")))
      assert.deepStrictEqual(yield* throttle.footing, {
        _tag: "Local",
        since: 3120,
        why: "its answers take 80 ms"
      })
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* throttle.footing)._tag, "Local")
      script.answerMs = 1
      yield* TestClock.adjust("35 seconds")
      assert.strictEqual((yield* throttle.footing)._tag, "Shared")
    }).pipe(Effect.provide(onScript(script)))
  })
})
