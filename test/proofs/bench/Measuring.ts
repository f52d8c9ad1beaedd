// Samples and what is made of them. Enters: pieces of work. Leaves: spreads and findings. Promises: what is compared is measured in turns
// (A B, B A, …), so that a machine that gets slower is slower for both; a ratio is one of neighbours.
import type { Curve, Finding, Spread } from "./Row.ts"

export const spreadOf = (samples: ReadonlyArray<number>): Spread => {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (place: number) => sorted[place] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1)
  }
}

/** The sample that so large a share of them does not exceed. */
export const quantile = (samples: ReadonlyArray<number>, share: number): number =>
  [...samples].sort((a, b) => a - b)[Math.max(0, Math.ceil(samples.length * share) - 1)] ?? Number.NaN

/** Milliseconds of CPU that this process (all its threads) spends on `work`. */
export const cpuMs = async (work: () => unknown): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Milliseconds that pass. */
export const wallMs = async (work: () => unknown): Promise<number> => {
  const before = performance.now()
  await work()
  return performance.now() - before
}

export interface Pair {
  readonly ours: ReadonlyArray<number>
  readonly baseline: ReadonlyArray<number>
}

/** Takes a sample of each in turns; what the first round, a rehearsal, gives is thrown away. `ready` precedes each round, unmeasured. */
export const inTurns = async (
  rounds: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
  ready: () => Promise<void> = async () => {}
): Promise<Pair> => {
  const pairs: Array<readonly [number, number]> = []
  for (let round = 0; round <= rounds; round++) {
    await ready()
    if (round % 2 === 0) {
      const first = await ours()
      pairs.push([first, await baseline()])
    } else {
      const first = await baseline()
      pairs.push([await ours(), first])
    }
  }
  const kept = pairs.slice(1)
  return { ours: kept.map(([first]) => first), baseline: kept.map(([, second]) => second) }
}

export type Goal = { readonly atMost: number } | { readonly atLeast: number }

const holds = (goal: Goal, value: number): boolean =>
  "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast
const inWords = (goal: Goal, unit: string): string =>
  "atMost" in goal ? `≤ ${goal.atMost}${unit}` : `≥ ${goal.atLeast}${unit}`

/** Ours against the baseline; the goal is one for the ratio. */
export const compared = (what: string, unit: string, { ours, baseline }: Pair, goal?: Goal): Finding => {
  const ratio = spreadOf(ours.map((sample, at) => sample / (baseline[at] ?? Number.NaN)))
  return {
    ...{ what, unit, ours: spreadOf(ours), baseline: spreadOf(baseline), ratio },
    ...(goal === undefined ? {} : { goal: inWords(goal, "×"), met: holds(goal, ratio.median) })
  }
}

/** A figure that stands for itself; the goal is one for the median. */
export const stated = (what: string, unit: string, samples: ReadonlyArray<number>, goal?: Goal): Finding => {
  const ours = spreadOf(samples)
  return {
    ...{ what, unit, ours },
    ...(goal === undefined ? {} : { goal: inWords(goal, ` ${unit}`), met: holds(goal, ours.median) })
  }
}

/** A curve of medians by size, ours and the baseline's. */
export const curveOf = (
  title: string,
  size: string,
  points: ReadonlyArray<readonly [size: number, finding: Finding]>
): Curve => {
  const series = (name: string, of: (finding: Finding) => Spread | undefined) => ({
    name,
    points: points.flatMap(([at, finding]): ReadonlyArray<readonly [number, number]> => {
      const spread = of(finding)
      return spread === undefined ? [] : [[at, spread.median]]
    })
  })
  return {
    ...{ title, size, unit: points[0]?.[1].unit ?? "" },
    series: [series("Oncecast", ({ ours }) => ours), series("baseline", ({ baseline }) => baseline)].filter(
      ({ points }) => points.length > 0
    )
  }
}
