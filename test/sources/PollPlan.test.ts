import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  begun,
  firstAt,
  initial,
  next,
  type PollResult,
  type PollState,
  restored,
  startSpreadMs
} from "../../src/sources/PollPlan.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const hintMs = fc.option(fc.nat({ max: 30 * day }), { nil: undefined })
const result: fc.Arbitrary<PollResult> = fc.oneof(
  fc.record({ ttlMs: hintMs, maxAgeMs: hintMs, read: fc.boolean() }).map(
    ({ ttlMs, maxAgeMs, read }): PollResult => ({
      _tag: "Fine",
      read,
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...(maxAgeMs === undefined ? {} : { maxAgeMs })
    })
  ),
  hintMs.map(
    (retryAfterMs): PollResult => ({
      _tag: "Passing",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs })
    })
  ),
  fc.constant<PollResult>({ _tag: "Lasting" })
)
const everyMs = fc.integer({ min: 1000, max: 3 * day })
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const polls = fc.array(fc.tuple(result, random), { minLength: 1, maxLength: 60 })

/** Runs a history of polls, each when the plan says so. */
const run = (every: number, history: ReadonlyArray<readonly [PollResult, number]>) => {
  let state: PollState = initial
  let now = 1_000_000
  return history.map(([outcome, chance]) => {
    const before = begun(state, now)
    const planned = next(before, every, outcome, now, chance)
    const step = { outcome, before, planned, waitMs: planned.nextAt - now }
    state = planned.state
    now = planned.nextAt
    return step
  })
}

const failing = (kind: "Passing" | "Lasting", every: number, times: number) =>
  run(
    every,
    Array.from({ length: times }, () => [{ _tag: kind }, 0.5] as const)
  ).map((step) => step.waitMs)

describe("PollPlan", () => {
  it("a healthy source is polled at its interval, a tenth more or less", () => {
    fc.assert(
      fc.property(everyMs, random, (every, chance) => {
        const { nextAt } = next(initial, every, { _tag: "Fine", read: true }, 0, chance)
        assert.isAtLeast(nextAt, Math.floor(every * 0.9))
        assert.isAtMost(nextAt, Math.ceil(every * 1.1))
      })
    )
  })

  it("whatever happens, the next poll is neither too early nor more than a day and a tenth away", () => {
    fc.assert(
      fc.property(everyMs, polls, (every, history) => {
        for (const { outcome, waitMs } of run(every, history)) {
          assert.isAtLeast(waitMs, outcome._tag === "Fine" ? Math.floor(every * 0.9) : every)
          assert.isAtMost(waitMs, Math.ceil(Math.max(every, day) * 1.1))
        }
      })
    )
  })

  it("a hint lengthens the wait and never shortens it, up to a day", () => {
    fc.assert(
      fc.property(everyMs, polls, (every, history) => {
        for (const { outcome, planned, waitMs } of run(every, history)) {
          const hints =
            outcome._tag === "Fine"
              ? [planned.state.ttlMs, outcome.maxAgeMs ?? 0]
              : outcome._tag === "Passing"
                ? [outcome.retryAfterMs ?? 0]
                : []
          for (const hint of hints) assert.isAtLeast(waitMs, Math.min(hint, day) - 1)
        }
      })
    )
  })

  it("the document's own hint lasts until another document is read", () => {
    const [read, same, without] = run(minute, [
      [{ _tag: "Fine", read: true, ttlMs: hour }, 0],
      [{ _tag: "Fine", read: false }, 0],
      [{ _tag: "Fine", read: true }, 0]
    ])
    assert.strictEqual(read?.waitMs, hour)
    assert.strictEqual(same?.waitMs, hour)
    assert.strictEqual(without?.waitMs, 0.9 * minute)
  })

  it("passing failures double the wait, up to ten intervals or an hour; then the breaker sets the pace", () => {
    assert.deepStrictEqual(failing("Passing", 10_000, 4), [20_000, 40_000, 80_000, 100_000])
    assert.deepStrictEqual(failing("Passing", 10 * minute, 4), [20 * minute, 40 * minute, hour, hour])
    assert.deepStrictEqual(
      failing("Passing", 1000, 11).slice(4),
      [1, 2, 4, 8, 16, 32, 60].map((n) => n * minute)
    )
    assert.deepStrictEqual(failing("Passing", 2 * hour, 2), [2 * hour, 2 * hour])
  })

  it("lasting failures wait long soon, and never for ever", () => {
    assert.deepStrictEqual(
      failing("Lasting", minute, 7),
      [1, 4, 16, 64, 256, 360, 360].map((n) => n * minute)
    )
    assert.deepStrictEqual(failing("Lasting", 12 * hour, 2), [12 * hour, 12 * hour])
  })

  it("one success forgets all failures", () => {
    fc.assert(
      fc.property(everyMs, polls, (every, history) => {
        const last = run(every, [...history, [{ _tag: "Fine", read: true }, 0.5]]).at(-1)
        assert.deepStrictEqual(last?.planned.state, initial)
        assert.isAtMost(last?.waitMs ?? Number.POSITIVE_INFINITY, every)
      })
    )
  })

  it("a restart changes nothing in the schedule", () => {
    fc.assert(
      fc.property(everyMs, polls, random, (every, history, chance) => {
        const planned = run(every, history).at(-1)?.planned
        assert.isDefined(planned)
        const last = { at: 0, failures: planned?.state.failures ?? 0, nextAt: planned?.nextAt ?? 0 }
        const now = last.nextAt - 500
        assert.strictEqual(firstAt(last, every, 100_000, now, chance), last.nextAt)
        const again: PollResult = { _tag: "Passing" }
        const uninterrupted = next(
          begun(planned?.state ?? initial, last.nextAt),
          every,
          again,
          last.nextAt,
          chance
        )
        const restarted = next(begun(restored(last), last.nextAt), every, again, last.nextAt, chance)
        assert.strictEqual(restarted.nextAt, uninterrupted.nextAt)
      })
    )
  })

  it("few sources start at once, ten thousand over 100 seconds", () => {
    assert.strictEqual(startSpreadMs(32), 0)
    assert.strictEqual(startSpreadMs(10_000), 100_000)
    assert.strictEqual(firstAt(undefined, minute, 0, 5, 0.99), 5)
    assert.strictEqual(firstAt(undefined, minute, 100_000, 5, 0.5), 50_005)
    assert.strictEqual(firstAt({ at: 3, failures: 0, nextAt: 4 }, minute, 100_000, 5, 0.5), 50_005)
  })

  it("a clock set back since the last poll does not make the next one late", () => {
    const last = { at: 3_600_000, failures: 0, nextAt: 3_660_000 }
    assert.strictEqual(firstAt(last, minute, 0, 1000, 0.5), 1000 + minute)
  })

  it("a probe is a probe, also by a clock that was set back", () => {
    const open = { ...initial, breaker: { _tag: "Open", trips: 1, until: 3_600_000 } } as const
    assert.strictEqual(begun(open, 1000).breaker._tag, "HalfOpen")
  })

  it("a journal from the future of a wrong clock holds no longer than any plan could", () => {
    fc.assert(
      fc.property(everyMs, random, (every, chance) => {
        const at = firstAt({ at: 0, failures: 0, nextAt: Number.MAX_SAFE_INTEGER }, every, 0, 1000, chance)
        assert.isAtMost(at, 1000 + Math.max(every, day) * 1.1)
      })
    )
  })
})
