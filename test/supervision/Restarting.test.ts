// What happens to a child that ends, and to nobody else.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Deferred, Effect, Fiber, Metric, Option, TestClock } from "effect"
import { restarts } from "../../src/Metrics.ts"
import { Supervisor } from "../../src/supervision/Supervisor.ts"
import { failing, id, type Line, listening, longestGaps, tagOf, ticking } from "./children.ts"

const minute = 60_000

describe("a child that ends", () => {
  it.scoped("restarts with growing gaps, and its neighbours never notice", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const begun: Array<number> = []
      const ticks: Array<number> = []
      yield* supervisor.start(id("bad"), () => failing(begun))
      yield* supervisor.start(id("good"), () => ticking(ticks))
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(begun, [0, 1000, 3000, 7000, 15_000])
      assert.strictEqual(ticks.length, 20)
      assert.deepStrictEqual((yield* supervisor.states).get(id("bad")), {
        _tag: "Restarting",
        at: 31_000,
        attempt: 5,
        cause: "boom"
      })
      assert.deepStrictEqual((yield* supervisor.states).get(id("good")), { _tag: "Running", since: 0 })
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("is back to the first gap after ten calm minutes", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const begun: Array<number> = []
      // Three failures at once, then one after a calm period.
      const child = Effect.suspend(() => failing(begun, "boom", begun.length < 3 ? 0 : 10 * minute))
      yield* supervisor.start(id("bad"), () => child)
      yield* TestClock.adjust("11 minutes")
      assert.deepStrictEqual(begun, [0, 1000, 3000, 7000, 7000 + 10 * minute + 1000])
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("is restarted whether it fails, dies, returns or is interrupted from outside", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        const seen = new Map<string, number>()
        const once = (name: string, end: Effect.Effect<never, string>) =>
          supervisor.start(id(name), () =>
            Effect.suspend(() => {
              seen.set(name, (seen.get(name) ?? 0) + 1)
              return seen.get(name) === 1 ? end : Effect.sleep("1 day").pipe(Effect.forever)
            })
          )
        yield* once("fails", Effect.fail("no"))
        yield* once("dies", Effect.die(new Error("bug")))
        yield* once("returns", Effect.asVoid(Effect.void) as Effect.Effect<never>)
        yield* once("interrupts itself", Effect.interrupt)
        const victim = yield* Deferred.make<Fiber.RuntimeFiber<unknown, unknown>>()
        yield* once(
          "is killed",
          Effect.withFiberRuntime<never>((fiber) =>
            Deferred.succeed(victim, fiber).pipe(Effect.zipRight(Effect.never))
          )
        )
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(yield* Deferred.await(victim))
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual([...seen.values()], [2, 2, 2, 2, 2])
        const tags = new Set([...(yield* supervisor.states).values()].map((state) => state._tag))
        assert.deepStrictEqual(tags, new Set(["Running"]))
      }).pipe(longestGaps, listening(lines))
      assert.strictEqual(lines.length, 5, "one line for each end")
    })
  )

  it.scoped("is logged once with its full cause and its name", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      const bug = new Error("the index is off by one\nsecond line")
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        yield* supervisor.start(id("bad"), () => Effect.zipRight(Effect.yieldNow(), Effect.die(bug)))
        yield* TestClock.adjust("500 millis")
        const state = (yield* supervisor.states).get(id("bad"))
        assert.deepInclude(state, { _tag: "Restarting", cause: "the index is off by one" })
      }).pipe(longestGaps, listening(lines))
      assert.strictEqual(lines.length, 1)
      assert.deepInclude(lines[0], { level: "Warning", child: "bad" })
      assert.strictEqual(lines[0] && Option.getOrUndefined(Cause.dieOption(lines[0].cause)), bug)
    })
  )

  it.scoped("is quarantined alone at the sixth failure in ten minutes, and healed by a probe", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        const begun: Array<number> = []
        const ticks: Array<number> = []
        const child = Effect.suspend(() =>
          begun.length < 7 ? failing(begun) : Effect.zipRight(failing(begun, "x", 3_600_000), Effect.never)
        )
        yield* supervisor.start(id("bad"), () => child)
        yield* supervisor.start(id("good"), () => ticking(ticks))
        yield* TestClock.adjust("31 seconds")
        const quarantined = (yield* supervisor.states).get(id("bad"))
        assert.deepStrictEqual(begun, [0, 1000, 3000, 7000, 15_000, 31_000])
        assert.deepStrictEqual(quarantined, {
          _tag: "Quarantined",
          since: 31_000,
          probeAt: 31_000 + 30 * minute,
          cause: "boom"
        })
        assert.strictEqual(tagOf(yield* supervisor.states, "good"), "Running")
        yield* supervisor.stop(id("good"))
        // The first probe fails, the second one runs for an hour and so has left the quarantine.
        yield* TestClock.adjust("60 minutes")
        const secondProbe = 31_000 + 60 * minute
        assert.deepStrictEqual((yield* supervisor.states).get(id("bad")), {
          _tag: "Running",
          since: secondProbe,
          probationUntil: secondProbe + 10 * minute
        })
        yield* TestClock.adjust("60 minutes")
        assert.deepInclude((yield* supervisor.states).get(id("bad")), { _tag: "Restarting", attempt: 1 })
      }).pipe(longestGaps, listening(lines))
      const levels = lines.map((line) => line.level)
      const restart = ["Warning", "Warning", "Warning", "Warning", "Warning"]
      assert.deepStrictEqual(levels, [...restart, "Error", "Error", "Warning"])
    })
  )

  it.scoped("is counted", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      yield* supervisor.start(id("counted"), () => failing([]))
      yield* TestClock.adjust("5 seconds")
      const { count } = yield* Metric.value(Metric.tagged(restarts, "child", "counted"))
      assert.strictEqual(count, 3)
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("comes back at a time of its own: jitter spreads neighbours that fail together", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      for (let n = 0; n < 50; n++) yield* supervisor.start(id(`bad/${n}`), () => failing([]))
      yield* TestClock.adjust(1)
      const now = yield* Clock.currentTimeMillis
      const gaps = [...(yield* supervisor.states).values()].map((state) =>
        state._tag === "Restarting" ? state.at - now : Number.NaN
      )
      assert.isTrue(gaps.every((gap) => gap <= 2000))
      assert.isAbove(new Set(gaps).size, 25)
    }).pipe(listening([]))
  )
})
