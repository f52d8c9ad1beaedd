// What a person waits for goes at once, however many posts wait, and both together stay under what Telegram takes in a second: on each store.
import { assert, describe, inject, it } from "@effect/vitest"
import { Clock, type Duration, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { RedisConnection } from "../../src/storage/RedisConnection.ts"
import * as RedisLimits from "../../src/storage/RedisLimits.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { type Arrival, fullest } from "./windows.ts"

const on = (store: Layer.Layer<LimitStore>) => Throttle.layer({ share: 1 }).pipe(Layer.provide(store))

const redis = RedisLimits.layer({ namespace: `urgent-${process.pid}` }).pipe(
  Layer.provide(RedisConnection.layer({ url: Redacted.make(inject("redisUrl")) }))
)

/** Posts that fill every second, and four urgent calls a second among them; how long these waited, and what arrived. */
const crowded = (elapse: (duration: Duration.DurationInput) => Effect.Effect<void>) =>
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
    const posts = yield* Effect.forEach(Array.from({ length: 150 }), (_, post) =>
      Effect.fork(call(`channel ${post}`, false))
    )
    for (let tick = 0; tick < 12; tick++) {
      yield* Effect.fork(call(`person ${tick}`, true))
      yield* elapse("250 millis")
    }
    yield* elapse("1 second")
    yield* Fiber.interruptAll(posts)
    assert.lengthOf(waits, 12, "all urgent calls went")
    assert.isAbove(arrivals.length - waits.length, 40, "posts went as well")
    assert.isBelow(arrivals.length - waits.length, 150, "posts still wait")
    assert.isAtMost(fullest(arrivals, 1_000), 30)
    return Math.max(...waits)
  })

describe("an urgent call among posts that fill every second", () => {
  it.scoped("waits for none of them, in one process", () =>
    Effect.gen(function* () {
      assert.isAtMost(yield* crowded(TestClock.adjust), 1)
    }).pipe(Effect.provide(on(LimitStore.layerMemory)))
  )

  it.scopedLive("waits for none of them, on Redis", () =>
    Effect.gen(function* () {
      // It would wait for seconds; on a busy machine a sleep alone is late by hundreds of milliseconds.
      assert.isBelow(yield* crowded(Effect.sleep), 1_500)
    }).pipe(Effect.provide(on(redis)))
  )
})
