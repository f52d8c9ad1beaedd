// What Telegram brings to a webhook is handled once and in order, whatever gets lost on the way. The real webhook and inbox, the emulator that brings.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Redacted } from "effect"
import { Inbox } from "../../src/outbox/Inbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { pushedReceiver } from "../../src/publisher/PushedReceiver.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { emulatedExchange } from "../../src/simulation/EmulatedHttp.ts"
import * as Storage from "../../src/storage/Storage.ts"
import type { Update } from "../../src/telegram/Updates.ts"
import { webhook } from "../../src/telegram/Webhook.ts"
import { emulated } from "../telegram/emulated.ts"
import { pass } from "./recovery/world.ts"

const person = 4242
const url = "https://bot.example/telegram/webhook"

const begun = Effect.gen(function* () {
  const world = yield* emulated()
  const heard: Array<string> = []
  const reports: Array<string> = []
  let deadly = ""
  let lose = 0
  const hook = yield* webhook({
    token: Redacted.make(sandboxToken),
    exchange: yield* emulatedExchange(world),
    url,
    secret: Option.some(Redacted.make("the-secret-of-the-test"))
  })
  yield* world.setDeliver(({ secret }, update) =>
    Effect.map(hook.receive(secret, Effect.succeed(update)), (status) => {
      if (lose > 0) {
        lose -= 1
        return { failure: "the connection broke" }
      }
      return { status, reason: "", retryAfter: 0 }
    })
  )
  const handle = (update: Update) =>
    Effect.suspend(() => {
      if (update._tag !== "Words") return Effect.void
      heard.push(update.text)
      if (update.text !== deadly) return Effect.void
      deadly = ""
      return Effect.die("a bug")
    })
  const note = (words: string) => Effect.sync(() => void reports.push(words))
  return {
    ...world,
    hook,
    heard,
    reports,
    say: (words: string) => world.control.say(person, words),
    dieOf: (words: string) => {
      deadly = words
    },
    loseAnswers: (count: number) => {
      lose = count
    },
    reading: pushedReceiver({
      updates: hook.updates,
      owner: "one",
      handle,
      report: {
        running: () => note("running"),
        waiting: (_, why) => note(why),
        openCircuit: (_, why) => note(why)
      }
    })
  }
})

const inStore = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Layer.provide(Storage.layerMemory, Signals.layer))

describe("what is brought to a webhook", () => {
  it.scoped("is handed on each once and in order, also what was said before", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun
        yield* world.say("a")
        yield* Effect.fork(world.reading)
        yield* pass(5)
        for (const words of ["b", "c", "d"]) yield* world.say(words)
        yield* pass(30)
        assert.deepStrictEqual(world.heard, ["a", "b", "c", "d"])
        assert.deepStrictEqual(world.reports, ["running"])
      })
    )
  )

  it.scoped("is handed on once though it is brought again because the answer was lost", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun
        yield* Effect.fork(world.reading)
        yield* pass(5)
        world.loseAnswers(2)
        for (const words of ["a", "b"]) yield* world.say(words)
        yield* pass(300)
        assert.deepStrictEqual(world.heard, ["a", "b"])
      })
    )
  )

  it.scoped("comes again when whoever handled it died", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun
        world.dieOf("b")
        const dead = yield* Effect.fork(world.reading)
        yield* pass(5)
        for (const words of ["a", "b", "c"]) yield* world.say(words)
        yield* pass(5)
        assert.isTrue(Exit.isFailure(yield* Fiber.await(dead)))
        yield* Effect.fork(world.reading)
        yield* pass(300)
        assert.deepStrictEqual(world.heard, ["a", "b", "b", "c"])
      })
    )
  )

  it.scoped("is heard only with the secret, and only when it is an update", () =>
    inStore(
      Effect.gen(function* () {
        const { heard, hook, reading } = yield* begun
        yield* Effect.fork(reading)
        yield* pass(5)
        const update = {
          update_id: 5,
          message: {
            message_id: 1,
            date: 1,
            chat: { id: 1, type: "private" },
            from: { id: 1 },
            text: "forged"
          }
        }
        assert.strictEqual(yield* hook.receive("", Effect.succeed(update)), 401)
        assert.strictEqual(yield* hook.receive("the-secret-of-the-tesu", Effect.succeed(update)), 401)
        assert.strictEqual(yield* hook.receive("the-secret-of-the-test", Effect.void), 400)
        assert.strictEqual(
          yield* hook.receive("the-secret-of-the-test", Effect.succeed({ update_id: "x" })),
          400
        )
        assert.deepStrictEqual(heard, [])
        const inbox = yield* Inbox
        assert.isFalse(yield* inbox.isHandled(1_000_000_001, 5))
      })
    )
  )

  it.scoped("is asked for again and again until Telegram takes the address, and why not is shown", () =>
    inStore(
      Effect.gen(function* () {
        const world = yield* begun
        const action = { kind: "error", code: 502, description: "Bad Gateway" } as const
        yield* world.control.fault({ stage: "received", method: "setWebhook", action, times: 2 })
        yield* Effect.fork(world.reading)
        yield* pass(20)
        yield* world.say("a")
        yield* pass(10)
        assert.deepStrictEqual(world.heard, ["a"])
        assert.lengthOf(world.reports, 3)
      })
    )
  )
})

/** Processes behind one address, on one database: each request goes to the next of them that runs. */
const beside = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const world = yield* emulated()
    const heard: Array<string> = []
    const exchange = yield* emulatedExchange(world)
    const secret = Option.some(Redacted.make("the-secret-of-the-test"))
    const hooks = yield* Effect.forEach(names, () =>
      webhook({ token: Redacted.make(sandboxToken), exchange, url, secret })
    )
    let turn = 0
    yield* world.setDeliver((given, update) => {
      const hook = hooks[turn++ % hooks.length]
      return hook === undefined
        ? Effect.succeed({ failure: "nobody is there" })
        : Effect.map(hook.receive(given.secret, Effect.succeed(update)), (status) => ({
            status,
            reason: "",
            retryAfter: 0
          }))
    })
    const lives = yield* Effect.forEach(hooks, ({ updates }, index) => {
      const owner = names[index] ?? ""
      const handle = (update: Update) =>
        Effect.sync(() => void (update._tag === "Words" && heard.push(`${owner} hears ${update.text}`)))
      const report = {
        running: () => Effect.void,
        waiting: () => Effect.void,
        openCircuit: () => Effect.void
      }
      return Effect.fork(pushedReceiver({ updates, owner, handle, report }))
    })
    return { ...world, heard, lives, say: (words: string) => world.control.say(person, words) }
  })

describe("several processes behind one webhook", () => {
  it.scoped(
    "hear each update once and in order, all by one of them, and by another one when that is gone",
    () =>
      inStore(
        Effect.gen(function* () {
          const { control, heard, lives, say } = yield* beside(["one", "other"])
          yield* pass(5)
          for (const words of ["a", "b", "c", "d"]) yield* say(words)
          // Past the end of a lease that is not renewed.
          yield* pass(200)
          for (const words of ["e", "f"]) yield* say(words)
          yield* pass(60)
          assert.deepStrictEqual(
            heard,
            ["a", "b", "c", "d", "e", "f"].map((words) => `one hears ${words}`)
          )
          assert.lengthOf(yield* control.calls("setWebhook"), 1, "one tells Telegram where to")
          for (const life of lives.slice(0, 1)) yield* Fiber.interrupt(life)
          yield* say("g")
          yield* pass(120)
          assert.deepStrictEqual(heard.slice(6), ["other hears g"])
        })
      )
  )
})
