// The breaker as a caller meets it, and what holds for every history of answers.
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  type CircuitBreaker,
  type CircuitBreakerPolicy,
  closed,
  decide,
  failed,
  succeeded
} from "../../src/domain/CircuitBreaker.ts"

const policy: CircuitBreakerPolicy = { failureThreshold: 3, resetMs: 1000, maxResetMs: 4000 }
const fail = (times: number, now: number, from = closed) =>
  Array.from({ length: times }).reduce<CircuitBreaker>((breaker) => failed(policy, breaker, now), from)

/** Fails each probe as soon as it may go; the lengths of the pauses between them. */
const pausesOfADeadHost = (trips: number): ReadonlyArray<number> => {
  let now = 0
  let breaker = fail(3, now)
  return Array.from({ length: trips }, () => {
    assert.strictEqual(breaker._tag, "Open")
    const until = breaker._tag === "Open" ? breaker.until : Number.NaN
    const pause = until - now
    now = until
    breaker = failed(policy, decide(policy, breaker, now).breaker, now)
    return pause
  })
}

describe("circuit breaker", () => {
  it("stays closed while failures are fewer than the threshold, and a success forgets them", () => {
    const two = fail(2, 0)
    assert.deepStrictEqual(two, { _tag: "Closed", failures: 2 })
    assert.isTrue(decide(policy, two, 0).go)
    assert.deepStrictEqual(fail(2, 0, succeeded(two)), { _tag: "Closed", failures: 2 })
  })

  it("opens at the threshold and lets nothing through until the pause is over", () => {
    const open = fail(3, 100)
    assert.deepStrictEqual(open, { _tag: "Open", trips: 1, until: 1100 })
    assert.isFalse(decide(policy, open, 1099).go)
    assert.isTrue(decide(policy, open, 1100).go)
  })

  it("lets one probe through, whose success closes it", () => {
    const first = decide(policy, fail(3, 0), 1000)
    assert.isTrue(first.go)
    assert.isFalse(decide(policy, first.breaker, 1001).go)
    assert.deepStrictEqual(succeeded(first.breaker), closed)
  })

  it("doubles the pause with each failed probe, up to the cap", () => {
    assert.deepStrictEqual(pausesOfADeadHost(5), [1000, 2000, 4000, 4000, 4000])
  })

  it("starts again at the first pause once it was closed", () => {
    const twice = failed(policy, decide(policy, fail(3, 0), 1000).breaker, 1000)
    assert.deepStrictEqual(twice, { _tag: "Open", trips: 2, until: 3000 })
    const healed = succeeded(decide(policy, twice, 3000).breaker)
    assert.deepStrictEqual(fail(3, 5000, healed), { _tag: "Open", trips: 1, until: 6000 })
  })

  it("lets the next probe through when the last one never answered", () => {
    const lost = decide(policy, fail(3, 0), 1000).breaker
    assert.isFalse(decide(policy, lost, 1999).go)
    assert.isTrue(decide(policy, lost, 2000).go)
  })

  it("hears no late answers while open", () => {
    const open = fail(3, 0)
    assert.deepStrictEqual(succeeded(open), open)
    assert.deepStrictEqual(failed(policy, open, 500), open)
  })

  it("keeps its invariants in every history", () => {
    const event = fc.record({
      kind: fc.constantFrom("decide", "succeeded", "failed"),
      afterMs: fc.integer({ min: 0, max: 3000 })
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        let breaker = closed
        let now = 0
        for (const { afterMs, kind } of events) {
          now += afterMs
          const before = breaker
          if (kind === "succeeded") breaker = succeeded(breaker)
          else if (kind === "failed") breaker = failed(policy, breaker, now)
          else {
            const decision = decide(policy, breaker, now)
            breaker = decision.breaker
            assert.strictEqual(decision.go, before._tag === "Closed" || now >= before.until)
            if (decision.go && before._tag !== "Closed") {
              assert.isFalse(decide(policy, breaker, now).go, "one probe")
            }
          }
          if (breaker._tag === "Closed") assert.isBelow(breaker.failures, policy.failureThreshold)
          else {
            assert.isAtLeast(breaker.trips, 1)
            assert.isAtMost(breaker.until, now + policy.maxResetMs, "never for ever")
          }
        }
      })
    )
  })
})
