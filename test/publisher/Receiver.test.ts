// What Telegram tells a bot is handled once and in order, whatever happens to the reader, the network and the other readers. The real inbox, the
// real client, the emulator behind it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, TestClock } from "effect"
import { Signals } from "../../src/outbox/Signals.ts"
import { isAging, usualLeaseMs as leaseMs } from "../../src/publisher/ReadingLease.ts"
import { receiver } from "../../src/publisher/Receiver.ts"
import type { FaultAction } from "../../src/sandbox/Faults.ts"
import { type EmulatorOptions, sandboxToken } from "../../src/sandbox/Machine.ts"
import * as Storage from "../../src/storage/Storage.ts"
import type { Update } from "../../src/telegram/Updates.ts"
import { emulated } from "../telegram/emulated.ts"
import { pass } from "./recovery/world.ts"

const person = 4242

/** A bot that a person writes to, and what its readers write down. */
const begun = (options: EmulatorOptions = {}) =>
  Effect.gen(function* () {
    const world = yield* emulated(options)
    const heard: Array<{ readonly id: number; readonly words: string }> = []
    const reports: Array<string> = []
    let deadly = ""
    const say = (words: string) => world.control.say(person, words)
    const handle = (update: Update) =>
      Effect.suspend(() => {
        if (update._tag !== "Words") return Effect.void
        heard.push({ id: update.id, words: update.text })
        if (update.text !== deadly) return Effect.void
        deadly = ""
        return Effect.die("a bug")
      })
    const note = (words: string) => Effect.sync(() => void reports.push(words))
    const reading = (owner = "one") =>
      receiver({
        updates: world.updates,
        owner,
        handle,
        report: {
          running: () => note("running"),
          waiting: (_, why) => note(why),
          openCircuit: (_, why) => note(why)
        }
      })
    return {
      ...world,
      heard,
      reports,
      say,
      reading,
      words: () => heard.map(({ words }) => words),
      dieOf: (words: string) =>
        Effect.sync(() => {
          deadly = words
        }),
      /** How often Telegram was asked since. */
      asked: Effect.map(world.control.calls("getUpdates"), (calls) => calls.length)
    }
  })

const inStore = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Layer.provide(Storage.layerMemory, Signals.layer))

describe("the reader of a bot's updates", () => {
  it.scoped("hands on each once and in order, over a restart too", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        const first = yield* Effect.fork(world.reading())
        for (const words of ["a", "b"]) yield* world.say(words)
        yield* pass(25)
        yield* Fiber.interrupt(first)
        yield* world.say("c")
        yield* Effect.fork(world.reading())
        yield* world.say("d")
        yield* pass(25)
        assert.deepStrictEqual(world.words(), ["a", "b", "c", "d"])
      })
    )
  )

  it.scoped("hands on again what it died of, nothing before it, and nothing is lost", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        yield* world.dieOf("b")
        for (const words of ["a", "b", "c"]) yield* world.say(words)
        const dead = yield* Effect.fork(world.reading())
        yield* pass(5)
        assert.isTrue(Exit.isFailure(yield* Fiber.await(dead)))
        yield* Effect.fork(world.reading())
        yield* pass(5)
        assert.deepStrictEqual(world.words(), ["a", "b", "b", "c"])
      })
    )
  )

  it.scoped("hands on what Telegram tells twice only once more, and goes on", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        yield* world.control.updateFault({ action: "repeat", kind: "message" })
        yield* Effect.fork(world.reading())
        for (const words of ["a", "b"]) yield* world.say(words)
        yield* pass(60)
        assert.deepStrictEqual([...new Set(world.words())], ["a", "b"])
        assert.isAtMost(world.heard.length, 3)
        assert.isAtMost(yield* world.asked, 8)
      })
    )
  )

  it.scoped("goes on when Telegram counts anew after a quiet week, and asks no oftener than before", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun({ seed: 3 })
        const first = yield* Effect.fork(world.reading())
        yield* pass(5)
        yield* world.say("a")
        yield* pass(5)
        yield* Fiber.interrupt(first)
        yield* TestClock.adjust("8 days")
        const before = yield* world.asked
        yield* Effect.fork(world.reading())
        for (const words of ["b", "c"]) yield* world.say(words)
        yield* pass(120)
        const [old = { id: 0 }, ...more] = world.heard
        assert.isTrue(more.every(({ id }) => id < old.id))
        assert.deepStrictEqual(world.words(), ["a", "b", "c"])
        assert.isAtMost((yield* world.asked) - before, 10)
      })
    )
  )
})

describe("the right to read", () => {
  it.effect(
    "is renewed in time, also when the clock is set back: by the new date another process would take it",
    () =>
      Effect.gen(function* () {
        const taken = 3_600_000
        const isAgingAt = (now: number) =>
          Effect.zipRight(TestClock.setTime(now), isAging(taken + leaseMs, leaseMs))
        assert.deepStrictEqual(
          yield* Effect.forEach(
            [taken, taken + leaseMs / 3, taken + 0.6 * leaseMs, taken - 600_000],
            isAgingAt
          ),
          [false, false, true, true]
        )
      })
  )
})

