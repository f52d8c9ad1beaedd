// What a supervisor tells of its children: states, changes, and when it gives up.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Chunk, Effect, Exit, Fiber, Schema, Stream, TestClock } from "effect"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import type { ChildReport } from "../../src/supervision/ChildReport.ts"
import { type ChildChange, ChildState } from "../../src/supervision/ChildState.ts"
import { Supervisor } from "../../src/supervision/Supervisor.ts"
import { failing, id, type Line, listening, longestGaps, tagOf, ticking } from "./children.ts"

const asJson = Schema.parseJson(ChildState)

describe("states and changes", () => {
  it.scoped("agree at every moment, and every state can be written as JSON", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const seen = new Map<string, ChildState>()
      const tags: Array<string> = []
      const follow = (change: ChildChange) =>
        Effect.sync(() => {
          tags.push(change.state._tag)
          if (change.state._tag === "Stopped") seen.delete(change.child)
          else seen.set(change.child, change.state)
        })
      yield* Effect.fork(Stream.runForEach(supervisor.changes, follow))
      yield* Effect.yieldNow()
      const agree = (step: string) =>
        Effect.gen(function* () {
          yield* TestClock.adjust("10 seconds")
          const states = yield* supervisor.states
          assert.deepStrictEqual(new Map(states), seen, step)
          for (const state of states.values()) {
            const json = yield* Schema.encode(asJson)(state)
            assert.deepStrictEqual(yield* Schema.decode(asJson)(json), state)
          }
        })
      yield* supervisor.start(id("bad"), () => failing([]))
      yield* supervisor.start(id("good"), () => ticking([]))
      yield* agree("after the start")
      yield* supervisor.pause(id("good"), "by ann")
      yield* agree("paused")
      yield* TestClock.adjust("1 minute")
      yield* agree("quarantined")
      yield* supervisor.restart(id("bad"))
      yield* supervisor.resume(id("good"))
      yield* agree("restarted")
      yield* supervisor.stop(id("bad"))
      yield* agree("stopped")
      const every = ["Starting", "Running", "Restarting", "Quarantined", "Stopping", "Paused", "Stopped"]
      assert.deepStrictEqual(new Set(tags), new Set(every))
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("a listener that falls behind loses the oldest changes, never the newest", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      yield* supervisor.start(id("x"), (report) =>
        Effect.gen(function* () {
          yield* Effect.sleep("1 second")
          for (let until = 1; until <= 5000; until++) yield* report.waiting(until, "next poll")
          return yield* Effect.sleep("1 day").pipe(Effect.forever)
        })
      )
      const mayRead = yield* Effect.makeLatch(false)
      const heard: Array<ChildState> = []
      const slow = ({ state }: ChildChange) => mayRead.whenOpen(Effect.sync(() => heard.push(state)))
      yield* Effect.fork(Stream.runForEach(supervisor.changes, slow))
      yield* TestClock.adjust("2 seconds")
      yield* mayRead.open
      yield* TestClock.adjust(1)
      assert.isBelow(heard.length, 5000)
      assert.deepStrictEqual(heard.at(-1), { _tag: "Waiting", until: 5000, why: "next poll" })
    })
  )
})

describe("a child's own report", () => {
  it.scoped("is its state until it says something else or ends; the words of the dead are not heard", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "children" })
      const reports: Array<typeof ChildReport.Service> = []
      const child = (report: typeof ChildReport.Service) =>
        Effect.gen(function* () {
          reports.push(report)
          yield* report.waiting(5000, "next poll")
          yield* Effect.sleep("5 seconds")
          yield* report.openCircuit(9000, "the shop answers 503")
          yield* Effect.sleep("4 seconds")
          yield* report.running()
          yield* Effect.sleep("1 second")
          return yield* Effect.fail("boom")
        })
      yield* supervisor.start(id("shop"), child)
      yield* TestClock.adjust("1 second")
      const state = Effect.map(supervisor.states, (states) => states.get(id("shop")))
      assert.deepStrictEqual(yield* state, { _tag: "Waiting", until: 5000, why: "next poll" })
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* state, { _tag: "OpenCircuit", until: 9000, why: "the shop answers 503" })
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* state, { _tag: "Running", since: 0 })
      yield* TestClock.adjust("1500 millis")
      assert.strictEqual((yield* state)?._tag, "Restarting")
      yield* reports[0]?.waiting(1, "from the grave") ?? Effect.void
      assert.strictEqual((yield* state)?._tag, "Restarting")
    }).pipe(longestGaps, listening([]))
  )
})

describe("escalation", () => {
  it.scoped("comes when more than half of at least three are quarantined within ten minutes", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "sources" })
      const escalation = yield* Effect.fork(supervisor.escalation)
      for (const name of ["a", "b"]) yield* supervisor.start(id(name), () => failing([]))
      for (const name of ["x", "y"]) yield* supervisor.start(id(name), () => ticking([]))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(tagOf(yield* supervisor.states, "b"), "Quarantined")
      assert.isNull(escalation.unsafePoll(), "two of four may be the shops' own fault")
      yield* supervisor.replace(id("x"), () => failing([]))
      yield* TestClock.adjust("1 minute")
      const error = yield* Effect.flip(Fiber.join(escalation))
      assert.strictEqual(
        error.message,
        "The supervisor of sources gives up because of x: 3 of 4 children are quarantined."
      )
      assert.strictEqual(tagOf(yield* supervisor.states, "y"), "Running", "and still keeps the others")
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("does not come from quarantines that began long apart", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.make({ name: "sources" })
      const escalation = yield* Effect.fork(supervisor.escalation)
      for (const name of ["a", "b", "c"]) {
        yield* supervisor.start(id(name), () => failing([]))
        yield* TestClock.adjust("11 minutes")
      }
      const tags = [...(yield* supervisor.states).values()].map((state) => state._tag)
      assert.deepStrictEqual(tags, ["Quarantined", "Quarantined", "Quarantined"])
      assert.isNull(escalation.unsafePoll())
    }).pipe(longestGaps, listening([]))
  )

  it.scoped("comes at once from a failure that concerns the whole process", () =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      yield* Effect.gen(function* () {
        const supervisor = yield* Supervisor.make({
          name: "channels",
          isFatal: (cause) => Chunk.some(Cause.failures(cause), (error) => error instanceof StorageFailed)
        })
        const escalation = yield* Effect.fork(Effect.exit(supervisor.escalation))
        const disk = new StorageFailed({ operation: "commit", reason: "io", cause: "EIO" })
        yield* supervisor.start(id("deals"), () => failing([], disk))
        yield* TestClock.adjust("1 minute")
        const exit = yield* Fiber.join(escalation)
        assert.isTrue(Exit.isFailure(exit))
        const state = (yield* supervisor.states).get(id("deals"))
        assert.deepInclude(state, { _tag: "Paused" }, "and it is not restarted")
      }).pipe(listening(lines))
      assert.deepStrictEqual(
        lines.map(({ child, level }) => [level, child]),
        [["Error", "deals"]]
      )
    })
  )
})
