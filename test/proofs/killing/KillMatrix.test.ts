// The kill matrix: every step at which a delivery can be killed, by every way of finding out, under every fault of that way. KILL_MATRIX=full
// plays all cells; without it those that CI has time for: each step by each way without a fault, and each fault once.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  type Cell,
  type Fault,
  faults,
  play,
  steps,
  type Technique,
  techniques,
  type Verdict
} from "./Case.ts"

const all: ReadonlyArray<Cell> = steps.flatMap((step) =>
  techniques.flatMap((technique) => faults.map((fault) => ({ step, technique, fault })))
)

/** A fault for each way that it concerns most. */
const concerned: ReadonlyArray<readonly [Fault, Technique]> = [
  ["posts of others", "questions"],
  ["blind reader", "copies"],
  ["reader out of order", "profile"],
  ["flooded reader", "copies"],
  ["deaf", "witness"]
]

/** Of the cells without a fault every second one: each step, and each way, several times. */
const isChosen = ({ step, technique, fault }: Cell): boolean =>
  (fault === "none" && (steps.indexOf(step) + techniques.indexOf(technique)) % 2 === 0) ||
  (step === "carried out, not answered" && concerned.some(([one, way]) => one === fault && way === technique))

const chosen = process.env["KILL_MATRIX"] === "full" ? all : all.filter(isChosen)

/** Most of a cell is waiting. */
const concurrency = 6

const line = ({ step, technique, fault, lost, doubled, touched, parked }: Verdict) =>
  [step.padEnd(30), technique.padEnd(11), fault.padEnd(20), lost, doubled, touched, parked].join("  ")

describe("the kill matrix", () => {
  it.live(
    `of ${chosen.length} deliveries that were killed none is lost or doubled, and no post of other people is touched`,
    () =>
      Effect.gen(function* () {
        const verdicts = yield* Effect.forEach(chosen, (cell) => Effect.scoped(play(cell)), { concurrency })
        const bad = verdicts.filter(({ lost, doubled, touched }) => lost + doubled + touched > 0)
        const parked = verdicts.filter((verdict) => verdict.parked > 0)
        process.stdout.write(
          `${["step", "way", "fault", "lost", "doubled", "touched", "parked"].join("  ")}\n${verdicts.map(line).join("\n")}\n` +
            `${verdicts.length} cells, ${bad.length} bad, ${parked.length} left to a person\n`
        )
        assert.deepStrictEqual(bad, [])
        // Nothing that can be known is left to a person.
        const knowable = parked.filter(
          ({ technique, step }) => technique !== "a person" || step === "recorded"
        )
        assert.deepStrictEqual(
          knowable.filter(({ fault }) => fault === "none"),
          []
        )
      }),
    1_500_000
  )
})
