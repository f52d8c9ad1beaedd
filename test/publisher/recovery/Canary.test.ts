// A canary that is posted while another post is looked for is not taken for that one: it goes away by itself, and with it the post would be lost.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { canary } from "../../../src/App/Canary.ts"
import { deals, enqueue, everShown, fault, pass, publishing, shown, stateOf, worldLayer } from "./world.ts"

const never = { stage: "received", method: "sendMessage", action: { kind: "rst" } } as const

const begun = Effect.gen(function* () {
  yield* Effect.fork(publishing(deals))
  yield* enqueue("first")
  yield* pass(10)
})

describe("a canary", () => {
  it.scoped("is not posted into a channel that is frozen", () =>
    Effect.gen(function* () {
      yield* begun
      yield* fault(never)
      const id = yield* enqueue("a")
      yield* pass(90)
      assert.strictEqual(yield* stateOf(id), "unknown")
      const checking = yield* Effect.fork(canary(deals, true))
      yield* pass(60, 1)
      const found = yield* Fiber.await(checking)
      assert.isTrue(Exit.isFailure(found))
      yield* pass(600)
      assert.strictEqual(yield* stateOf(id), "sent")
      assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
      assert.deepStrictEqual(yield* everShown, ["first", "a"])
    }).pipe(Effect.provide(worldLayer()))
  )

  it.scoped("is known from the moment on at which it stands", () =>
    Effect.gen(function* () {
      const hasty = { ...deals, verify: { ...deals.verify, waitMs: 1_000 } }
      yield* Effect.fork(publishing(hasty))
      yield* enqueue("first", hasty)
      yield* pass(10)
      const checking = yield* Effect.fork(canary(hasty, true))
      yield* pass(1, 1)
      yield* fault(never)
      const id = yield* enqueue("a", hasty)
      yield* pass(30, 1)
      yield* Fiber.join(checking)
      yield* pass(600)
      assert.strictEqual(yield* stateOf(id), "sent")
      assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
    }).pipe(Effect.provide(worldLayer()))
  )
})
