import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, TestClock } from "effect"
import { spanMs } from "../../src/throttle/Limit.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { fullest } from "../throttle/windows.ts"
import { limitStoreSuite } from "./limits.ts"

describe("LimitStore in memory", () => {
  limitStoreSuite({
    layer: LimitStore.layerMemory,
    elapse: (ms) => TestClock.adjust(ms),
    test: it.effect
  })

  it.effect.prop(
    "whatever the pattern of calls, no sliding window holds more than the limit",
    {
      max: fc.integer({ min: 1, max: 6 }),
      windowMs: fc.integer({ min: 1, max: 3000 }),
      calls: fc.array(
        fc.record({ after: fc.integer({ min: 0, max: 1500 }), cost: fc.integer({ min: 1, max: 4 }) }),
        {
          maxLength: 60
        }
      )
    },
    ({ max, windowMs, calls }) =>
      Effect.gen(function* () {
        const store = yield* LimitStore
        const limit = { key: "k", max, windowMs }
        const grants: Array<{ at: number; cost: number }> = []
        let now = 0
        for (const { after, cost } of calls) {
          now += after
          yield* TestClock.setTime(now)
          const verdict = yield* store.take([limit], cost)
          if (verdict._tag === "Granted") grants.push({ at: now, cost: Math.min(cost, max) })
        }
        assert.isAtMost(fullest(grants, spanMs(limit)), max)
      }).pipe(Effect.provide(LimitStore.layerMemory)),
    { fastCheck: { numRuns: 40 } }
  )
})
