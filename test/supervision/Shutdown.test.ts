// The order of an end, and that it ends.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, TestClock } from "effect"
import { runSteps, type Step, type StepOutcome } from "../../src/supervision/Shutdown.ts"
import { type Line, listening } from "./children.ts"

const timed = (notes: Array<string>, name: string, seconds: number): Step => ({
  name,
  deadline: "3 seconds",
  run: Effect.gen(function* () {
    notes.push(`${name} at ${yield* Clock.currentTimeMillis}`)
    yield* Effect.sleep(seconds * 1000)
  })
})

/** Cannot be interrupted, and never ends while the test looks. */
const hung = (notes: Array<string>, name: string): Step => {
  const step = timed(notes, name, 3600)
  return { ...step, run: Effect.uninterruptible(step.run) }
}

describe("shutdown steps", () => {
  it.effect("run in order, each as soon as the one before is done", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      const notes: Array<string> = []
      const fiber = yield* Effect.fork(
        runSteps([timed(notes, "sources", 1), timed(notes, "publishers", 2)]).pipe(listening(lines))
      )
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [
        { _tag: "Done", name: "sources", tookMs: 1000 },
        { _tag: "Done", name: "publishers", tookMs: 2000 }
      ])
      assert.deepStrictEqual(notes, ["sources at 0", "publishers at 1000"])
      assert.deepStrictEqual(
        lines.map((line) => line.level),
        ["Info", "Info"]
      )
    })
  )

  it.effect("the next begins when one overruns or fails; each outcome is returned and logged", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      const notes: Array<string> = []
      const broken: Step = { name: "redis", deadline: "3 seconds", run: Effect.die(new Error("gone")) }
      const steps = [
        hung(notes, "sources"),
        broken,
        timed(notes, "publishers", 60),
        timed(notes, "database", 1)
      ]
      const fiber = yield* Effect.fork(runSteps(steps).pipe(listening(lines)))
      yield* TestClock.adjust("7 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [
        { _tag: "Overran", name: "sources", tookMs: 3000 },
        { _tag: "Failed", name: "redis", tookMs: 0, cause: "gone" },
        { _tag: "Overran", name: "publishers", tookMs: 3000 },
        { _tag: "Done", name: "database", tookMs: 1000 }
      ])
      assert.deepStrictEqual(notes, ["sources at 0", "publishers at 3000", "database at 6000"])
      assert.deepStrictEqual(
        lines.map((line) => line.level),
        ["Warning", "Error", "Warning", "Info"]
      )
    })
  )

  it.effect("keep their deadlines inside a finalizer, however often it is interrupted", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const outcomes = yield* Deferred.make<ReadonlyArray<StepOutcome>>()
      const steps = [hung(notes, "sources"), hung(notes, "publishers"), timed(notes, "database", 1)]
      const main = yield* Effect.never.pipe(
        Effect.ensuring(Effect.flatMap(runSteps(steps), (all) => Deferred.succeed(outcomes, all))),
        Effect.fork
      )
      yield* Effect.yieldNow()
      for (let signal = 0; signal < 7; signal++) {
        yield* Fiber.interruptFork(main)
        yield* TestClock.adjust("1 second")
      }
      const tags = (yield* Deferred.await(outcomes)).map((outcome) => outcome._tag)
      assert.deepStrictEqual(tags, ["Overran", "Overran", "Done"])
      assert.deepStrictEqual(notes, ["sources at 0", "publishers at 3000", "database at 6000"])
    }).pipe(listening([]))
  )

  it.effect("all run, even if whoever began them is interrupted", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const fiber = yield* Effect.fork(runSteps([timed(notes, "sources", 1), timed(notes, "database", 1)]))
      yield* TestClock.adjust("500 millis")
      yield* Fiber.interruptFork(fiber)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(notes, ["sources at 0", "database at 1000"])
    }).pipe(listening([]))
  )

  it.effect("a step that overran is told to end, so that it frees what it holds when it can", () =>
    Effect.gen(function* () {
      const freed = yield* Deferred.make<void>()
      const run = Effect.sleep("1 hour").pipe(Effect.ensuring(Deferred.succeed(freed, undefined)))
      const fiber = yield* Effect.fork(runSteps([{ name: "database", deadline: "1 second", run }]))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      yield* Deferred.await(freed)
    }).pipe(listening([]))
  )
})
