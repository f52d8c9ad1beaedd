import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { graceMs, type Limit, marginMs, paceLimits, spanMs } from "../../src/throttle/Limit.ts"
import { charge, refunded, SlidingLogs, waitFor } from "../../src/throttle/SlidingLog.ts"
import { fullest } from "./windows.ts"

const limits = fc
  .array(fc.record({ max: fc.integer({ min: 1, max: 8 }), windowMs: fc.integer({ min: 1, max: 5000 }) }), {
    minLength: 1,
    maxLength: 3
  })
  .map((all) => all.map((limit, index): Limit => ({ ...limit, key: `${index}` })))

const calls = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 2000 }), cost: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 120 }
)

/** What calls, each of a cost at a time, leave behind. */
const logOf = (limit: Limit, ...calls: ReadonlyArray<readonly [cost: number, at: number]>) => {
  const log: Array<number> = []
  for (const [cost, at] of calls) charge(log, limit, cost, at)
  return log
}

describe("the sliding log", () => {
  it("whatever the limits and the pattern of calls, no window of span length holds more than max", () => {
    fc.assert(
      fc.property(limits, calls, (limits, calls) => {
        const logs = new SlidingLogs()
        const grants: Array<{ at: number; cost: number }> = []
        let now = 0
        for (const { after, cost } of calls) {
          now += after
          if (logs.take(limits, cost, now)._tag === "Granted") grants.push({ at: now, cost })
        }
        for (const limit of limits) {
          const capped = grants.map(({ at, cost }) => ({ at, cost: Math.min(cost, limit.max) }))
          assert.isAtMost(fullest(capped, spanMs(limit)), limit.max)
        }
      })
    )
  })

  it("the wait is exact: after it the call is granted, a millisecond earlier it is not", () => {
    fc.assert(
      fc.property(limits, calls, fc.integer({ min: 1, max: 5 }), (limits, calls, cost) => {
        const logs = new SlidingLogs()
        let now = 0
        for (const call of calls) {
          now += call.after
          logs.take(limits, call.cost, now)
        }
        const wait = logs.ask(limits, cost, now)
        if (wait === undefined) return
        assert.isDefined(logs.ask(limits, cost, now + wait.ms - 1))
        assert.isUndefined(logs.ask(limits, cost, now + wait.ms))
      })
    )
  })

  it("grants that vary in their way by no more than the margin do not exceed the limit where they arrive", () => {
    const delays = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(
        fc.constantFrom(1000, 3000, 60_000),
        fc.integer({ min: 1, max: 8 }),
        delays,
        (windowMs, max, delays) => {
          const limit = { key: "k", max, windowMs }
          const logs = new SlidingLogs()
          let now = 0
          const arrivals = delays.map((delay) => {
            now += logs.ask([limit], 1, now)?.ms ?? 0
            logs.take([limit], 1, now)
            return { at: now + delay * marginMs(windowMs) }
          })
          assert.isAtMost(fullest(arrivals, windowMs), max)
        }
      )
    )
  })

  it("holds the newest calls in their order, also one that comes after a later one", () => {
    const limit = { key: "k", max: 4, windowMs: 1000 }
    assert.deepStrictEqual(logOf(limit, [1, 30], [2, 10], [1, 20]), [10, 10, 20, 30])
    assert.deepStrictEqual(logOf(limit, [1, 30], [2, 10], [1, 20], [1, 40]), [10, 20, 30, 40])
    assert.deepStrictEqual(logOf(limit, [4, 30], [1, 10]), [30, 30, 30, 30])
  })

  it("a refund gives back the call and nothing else", () => {
    const limit = { key: "k", max: 5, windowMs: 1000 }
    const log = logOf(limit, [2, 10], [2, 20])
    assert.deepStrictEqual(refunded(log, limit, 1, 20), [10, 10, 20])
    assert.deepStrictEqual(refunded(log, limit, 2, 20), [10, 10])
    assert.deepStrictEqual(refunded(log, limit, 1, 99), log)
  })

  it("a limit that was made smaller or larger is kept from the next call on", () => {
    const small = { key: "k", max: 2, windowMs: 1000 }
    const large = { ...small, max: 4 }
    const log = logOf(large, [1, 0], [1, 1], [1, 2], [1, 3])
    assert.strictEqual(waitFor(log, small, 1, 10), 2 + spanMs(small) - 10)
    assert.strictEqual(waitFor(logOf(small, [2, 0]), large, 2, 10), 0)
  })

  it("logs that have drained are forgotten", () => {
    const logs = new SlidingLogs()
    for (let chat = 0; chat < 1000; chat++) logs.take([{ key: `${chat}`, max: 2, windowMs: 1000 }], 1, chat)
    logs.take([{ key: "later", max: 2, windowMs: 1000 }], 1, 120_000)
    assert.strictEqual(logs.size, 1)
  })
})

describe("the margin", () => {
  it("is 2 % and at least 105 ms, of which an answer may use two sevenths", () => {
    assert.deepStrictEqual([1, 1000, 3000, 6250, 60_000].map(marginMs), [105, 105, 105, 125, 1200])
    const [gap, minute] = paceLimits("@deals", { gapMs: 3000, perMinute: 15 })
    assert(gap !== undefined && minute !== undefined)
    assert.strictEqual(graceMs([gap, minute]), 30)
    assert.closeTo(graceMs([minute]), 342.9, 0.1)
  })

  it("leaves 95 % of 20 a minute and 90 % of 30 a second", () => {
    assert.isAbove(60_000 / spanMs({ key: "", max: 20, windowMs: 60_000 }), 0.95)
    assert.isAbove(1000 / spanMs({ key: "", max: 30, windowMs: 1000 }), 0.9)
  })
})
