// Telegram asks for a long pause where the channel is read: that holds up neither its posts nor what becomes of a post of unknown outcome.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { Throttle } from "../../../src/throttle/Throttle.ts"
import {
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  pass,
  publishing,
  shown,
  stateOf,
  World,
  worldLayer
} from "./world.ts"

const hours = 3
const copied = { ...deals, logChat: `${chats.log}` }
const lost = { stage: "processed", method: "sendMessage", action: { kind: "rst" } } as const
const retryAfter = hours * 3_600
const description = `Too Many Requests: retry after ${retryAfter}`
const flood = { kind: "error", code: 429, description, retryAfter } as const
const floodOf = (method: string) =>
  ({ stage: "received", method, action: flood, times: 1, probability: 1 }) as const

const begun = (channel = copied) =>
  Effect.gen(function* () {
    yield* Effect.fork(publishing(channel))
    yield* enqueue("first", channel)
    yield* pass(10)
    assert.deepStrictEqual(yield* shown(), ["Welcome", "first"])
  })

describe("a log chat that Telegram has flooded for hours", () => {
  it.scoped("leaves the other ways to look: the post is found by questions, and the next one goes out", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      yield* begun()
      yield* throttle.flooded(`log:${chats.log}`, (yield* Clock.currentTimeMillis) + hours * 3_600_000)
      yield* fault(lost)
      const a = yield* enqueue("a", copied)
      yield* enqueue("b", copied)
      yield* pass(300)
      assert.strictEqual(yield* stateOf(a), "sent")
      assert.deepStrictEqual(yield* everShown, ["first", "a", "b"])
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("does not hold up posts while one of before that may land late is looked for", () =>
    Effect.gen(function* () {
      const { emulator } = yield* World
      const channel = { ...copied, onUnknown: "drop" as const }
      yield* begun(channel)
      yield* fault(floodOf("forwardMessage"))
      yield* fault(lost)
      yield* enqueue("a", channel)
      yield* pass(3_600, 60)
      assert.strictEqual((yield* emulator.control.calls("forwardMessage")).length, 1)
      yield* enqueue("b", channel)
      yield* pass(10)
      assert.deepStrictEqual(yield* everShown, ["first", "a", "b"])
    }).pipe(Effect.provide(worldLayer()))
  )
})

describe("a pause of every chat for hours", () => {
  it.scoped("is not taken for looks that fail: what may have arrived is looked for after it, and found", () =>
    Effect.gen(function* () {
      const { reports } = yield* World
      const throttle = yield* Throttle
      yield* begun()
      yield* fault(lost)
      const a = yield* enqueue("a", copied)
      yield* pass(20)
      yield* throttle.holdAll((yield* Clock.currentTimeMillis) + hours * 3_600_000)
      yield* pass(hours * 3_600 - 60, 60)
      assert.strictEqual(yield* stateOf(a), "unknown")
      assert.match(reports.at(-1) ?? "", /^waiting \d+ .*every chat waits$/)
      yield* pass(300)
      assert.strictEqual(yield* stateOf(a), "sent")
      assert.deepStrictEqual(yield* everShown, ["first", "a"])
    }).pipe(Effect.provide(worldLayer()))
  )
})
