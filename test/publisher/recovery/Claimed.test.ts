// A person says where a parked post stands, and may be mistaken: nothing that lands later is taken for absent because of it, and nothing that
// stands there is overwritten.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { Outbox } from "../../../src/outbox/Outbox.ts"
import {
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  pass,
  passUntil,
  publishing,
  rows,
  shown,
  stateOf,
  worldLayer
} from "./world.ts"

const copied = { ...deals, logChat: `${chats.log}` }
const broken = (stage: "received" | "processed") =>
  ({ stage, method: "sendMessage", action: { kind: "rst" } }) as const

/** "first" stands at 2, "a" is parked, and a person says that it stands there. */
const claimed = (messageId: number, stage: "received" | "processed") =>
  Effect.gen(function* () {
    const parking = { ...deals, onUnknown: "park" as const }
    const fiber = yield* Effect.fork(publishing(parking))
    yield* enqueue("first", parking)
    yield* pass(10)
    yield* fault(broken(stage))
    const a = yield* enqueue("a", parking)
    yield* pass(20)
    assert.strictEqual(yield* stateOf(a), "parked")
    yield* Fiber.interrupt(fiber)
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    assert.isTrue(yield* outbox.resolve(a, { _tag: "Sent", messageIds: [messageId] }, now))
  })

const late = {
  stage: "received",
  method: "sendMessage",
  action: { kind: "late", ms: 1_200_000, loss: { kind: "rst" } }
} as const

describe("a place that a person named", () => {
  it.scoped(
    "where nothing stands: an earlier attempt's post that lands later is the only one, and stays",
    () =>
      Effect.gen(function* () {
        yield* Effect.fork(publishing(copied))
        yield* enqueue("first", copied)
        yield* pass(10)
        yield* fault(late)
        yield* fault({ ...broken("received"), times: 2 })
        const a = yield* enqueue("a", copied)
        yield* pass(700)
        assert.strictEqual(yield* stateOf(a), "parked")
        const outbox = yield* Outbox
        const now = yield* Clock.currentTimeMillis
        assert.isTrue(yield* outbox.resolve(a, { _tag: "Sent", messageIds: [33] }, now))
        yield* pass(7_200, 20)
        assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
        const [of] = yield* rows<{ at: string }>(`SELECT message_ids AS at FROM delivery WHERE id = ${a}`)
        assert.strictEqual(of?.at, "[3]")
      }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("beside which its post stands: an earlier attempt's that lands later is taken away", () =>
    Effect.gen(function* () {
      const verifying = yield* Effect.fork(publishing(copied))
      yield* enqueue("first", copied)
      yield* pass(10)
      yield* fault(late)
      yield* fault(broken("processed"))
      const a = yield* enqueue("a", copied)
      yield* passUntil(Effect.map(everShown, (all) => all.length === 2))
      yield* Fiber.interrupt(verifying)
      const parking = yield* Effect.fork(publishing({ ...copied, onUnknown: "park" }))
      yield* passUntil(Effect.map(stateOf(a), (state) => state === "parked"))
      yield* Fiber.interrupt(parking)
      const outbox = yield* Outbox
      const now = yield* Clock.currentTimeMillis
      assert.deepStrictEqual(yield* everShown, ["first", "a"])
      assert.isTrue(yield* outbox.resolve(a, { _tag: "Sent", messageIds: [33] }, now))
      yield* Effect.fork(publishing(copied))
      yield* pass(7_200, 20)
      assert.deepStrictEqual(yield* everShown, ["first", "a", "a"])
      assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
      const [of] = yield* rows<{ at: string }>(`SELECT message_ids AS at FROM delivery WHERE id = ${a}`)
      assert.strictEqual(of?.at, "[3]")
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("far beyond all that stands there: what lands before it is found, and not sent again", () =>
    Effect.gen(function* () {
      yield* claimed(471, "received")
      yield* Effect.fork(publishing(copied))
      yield* fault(broken("processed"))
      const b = yield* enqueue("b", copied)
      yield* pass(600)
      assert.deepStrictEqual(yield* everShown, ["first", "b"])
      assert.strictEqual(yield* stateOf(b), "sent")
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("beyond all that stands there, where nothing can be read: a person is asked again", () =>
    Effect.gen(function* () {
      yield* claimed(3, "received")
      yield* Effect.fork(publishing(deals))
      yield* fault(broken("processed"))
      const b = yield* enqueue("b")
      yield* pass(7200, 20)
      assert.deepStrictEqual(yield* everShown, ["first", "b"])
      assert.strictEqual(yield* stateOf(b), "parked")
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("is not overwritten by asking whether the next one stands there", () =>
    Effect.gen(function* () {
      yield* claimed(3, "processed")
      yield* Effect.fork(publishing(deals))
      yield* fault(broken("received"))
      const b = yield* enqueue("b")
      yield* pass(7200, 20)
      assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
      assert.strictEqual(yield* stateOf(b), "parked")
    }).pipe(Effect.provide(worldLayer()))
  )
})
