// Ends that somebody asked for, and what may come after them.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Deferred, Effect, Exit, Fiber, Logger, Runtime, Scope, TestClock } from "effect"
import { Supervisor } from "../../src/supervision/Supervisor.ts"
import { failing, id, type Line, listening, longestGaps, tagOf, ticking } from "./children.ts"

/** Runs for ever; its finalizer takes `seconds`, and both notes end in `notes`. */
const slowToEnd = (notes: Array<string>, name: string, seconds: number) =>
  Effect.sync(() => notes.push(`${name} begins`)).pipe(
    Effect.zipRight(Effect.sleep("1 day").pipe(Effect.forever)),
    Effect.onInterrupt(() =>
      Effect.sleep(seconds * 1000).pipe(Effect.zipRight(Effect.sync(() => notes.push(`${name} ended`))))
    )
  )

describe("stopping", () => {
  it.scoped("waits for the child's finalizer and forgets the child", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const notes: Array<string> = []
      yield* supervisor.start(id("slow"), () => slowToEnd(notes, "slow", 2))
      yield* TestClock.adjust(1)
      const stopping = yield* Effect.fork(supervisor.stop(id("slow")))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual((yield* supervisor.states).get(id("slow")), {
        _tag: "Stopping",
        since: 1,
        why: "stopped"
      })
      yield* TestClock.adjust("1 second")
      assert.isTrue(yield* Fiber.join(stopping))
      assert.deepStrictEqual(notes, ["slow begins", "slow ended"])
      assert.strictEqual((yield* supervisor.states).size, 0)
      assert.isTrue(yield* supervisor.stop(id("slow")), "again is fine")
    })
  )

  it.scoped("gives up at the deadline, says so, and the child is settled when it does end", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        yield* supervisor.start(id("hung"), () => slowToEnd([], "hung", 60), { stopDeadline: "5 seconds" })
        yield* TestClock.adjust(1)
        const stopping = yield* Effect.fork(supervisor.stop(id("hung")))
        yield* TestClock.adjust("5 seconds")
        assert.isFalse(yield* Fiber.join(stopping))
        assert.strictEqual(tagOf(yield* supervisor.states, "hung"), "Stopping")
        yield* TestClock.adjust("60 seconds")
        assert.strictEqual((yield* supervisor.states).size, 0)
      }).pipe(listening(lines))
      assert.deepInclude(lines[0], { level: "Warning", child: "hung" })
    })
  )

  it.scoped("of a child that waits for its restart ends the wait", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const begun: Array<number> = []
      yield* supervisor.start(id("bad"), () => failing(begun))
      yield* TestClock.adjust(1)
      assert.isTrue(yield* supervisor.stop(id("bad")))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(begun, [0])
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("counts even when it comes while the child's failure is being logged", () =>
    Effect.gen(function* () {
      const begun: Array<number> = []
      let onLog = (): void => {}
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        const fork = Runtime.runFork(yield* Effect.runtime<never>())
        onLog = () => void fork(supervisor.stop(id("bad")))
        yield* supervisor.start(id("bad"), () => failing(begun))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(begun, [0])
        assert.strictEqual((yield* supervisor.states).size, 0)
      }).pipe(
        Effect.provide(
          Logger.replace(
            Logger.defaultLogger,
            Logger.make(() => onLog())
          )
        )
      )
    })
  )

  it.effect(
    "of all tells the last started first, waits for them together, and names those that overran",
    () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const supervisor = yield* Supervisor.make({ name: "children" }).pipe(Scope.extend(scope))
        const notes: Array<string> = []
        for (const [name, seconds] of [
          ["a", 0],
          ["hung", 60],
          ["b", 0],
          ["c", 1]
        ] as const) {
          yield* supervisor.start(id(name), () => slowToEnd(notes, name, seconds))
        }
        yield* TestClock.adjust(1)
        // Inside a finalizer of an interrupted fiber: where it runs in production, and where a deadline is easily lost.
        const overran = yield* Deferred.make<ReadonlyArray<string>>()
        const main = yield* Effect.never.pipe(
          Effect.ensuring(
            Effect.flatMap(supervisor.stopAll("3 seconds"), (ids) => Deferred.succeed(overran, ids))
          ),
          Effect.fork
        )
        yield* Effect.yieldNow()
        yield* Fiber.interruptFork(main)
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(yield* Deferred.await(overran), ["hung"])
        assert.deepStrictEqual(notes.slice(4), ["b ended", "a ended", "c ended"])
        yield* supervisor.start(id("late"), () => ticking([]))
        yield* supervisor.restart(id("hung")).pipe(Effect.flip)
        yield* TestClock.adjust("60 seconds")
        assert.strictEqual((yield* supervisor.states).size, 0)
        yield* Scope.close(scope, Exit.void)
      }).pipe(listening([]))
  )

  it.effect("happens by itself when the scope closes", () =>
    Effect.gen(function* () {
      const ticks: Array<number> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        yield* supervisor.start(id("good"), () => ticking(ticks))
        yield* TestClock.adjust("2 seconds")
      }).pipe(Effect.scoped)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(ticks.length, 2)
    })
  )

  it.scoped("a failure of the finalizer is logged, not restarted", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        const child = ticking([]).pipe(Effect.ensuring(Effect.die("no disk")))
        yield* supervisor.start(id("bad"), () => child)
        yield* TestClock.adjust(1)
        assert.isTrue(yield* supervisor.stop(id("bad")))
        assert.strictEqual((yield* supervisor.states).size, 0)
      }).pipe(listening(lines))
      assert.strictEqual(lines.length, 1)
      assert.deepInclude(lines[0], { level: "Warning", child: "bad" })
    })
  )
})

