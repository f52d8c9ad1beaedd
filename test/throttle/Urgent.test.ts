// What a person waits for goes before all posts that wait, and both together stay under what Telegram takes in a second.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, TestClock } from "effect"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { type Arrival, fullest } from "./windows.ts"

const layer = Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))

describe("an urgent call", () => {
  it.scoped("waits for no post, and no second holds more than 26 calls of both kinds", () =>
    Effect.gen(function* () {
      const throttle = yield* Throttle
      const arrivals: Array<Arrival> = []
      const waits: Array<number> = []
      const call = (chat: string, urgent: boolean) =>
        Effect.gen(function* () {
          const asked = yield* Clock.currentTimeMillis
          yield* throttle.pass({ chat, limits: [], urgent })
          const at = yield* Clock.currentTimeMillis
          arrivals.push({ at })
          if (urgent) waits.push(at - asked)
        })
      for (let post = 0; post < 150; post++) yield* Effect.fork(call(`channel ${post}`, false))
      for (let tick = 0; tick < 60; tick++) {
        if (tick % 5 === 0) yield* Effect.fork(call(`person ${tick}`, true))
        yield* TestClock.adjust("50 millis")
      }
      yield* TestClock.adjust("1 second")
      assert.isAbove(arrivals.length - waits.length, 40)
      assert.isBelow(arrivals.length - waits.length, 150, "posts still wait")
      assert.lengthOf(waits, 12)
      assert.isAtMost(Math.max(...waits), 1_150)
      assert.isAtMost(fullest(arrivals, 1_000), 26)
    }).pipe(Effect.provide(layer))
  )
})
