// The gauges that are read, not counted: set from the store and the supervisors at the moment somebody asks for the metrics.
import { realpath, stat } from "node:fs/promises"
import { memoryUsage } from "node:process"
import { Clock, Effect, Metric, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Millis } from "../domain/Names.ts"
import {
  children,
  databaseBytes,
  databaseLogBytes,
  decisions,
  lastPost,
  limitsDegraded,
  memoryBytes,
  outboxDepth,
  outboxOldest,
  silent,
  sourceCircuitOpen,
  sourceFailures,
  storageWritable
} from "../Metrics.ts"
import { Intake } from "../outbox/Intake.ts"
import { type ChannelLedger, Ledger } from "../outbox/Ledger.ts"
import { Restoration } from "../outbox/Restoration.ts"
import { type ChildState, childId } from "../supervision/ChildState.ts"
import { silentMs } from "./alerts/Silence.ts"
import { startCounters } from "./Counters.ts"
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

const set = (
  metric: Metric.Metric.Gauge<number>,
  value: number,
  tags: Readonly<Record<string, string>> = {}
) =>
  Metric.set(
    Object.entries(tags).reduce((tagged, [name, tag]) => Metric.tagged(tagged, name, tag), metric),
    value
  )

const inSeconds = (ms: number): number => Math.round(ms) / 1000

const setChannel = (channel: Channel | undefined, row: ChannelLedger, now: Millis) => {
  const tags = { channel: row.channel }
  return Effect.all(
    [
      set(outboxDepth, row.counts.queued ?? 0, tags),
      set(outboxOldest, row.oldestQueuedAt === null ? 0 : inSeconds(now - row.oldestQueuedAt), tags),
      set(lastPost, inSeconds(row.lastSentAt ?? 0), tags),
      set(silent, channel === undefined ? 0 : inSeconds(silentMs(channel, row, now)), tags)
    ],
    { discard: true }
  )
}

const setSources = Effect.gen(function* () {
  const [ledger, live] = yield* Effect.all([Ledger, LiveState])
  const [catalog, running] = yield* Effect.all([live.catalog, live.children])
  const polls = new Map((yield* ledger.polls).map(({ source, failures }) => [source, failures]))
  for (const source of catalog.sources.keys()) {
    const open = running.get(childId("source", source))?._tag === "OpenCircuit"
    yield* set(sourceFailures, polls.get(source) ?? 0, { source })
    yield* set(sourceCircuitOpen, open ? 1 : 0, { source })
  }
})

const setDecisions = (rows: ReadonlyArray<ChannelLedger>) =>
  Effect.gen(function* () {
    const [intake, restoration] = yield* Effect.all([Intake, Restoration])
    const waiting = {
      parked: rows.reduce((sum, { counts }) => sum + (counts.parked ?? 0), 0),
      burst: (yield* intake.bursts).filter(({ state }) => state === "held").length,
      restored: (yield* restoration.unsettled).length
    }
    for (const [kind, count] of Object.entries(waiting)) yield* set(decisions, count, { kind })
  })

const setChannels = Effect.gen(function* () {
  const [ledger, live] = yield* Effect.all([Ledger, LiveState])
  const { channels } = yield* live.catalog
  const now = yield* Clock.currentTimeMillis
  const rows = yield* ledger.channels(now)
  for (const row of rows) yield* setChannel(channels.get(row.channel), row, now)
  yield* setDecisions(rows)
})

/** A log lies beside the file that a link leads to. */
const bytesOf = (path: string, suffix = "") =>
  Effect.tryPromise(async () => stat(`${await realpath(path)}${suffix}`)).pipe(
    Effect.map(({ size }) => size),
    // Not there yet.
    Effect.orElseSucceed(() => 0)
  )

const setProcess = (database: string) =>
  Effect.gen(function* () {
    const [ledger, live] = yield* Effect.all([Ledger, LiveState])
    yield* set(storageWritable, Option.isSome(yield* ledger.failedWrite) ? 0 : 1)
    yield* set(limitsDegraded, (yield* live.limits).kept === "local-share" ? 1 : 0)
    yield* set(databaseBytes, yield* bytesOf(database))
    yield* set(databaseLogBytes, yield* bytesOf(database, "-wal"))
    yield* set(memoryBytes, memoryUsage.rss())
  })

/** A store that cannot be read leaves its gauges as they were: the other metrics are needed most just then. */
export const refreshGauges = (database: string) =>
  Effect.all([setChildren, setProcess(database), startCounters], { discard: true }).pipe(
    Effect.zipRight(Effect.all([setChannels, setSources], { discard: true })),
    Effect.catchTag("StorageFailed", (error) => Effect.logWarning("some gauges cannot be read", error))
  )
