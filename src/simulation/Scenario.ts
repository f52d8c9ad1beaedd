// What happens in one run, as plain data that follows from a seed: how large the installation is, what may go wrong in it, and for how long.
// Each run has a random subset of all faults (swarm testing): what many faults together hide, a few of them show.
// @source Groce, Zhang, Eide, Chen, Regehr: Swarm Testing (ISSTA 2012)
import type { OnUnknown } from "../domain/Channel.ts"
import { Dice } from "./Dice.ts"

/** Everything that can go wrong. The names are those of the command line. */
export const faultNames = [
  "source-timeouts",
  "source-errors",
  "garbage",
  "cut-off-documents",
  "empty-documents",
  "guid-churn",
  "vanishing-items",
  "price-flapping",
  "floods-absorbed",
  "floods-refused",
  "telegram-errors",
  "resets-before",
  "resets-after",
  "no-answers",
  "late-landing",
  "rights-lost",
  "other-admins",
  "blind-readers",
  "redis-lost",
  "redis-slow",
  "redis-emptied",
  "disk-busy",
  "disk-full",
  "disk-errors",
  "crashes",
  "crashes-at-commits",
  "restarts",
  "clock-jumps",
  "suspends",
  "reloads",
  "operators",
  "partitions"
] as const
export type FaultName = (typeof faultNames)[number]

export interface Scenario {
  readonly seed: number
  /** Of trouble; then it stops, and everything must recover. */
  readonly hours: number
  readonly sources: number
  readonly channels: number
  /** New items of each source. */
  readonly itemsPerDay: number
  readonly pollMinutes: number
  /** Processes on the one database. */
  readonly instances: number
  readonly faults: ReadonlyArray<FaultName>
  /** How often things go wrong, relative to the usual. */
  readonly weight: number
  /** A request whose client has lost the answer is carried out at the latest within the time that the program allows for, or later. */
  readonly lateness: "within-bound" | "beyond-bound"
  /** Of every channel; absent: each channel has its own. */
  readonly onUnknown?: OnUnknown
}

export interface Given {
  readonly seed: number
  readonly hours: number
}

/** The scenario of a seed. */
export const scenarioOf = ({ seed, hours }: Given): Scenario => {
  const dice = new Dice(`scenario/${seed}`)
  const calm = dice.hits(0.05)
  const share = dice.pick(0.15, 0.4, 0.7, 1)
  const faults = faultNames.filter((name) => !calm && dice.for(name).hits(share))
  return {
    seed,
    hours,
    sources: dice.between(1, 4),
    channels: dice.between(1, 3),
    itemsPerDay: dice.pick(6, 24, 24, 60),
    pollMinutes: dice.pick(15, 60, 60),
    instances: dice.hits(0.25) ? 2 : 1,
    faults,
    weight: dice.pick(0.5, 1, 2),
    lateness: "within-bound"
  }
}

/** What `npm run bench` and the printed figures stand on: 3 sources, 2 channels, 72 items a day, every fault. */
export const referenceScenario = ({ seed, hours }: Given): Scenario => ({
  seed,
  hours,
  sources: 3,
  channels: 2,
  itemsPerDay: 24,
  pollMinutes: 60,
  instances: 1,
  faults: faultNames,
  weight: 1,
  lateness: "within-bound"
})
