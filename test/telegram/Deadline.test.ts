// A call ends by its deadline, whatever becomes of its caller.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Redacted, TestClock } from "effect"
import { makeCalls } from "../../src/telegram/Calls.ts"
import { type Exchange, ExchangeBroken } from "../../src/telegram/SendHttp.ts"

/** Answers never; breaks off when it is told to. */
const silent: Exchange = ({ end }) =>
  new Promise((_, reject) => {
    end.addEventListener("abort", () => reject(new ExchangeBroken(true, "no answer in time")))
  })

const calls = makeCalls({ token: Redacted.make("1:secret"), exchange: silent, timeout: "120 seconds" })
const call = calls.repeatable("deleteMessage", (api) => api.deleteMessage(1, 2))

describe("a call that is never answered", () => {
  it.effect("ends by its deadline", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(call)
      yield* TestClock.adjust("119 seconds")
      assert.isNull(fiber.unsafePoll())
      yield* TestClock.adjust("1 second")
      assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
    })
  )

  it.effect("ends by its deadline too where its caller was interrupted and has to wait for it", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.ensuring(Effect.void, Effect.ignore(call)))
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("119 seconds")
      yield* Fiber.await(fiber)
    })
  )
})
