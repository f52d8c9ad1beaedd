// What a soak proves, sentence by sentence, each good or bad.
import type { Sample } from "./Measuring.ts"
import type { Soaked } from "./Soak.ts"
import { rises, trend } from "./Trend.ts"

export interface Verdict {
  readonly text: string
  readonly good: boolean
}

/** Shorter runs are still warming up: their slopes say nothing. */
const judgedFromMinutes = 30

/** MB that a short run may be resident at most. */
const shortCeiling = 250

const zero = (what: string, count: number): Verdict => ({ text: `${what}: ${count}`, good: count === 0 })

/** The second half, in hours. */
const slopeOf = (samples: ReadonlyArray<Sample>, what: string, key: keyof Sample, unit: string): Verdict => {
  const half = samples.slice(Math.floor(samples.length / 2))
  const found = trend(half.map((sample) => [sample.minute / 60, sample[key]]))
  const numbers = `${found.slope.toFixed(2)} ± ${found.error.toFixed(2)} ${unit} an hour, around the line ± ${found.noise.toFixed(2)} ${unit}`
  const grew = rises(found)
  return { text: `${what}: ${numbers}${grew ? ": it grows" : ": no growth above the noise"}`, good: !grew }
}

const warm = (samples: ReadonlyArray<Sample>): Verdict => {
  const most = Math.max(...samples.map(({ resident }) => resident))
  const text = `memory: at most ${most.toFixed(0)} MB of ${shortCeiling} (its slope is judged from ${judgedFromMinutes} minutes on)`
  return { text, good: most <= shortCeiling }
}

export const verdicts = ({ lost, doubled, parked, violations, expected, samples }: Soaked) => {
  const long = (samples.at(-1)?.minute ?? 0) >= judgedFromMinutes
  return [
    { text: `posts that had to come: ${expected}`, good: expected > 0 },
    zero("lost", lost),
    zero("doubled", doubled),
    zero("left to a person", parked),
    zero("over a limit", violations),
    ...(long
      ? [
          slopeOf(samples, "memory", "resident", "MB"),
          slopeOf(samples, "open files and sockets", "descriptors", ""),
          slopeOf(samples, "fibers", "fibers", ""),
          slopeOf(samples, "write-ahead log", "wal", "MB")
        ]
      : [warm(samples)])
  ] satisfies ReadonlyArray<Verdict>
}
