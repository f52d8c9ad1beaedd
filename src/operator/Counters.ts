// Counters stand at 0 before the first time: an increase from nothing to 1 is none to Prometheus, and no alert would see it.
// Only those with few tags: what is counted for each source appears with its first poll.
import { Effect, Metric } from "effect"
import { alertsTold, deliveries, restarts, straysRemoved, unknown, unknownEnded } from "../Metrics.ts"
import { LiveState } from "./LiveState.ts"

const states = ["sent", "refused", "expired"]
const verdicts = ["found", "absent", "parked", "given-up"]

const start = (counter: Metric.Metric.Counter<number>, tags: Readonly<Record<string, string>>) =>
  Metric.incrementBy(
    Object.entries(tags).reduce((tagged, [name, tag]) => Metric.tagged(tagged, name, tag), counter),
    0
  )

const ofChannel = (channel: string) =>
  Effect.all(
    [
      ...states.map((state) => start(deliveries, { channel, state })),
      ...verdicts.map((verdict) => start(unknownEnded, { channel, verdict })),
      start(unknown, { channel }),
      start(straysRemoved, { channel })
    ],
    { discard: true }
  )

export const startCounters = Effect.gen(function* () {
  const live = yield* LiveState
  const { channels } = yield* live.catalog
  for (const channel of channels.keys()) yield* ofChannel(channel)
  for (const child of (yield* live.children).keys())
    if (!child.startsWith("source/")) yield* start(restarts, { child })
  for (const recipient of ["admin", "webhook"])
    for (const outcome of ["told", "failed"]) yield* start(alertsTold, { recipient, outcome })
})