describe("one after the other", () => {
  it.scoped("replace never runs two generations at the same time, however slowly the first one ends", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const notes: Array<string> = []
      yield* supervisor.start(id("x"), () => slowToEnd(notes, "first", 10))
      yield* TestClock.adjust(1)
      yield* supervisor.replace(id("x"), () => slowToEnd(notes, "second", 0))
      yield* supervisor.replace(id("x"), () => slowToEnd(notes, "third", 0))
      yield* TestClock.adjust("9 seconds")
      yield* supervisor.restart(id("x"))
      assert.strictEqual(tagOf(yield* supervisor.states, "x"), "Starting")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(notes, ["first begins", "first ended", "third begins"])
      assert.strictEqual(tagOf(yield* supervisor.states, "x"), "Running")
    }).pipe(listening([]))
  )

  it.scoped("a child started while its name is still leaving waits for that end", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const notes: Array<string> = []
      yield* supervisor.start(id("x"), () => slowToEnd(notes, "first", 10))
      yield* TestClock.adjust(1)
      const stopping = yield* Effect.fork(supervisor.stop(id("x")))
      yield* TestClock.adjust("4 seconds")
      assert.isFalse(yield* Fiber.join(stopping))
      yield* supervisor.start(id("x"), () => slowToEnd(notes, "second", 0))
      yield* TestClock.adjust("6 seconds")
      assert.deepStrictEqual(notes, ["first begins", "first ended", "second begins"])
      assert.strictEqual((yield* supervisor.states).size, 1)
    }).pipe(listening([]))
  )

  it.scoped("start leaves a child that is kept already as it is", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const notes: Array<string> = []
      yield* supervisor.start(id("x"), () => slowToEnd(notes, "first", 0))
      yield* supervisor.start(id("x"), () => slowToEnd(notes, "second", 0))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(notes, ["first begins"])
    })
  )

  it.scoped("restart takes a child out of quarantine at once, with a clean record", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const begun: Array<number> = []
      yield* supervisor.start(id("bad"), () => failing(begun))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(tagOf(yield* supervisor.states, "bad"), "Quarantined")
      yield* supervisor.restart(id("bad"))
      yield* TestClock.adjust(1)
      assert.deepInclude((yield* supervisor.states).get(id("bad")), { _tag: "Restarting", attempt: 1 })
      assert.strictEqual(begun[6], 60_000)
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("a paused child stays so until it is resumed", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const ticks: Array<number> = []
      const asleep: Array<number> = []
      yield* supervisor.start(id("x"), () => ticking(ticks))
      yield* supervisor.start(id("y"), () => ticking(asleep), { paused: "since yesterday" })
      yield* TestClock.adjust("2 seconds")
      assert.isTrue(yield* supervisor.pause(id("x"), "by ann"))
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* supervisor.states).get(id("x")), {
        _tag: "Paused",
        since: 2000,
        why: "by ann"
      })
      assert.deepStrictEqual([ticks.length, asleep.length], [2, 0])
      yield* supervisor.resume(id("x"))
      yield* supervisor.resume(id("y"))
      yield* TestClock.adjust("1500 millis")
      yield* supervisor.resume(id("y"))
      yield* TestClock.adjust("500 millis")
      assert.deepStrictEqual([ticks.length, asleep.length], [4, 2])
    })
  )

  it.scoped("commands on a name that nobody has say so", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "sources" })
      const error = yield* Effect.flip(supervisor.restart(id("shop")))
      assert.strictEqual(
        error.message,
        "There is no shop among the sources; `oncecast status` lists the names."
      )
      assert.strictEqual((yield* Effect.flip(supervisor.pause(id("shop"), "x")))._tag, "NoSuchChild")
      assert.strictEqual((yield* Effect.flip(supervisor.resume(id("shop"))))._tag, "NoSuchChild")
    })
  )

  it.scoped("any storm of commands ends in what the last one wanted, with one generation alive", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      let alive = 0
      let most = 0
      const child = Effect.acquireUseRelease(
        Effect.sync(() => {
          alive += 1
          most = Math.max(most, alive)
        }),
        () => Effect.sleep("1 second").pipe(Effect.forever),
        () => Effect.sleep("2 seconds").pipe(Effect.zipRight(Effect.sync(() => (alive -= 1))))
      )
      const storm = Effect.all(
        [
          supervisor.start(id("x"), () => child),
          supervisor.replace(id("x"), () => child),
          Effect.ignore(supervisor.restart(id("x"))),
          Effect.ignore(supervisor.pause(id("x"), "storm")),
          Effect.ignore(supervisor.resume(id("x"))),
          supervisor.stop(id("x")),
          supervisor.start(id("x"), () => child)
        ],
        { concurrency: "unbounded" }
      )
      for (let round = 0; round < 10; round++) {
        yield* Effect.fork(storm)
        yield* TestClock.adjust("700 millis")
      }
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual([alive, most], [1, 1])
      assert.strictEqual(tagOf(yield* supervisor.states, "x"), "Running")
      yield* supervisor.stopAll().pipe(Effect.fork, Effect.zipRight(TestClock.adjust("3 seconds")))
      assert.strictEqual(alive, 0)
    }).pipe(listening([]))
  )
})

class Till extends Context.Tag("test/Till")<Till, { readonly euros: number }>() {}

describe("a child's environment", () => {
  it.scoped("is taken at the start; the caller's span and log annotations are not", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({ name: "children" })
        const child = Effect.gen(function* () {
          const { euros } = yield* Till
          const parent = yield* Effect.option(Effect.currentSpan)
          yield* Effect.log(`${euros} ${parent._tag} ${yield* Clock.currentTimeMillis}`)
          return yield* Effect.sleep("1 day").pipe(Effect.forever)
        })
        yield* supervisor
          .start(id("x"), () => child)
          .pipe(
            Effect.annotateLogs("child", "the caller"),
            Effect.withSpan("caller"),
            Effect.provideService(Till, { euros: 5 })
          )
        yield* TestClock.adjust(1)
      }).pipe(listening(lines))
      assert.deepInclude(lines[0], { message: "5 None 0", child: "x" })
    })
  )
})
