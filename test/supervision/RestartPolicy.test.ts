// The restart policy for every history of exits, whatever the numbers.
import { assert, describe, it } from "@effect/vitest"
import fc from "fast-check"
import {
  type ChildRecord,
  cleanRecord,
  decide,
  defaults,
  groupGivesUp,
  type RestartPolicy,
  type Verdict
} from "../../src/supervision/RestartPolicy.ts"

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const policies = fc.record<RestartPolicy>({
  firstGapMs: fc.integer({ min: 1, max: 5000 }),
  maxGapMs: fc.integer({ min: 5000, max: 600_000 }),
  calmMs: fc.integer({ min: 1, max: 3_600_000 }),
  intensity: fc.integer({ min: 1, max: 20 }),
  windowMs: fc.integer({ min: 1, max: 3_600_000 }),
  probeEveryMs: fc.integer({ min: 1, max: 7_200_000 }),
  groupShare: fc.constant(0.5),
  groupMinimum: fc.constant(3),
  groupWindowMs: fc.constant(600_000)
})
/** How long each generation runs before it ends, and the luck of its gap. */
const lives = fc.array(fc.record({ ranMs: fc.integer({ min: 0, max: 2_000_000 }), random }), {
  maxLength: 60
})

interface Step {
  readonly past: ChildRecord
  readonly ranMs: number
  readonly now: number
  readonly verdict: Verdict
  readonly record: ChildRecord
}

/** Plays the child's generations one after the other, as a supervisor would. */
const play = (
  policy: RestartPolicy,
  generations: ReadonlyArray<{ readonly ranMs: number; readonly random: number }>
): ReadonlyArray<Step> => {
  let startedAt = 0
  let past = cleanRecord
  return generations.map(({ random, ranMs }) => {
    const now = startedAt + ranMs
    const { record, verdict } = decide(policy, past, { startedAt, now, random, fatal: false })
    const step = { past, ranMs, now, verdict, record }
    past = record
    if (verdict._tag === "Restart") startedAt = verdict.at
    if (verdict._tag === "Quarantine") startedAt = verdict.probeAt
    return step
  })
}

describe("restart policy", () => {
  it("every end has a next begin: nothing is given up for good", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { now, verdict } of play(policy, generations)) {
          assert.notStrictEqual(verdict._tag, "Escalate")
          if (verdict._tag === "Restart") assert.isAtLeast(verdict.at, now)
          if (verdict._tag === "Quarantine") assert.strictEqual(verdict.probeAt, now + policy.probeEveryMs)
        }
      })
    )
  })

  it("no gap is longer than its power of two, nor than the cap", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { now, verdict } of play(policy, generations)) {
          if (verdict._tag !== "Restart") continue
          const most = Math.min(policy.maxGapMs, policy.firstGapMs * 2 ** (verdict.attempt - 1))
          assert.isAtMost(verdict.at - now, most)
        }
      })
    )
  })

  it("no window holds more restarts than the intensity, unless a calm period lies within it", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        let lately: Array<number> = []
        for (const { now, ranMs, verdict } of play(policy, generations)) {
          if (ranMs >= policy.calmMs) lately = []
          if (verdict._tag !== "Restart") continue
          lately = [...lately, now].filter((at) => at > now - policy.windowMs)
          assert.isAtMost(lately.length, policy.intensity)
        }
      })
    )
  })

  it("calm clears the record: the next gap is a first one, and a quarantine is over", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { ranMs, verdict } of play(policy, generations)) {
          if (ranMs >= policy.calmMs) assert.deepInclude(verdict, { _tag: "Restart", attempt: 1 })
        }
      })
    )
  })

  it("a quarantine lasts, with its first begin, until a probe ran calm", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { past, ranMs, verdict } of play(policy, generations)) {
          if (past.quarantinedSince === undefined || ranMs >= policy.calmMs) continue
          assert.deepInclude(verdict, { _tag: "Quarantine", since: past.quarantinedSince, entered: false })
        }
      })
    )
  })

  it("the record of a child never grows beyond the intensity", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { record } of play(policy, generations))
          assert.isAtMost(record.recent.length, policy.intensity)
      })
    )
  })

  it("five failures in ten minutes are taken, the sixth quarantines", () => {
    const failures = Array.from({ length: 6 }, () => ({ ranMs: 60_000, random: 0 }))
    const tags = play(defaults, failures).map(({ verdict }) => verdict._tag)
    assert.deepStrictEqual(tags, ["Restart", "Restart", "Restart", "Restart", "Restart", "Quarantine"])
  })

  it("a child that fails too seldom for quarantine still waits at the cap at most", () => {
    const failures = Array.from({ length: 40 }, () => ({ ranMs: 180_000, random: 0.999999 }))
    const steps = play(defaults, failures)
    const last = steps.at(-1)
    assert.isTrue(steps.every(({ verdict }) => verdict._tag === "Restart"))
    assert.strictEqual(last?.verdict._tag === "Restart" && last.verdict.at - last.now, 300_000)
  })

  it("a fatal failure escalates whatever the record", () => {
    fc.assert(
      fc.property(policies, lives, (policy, generations) => {
        for (const { now, past } of play(policy, generations)) {
          const exit = { startedAt: undefined, now, random: 0, fatal: true }
          assert.strictEqual(decide(policy, past, exit).verdict._tag, "Escalate")
        }
      })
    )
  })
})

describe("the group", () => {
  const gone = (count: number, since: number) => Array.from({ length: count }, () => since)

  it("gives up when more than half, and at least three, went within ten minutes", () => {
    assert.isFalse(groupGivesUp(defaults, 6, gone(3, 0), 0), "half is not more than half")
    assert.isTrue(groupGivesUp(defaults, 4, gone(3, 0), 0))
    assert.isFalse(groupGivesUp(defaults, 1, gone(1, 0), 0), "one of one is that one's fault")
    assert.isFalse(groupGivesUp(defaults, 2, gone(2, 0), 0))
    assert.isTrue(groupGivesUp(defaults, 3, gone(3, 0), 599_999))
    assert.isFalse(groupGivesUp(defaults, 3, gone(3, 0), 600_000))
  })

  it("never gives up for those that have been in quarantine for long", () => {
    const long = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 100 })
    fc.assert(
      fc.property(long, (quarantines) => {
        assert.isFalse(
          groupGivesUp(defaults, quarantines.length, quarantines, 1_000_000 + defaults.groupWindowMs)
        )
      })
    )
  })
})
