// The machine's date is set while it is found out whether a post arrived: the waits that this takes are measured by the time that nobody sets.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { Channel } from "../../../src/domain/Channel.ts"
import { channelFiber } from "../../../src/publisher/ChannelFiber.ts"
import { settable } from "../stage.ts"
import { chats, deals, enqueue, everShown, fault, pass, shown, stateOf, World, worldLayer } from "./world.ts"

const hour = 3_600_000
const copied = { ...deals, logChat: `${chats.log}` }
const broken = (stage: "received" | "processed") =>
  ({ stage, method: "sendMessage", action: { kind: "rst" } }) as const
const quiet = { running: () => Effect.void, waiting: () => Effect.void, openCircuit: () => Effect.void }

/** A post stands; gives what sets the date back. */
const begun = (channel: Channel = copied) =>
  Effect.gen(function* () {
    yield* TestClock.adjust("1 day")
    const { clock, setBack } = settable(yield* Effect.clock)
    yield* Effect.fork(Effect.withClock(channelFiber(channel, "one", quiet), clock))
    yield* enqueue("first", channel)
    yield* pass(10)
    assert.deepStrictEqual(yield* shown(), ["Welcome", "first"])
    return setBack
  })

const looks = Effect.flatMap(World, ({ emulator }) =>
  Effect.map(emulator.control.calls("forwardMessage"), ({ length }) => length)
)

describe("a date that is set while a post is looked for", () => {
  it.scoped("back, between two looks: the second comes in its time all the same", () =>
    Effect.gen(function* () {
      const setBack = yield* begun()
      yield* fault(broken("received"))
      const a = yield* enqueue("a", copied)
      while ((yield* looks) === 0) yield* pass(5)
      yield* pass(20)
      setBack(5 * hour)
      yield* pass(120)
      assert.strictEqual(yield* stateOf(a), "sent")
      assert.deepStrictEqual(yield* everShown, ["first", "a"])
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("back, after looks that showed nothing: no person is asked before the hour is over", () =>
    Effect.gen(function* () {
      const setBack = yield* begun({ ...deals, onUnknown: "verify" })
      yield* fault({
        stage: "received",
        method: "setMessageReaction",
        action: { kind: "rst" },
        times: 50,
        probability: 1
      })
      yield* fault(broken("processed"))
      const a = yield* enqueue("a")
      yield* pass(400)
      setBack(5 * hour)
      yield* pass(900, 20)
      assert.strictEqual(yield* stateOf(a), "unknown")
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("forward: nobody looks before the request can hardly be carried out, nor twice at once", () =>
    Effect.gen(function* () {
      const setBack = yield* begun()
      yield* fault(broken("received"))
      const a = yield* enqueue("a", copied)
      yield* pass(10)
      assert.strictEqual(yield* stateOf(a), "unknown")
      setBack(-5 * hour)
      yield* enqueue("b", copied)
      yield* pass(copied.verify.waitMs / 1000 - 20)
      assert.strictEqual(yield* looks, 0)
      yield* pass(30)
      assert.isAbove(yield* looks, 0)
      setBack(-10 * hour)
      yield* enqueue("c", copied)
      yield* pass(copied.verify.againMs / 1000 - 20)
      assert.strictEqual(yield* stateOf(a), "unknown")
      yield* pass(60)
      assert.strictEqual(yield* stateOf(a), "sent")
    }).pipe(Effect.provide(worldLayer()))
  )
})
