// The emulator without a port, on the test clock: what takes days, and that the seed decides everything (E13, E14, E23).
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, TestClock } from "effect"
import { Emulator } from "../../src/sandbox/Emulator.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { channel } from "./grammy.ts"
import { png } from "./pictures.ts"

const emulator = Effect.fnUntraced(function* (seed = 1) {
  const made = yield* Emulator.make({ seed })
  yield* made.control.addChat({ username: channel })
  const call = (method: string, params: object, files = {}) =>
    Effect.map(made.call(sandboxToken, method, { chat_id: channel, ...params }, files), (reply) =>
      reply.kind === "answer"
        ? Either.match(reply.judged, {
            onLeft: ({ description }) => description,
            onRight: (result) => result
          })
        : reply.kind
    )
  return { ...made, call }
})

describe("in process", () => {
  it.scoped("own posts can be deleted for 48 hours and edited for ever (E13, §4)", () =>
    Effect.gen(function* () {
      const { call } = yield* emulator()
      yield* call("sendMessage", { text: "a" })
      yield* call("sendMessage", { text: "b" })
      yield* TestClock.adjust("48 hours")
      assert.strictEqual(yield* call("deleteMessage", { message_id: 1 }), true)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(
        yield* call("deleteMessage", { message_id: 2 }),
        "Bad Request: message can't be deleted"
      )
      yield* TestClock.adjust("365 days")
      assert.isObject(yield* call("editMessageText", { message_id: 2, text: "c" }))
    })
  )

  it.scoped("updates that nobody fetched are gone after a day (E14)", () =>
    Effect.gen(function* () {
      const { call, control } = yield* emulator()
      yield* control.say(42, "old")
      yield* TestClock.adjust("23 hours")
      yield* control.say(42, "new")
      assert.lengthOf((yield* call("getUpdates", {})) as ReadonlyArray<unknown>, 2)
      yield* TestClock.adjust("2 hours")
      assert.lengthOf((yield* call("getUpdates", {})) as ReadonlyArray<unknown>, 1)
    })
  )

  it.scoped("a slow photo address delays the answer and nothing else (E11)", () =>
    Effect.gen(function* () {
      const { call, control } = yield* emulator()
      yield* control.webPhoto("https://cdn.example/a.png", { bytes: png(9, 9), delayMs: 30_000 })
      const slow = yield* Effect.fork(call("sendPhoto", { photo: "https://cdn.example/a.png" }))
      yield* TestClock.adjust("10 seconds")
      yield* call("sendMessage", { text: "quick" })
      yield* TestClock.adjust("20 seconds")
      yield* slow
      const order = (yield* control.history(channel)).map((message) => message.versions[0].content.kind)
      assert.deepStrictEqual(order, ["text", "photo"])
    })
  )

  it.scoped(
    "the same seed, calls and times give the same answers and the same dump; another seed gives others (E23)",
    () =>
      Effect.gen(function* () {
        const run = (seed: number) =>
          Effect.scoped(
            Effect.gen(function* () {
              const { call, control } = yield* emulator(seed)
              yield* control.fault({ stage: "received", action: { kind: "rst" }, probability: 0.4 })
              const photo = { fileName: "a.png", bytes: png(20, 10) }
              const media = [
                { type: "photo", media: "attach://a" },
                { type: "photo", media: "attach://a" }
              ]
              const answers = yield* Effect.forEach(Array.from({ length: 12 }), (_, n) =>
                n % 3 === 0
                  ? call("sendMediaGroup", { media }, { a: photo })
                  : call("sendMessage", { text: `${n}` })
              )
              return JSON.stringify([answers, yield* control.dump])
            })
          )
        const [one, again, other] = [yield* run(1), yield* run(1), yield* run(2)]
        assert.strictEqual(one, again)
        assert.notStrictEqual(one, other)
      })
  )

  it.scoped("a reset leaves nothing: no chats, no faults, no calls, no updates", () =>
    Effect.gen(function* () {
      const { call, control } = yield* emulator()
      yield* call("sendMessage", { text: "x" })
      yield* control.fault({ stage: "received", action: { kind: "rst" } })
      yield* control.reset
      assert.strictEqual(yield* call("sendMessage", { text: "x" }), "Bad Request: chat not found")
      yield* control.addChat({ username: channel })
      assert.isObject(yield* call("sendMessage", { text: "x" }))
      assert.lengthOf(yield* control.calls(), 2)
    })
  )
})
