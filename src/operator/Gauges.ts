// The gauges that are read, not counted: set from the store and the supervisors at the moment somebody asks for the metrics.
import { Clock, Effect, Metric } from "effect"
import { children, outboxDepth } from "../Metrics.ts"
import { Ledger } from "../outbox/Ledger.ts"
import type { ChildState } from "../supervision/ChildState.ts"
import { LiveState } from "./LiveState.ts"

const states: ReadonlyArray<ChildState["_tag"]> = [
  "Starting",
  "Running",
  "Waiting",
  "OpenCircuit",
  "Restarting",
  "Quarantined",
  "Stopping",
  "Paused",
  "Stopped"
]

const setChildren = Effect.gen(function* () {
  const live = yield* LiveState
  const now = [...(yield* live.children).values()]
  for (const state of states) {
    const count = now.filter((child) => child._tag === state).length
    yield* Metric.set(Metric.tagged(children, "state", state.toLowerCase()), count)
  }
})

const setDepths = Effect.gen(function* () {
  const ledger = yield* Ledger
  for (const { channel, counts } of yield* ledger.channels(yield* Clock.currentTimeMillis)) {
    yield* Metric.set(Metric.tagged(outboxDepth, "channel", channel), counts.queued ?? 0)
  }
})

/** A store that cannot be read leaves its gauges as they were: the other metrics are needed most just then. */
export const refreshGauges = Effect.zipRight(
  setChildren,
  setDepths.pipe(
    Effect.catchTag("StorageFailed", (error) => Effect.logWarning("outbox depths cannot be read", error))
  )
)