describe("of two processes", () => {
  it.scoped(
    "one reads and the other stands by; it goes on where the first stopped, and no update is handled twice",
    () =>
      inStore(
        Effect.gen(function* () {
          const world = yield* begun()
          const first = yield* Effect.fork(world.reading("first"))
          yield* pass(1)
          yield* Effect.fork(world.reading("second"))
          yield* world.say("a")
          yield* pass(30)
          assert.include(world.reports, "another process reads this bot's updates")
          yield* Fiber.interrupt(first)
          yield* world.say("b")
          yield* pass(35)
          assert.deepStrictEqual(world.words(), ["a", "b"])
        })
      )
  )
})

describe("another program that reads the same bot", () => {
  it.scoped("is told of, and left alone more and more; when it ends, nothing was lost", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        const last = (yield* world.updates.after(0, 0)).at(-1)?.id ?? 0
        // A long poll that begins later ends ours with a conflict; it never confirms anything.
        const rival = yield* Effect.fork(world.updates.after(last, 20).pipe(Effect.ignore, Effect.forever))
        yield* Effect.fork(world.reading())
        yield* pass(300)
        assert.include(
          world.reports,
          "another program reads this bot's updates; end it, or use a bot of its own"
        )
        yield* Fiber.interrupt(rival)
        yield* world.say("a")
        yield* pass(90)
        assert.deepStrictEqual(world.words(), ["a"])
        assert.strictEqual(world.reports.at(-1), "running")
      })
    )
  )

  it.scoped("by a webhook is told of as such", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun({ switches: { localServer: true } })
        yield* world.call(sandboxToken, "setWebhook", { url: "http://127.0.0.1:9/hook" })
        yield* Effect.fork(world.reading())
        yield* pass(30)
        assert.isTrue(world.reports.some((words) => words.startsWith("a webhook is set for this bot")))
        yield* world.call(sandboxToken, "deleteWebhook")
        yield* world.say("a")
        yield* pass(90)
        assert.deepStrictEqual(world.words(), ["a"])
      })
    )
  )
})

const faults: ReadonlyArray<
  readonly [what: string, stage: "received" | "processed" | "body", action: FaultAction]
> = [
  ["a reset before the server reads", "received", { kind: "rst" }],
  ["a reset after it has answered", "processed", { kind: "rst" }],
  ["a hang-up", "processed", { kind: "fin" }],
  ["half an answer", "body", { kind: "half" }],
  ["a proxy's error page", "processed", { kind: "html", status: 502 }],
  ["an empty answer", "processed", { kind: "empty", status: 504 }],
  ["silence", "processed", { kind: "stall" }],
  [
    "a server that restarts",
    "received",
    { kind: "error", code: 500, description: "Internal Server Error: restart" }
  ],
  [
    "a flood wait",
    "received",
    { kind: "error", code: 429, description: "Too Many Requests: retry after 7", retryAfter: 7 }
  ]
]

describe("a network that fails", () => {
  for (const [what, stage, action] of faults) {
    it.scoped(`with ${what} loses no update and doubles none`, () =>
      inStore(
        Effect.gen(function* () {
          const world = yield* begun()
          yield* world.control.fault({ stage, action, method: "getUpdates", times: 3 })
          yield* Effect.fork(world.reading())
          for (const words of ["a", "b"]) yield* world.say(words)
          yield* pass(action.kind === "stall" ? 400 : 60)
          assert.deepStrictEqual(world.words(), ["a", "b"])
          assert.strictEqual(world.reports.at(-1), "running")
        })
      )
    )
  }

  it.scoped("for ten minutes is asked less and less, and once a minute at the least", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        yield* world.control.fault({
          ...{ stage: "received", method: "getUpdates", times: 1000 },
          action: { kind: "rst" }
        })
        yield* Effect.fork(world.reading())
        yield* pass(600)
        const times = (yield* world.control.calls("getUpdates")).map(({ at }) => at / 1000)
        const gaps = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)))
        assert.deepStrictEqual(gaps.slice(0, 7), [1, 2, 4, 8, 16, 32, 60])
        assert.isTrue(gaps.slice(7).every((gap) => gap === 60))
        yield* world.control.clearFaults
        yield* world.say("a")
        yield* pass(65)
        assert.deepStrictEqual(world.words(), ["a"])
      })
    )
  )

  it.scoped("with a flood wait is not asked before it is over", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun()
        const action = { kind: "error", code: 429, description: "Too Many Requests", retryAfter: 90 } as const
        yield* world.control.fault({ stage: "received", method: "getUpdates", action })
        yield* Effect.fork(world.reading())
        yield* pass(89, 1)
        assert.strictEqual(yield* world.asked, 1)
        yield* pass(5, 1)
        assert.isAbove(yield* world.asked, 1)
      })
    )
  )
})
