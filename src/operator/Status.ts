// The snapshot that every surface shows: page, command line, API. Enters: the catalog, the durable state and, when the service runs, what
// its process knows. Leaves: for each channel and source what it does or waits for, and why. Changes nothing.
import { Clock, Effect, Option, Schema } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import { ChannelId, SourceId } from "../domain/Names.ts"
import { PollRecord } from "../domain/Poll.ts"
import type { Source } from "../domain/Source.ts"
import { version } from "../domain/Version.ts"
import { Choices, Filtered } from "../outbox/Choices.ts"
import { Intake } from "../outbox/Intake.ts"
import { ChannelLedger, DeliveryRow, Ledger } from "../outbox/Ledger.ts"
import { Restoration } from "../outbox/Restoration.ts"
import { type Pause, Steering } from "../outbox/Steering.ts"
import { traced } from "../Spans.ts"
import { ChildId, ChildState } from "../supervision/ChildState.ts"
import { leftBehind } from "./LeftBehind.ts"
import { LimitsStatus, LiveState } from "./LiveState.ts"
import { shownText, shownUrl } from "./Secrets.ts"

const Activity = Schema.Struct({
  /** One word: running, waiting, paused, frozen, full, restarting, quarantined, stopped. */
  is: Schema.String,
  /** Why, in one clause; empty when there is nothing to explain. */
  why: Schema.String,
  until: Schema.NullOr(Schema.Number)
})
export type Activity = typeof Activity.Type

export const ChannelStatus = Schema.Struct({
  id: ChannelId,
  chat: Schema.String,
  capacity: Schema.Int,
  /** Calls that its pace permits in any 60 s; 0 for a channel that left the catalog. */
  perMinute: Schema.Int,
  activity: Activity,
  /** About when its queue is empty, at its pace and if nothing new comes; null when it is, or when a person or an outcome is waited for. */
  emptyAt: Schema.NullOr(Schema.Number),
  ledger: Schema.NullOr(ChannelLedger)
})
export type ChannelStatus = typeof ChannelStatus.Type

export const SourceStatus = Schema.Struct({
  id: SourceId,
  kind: Schema.String,
  /** Without credentials and query. */
  url: Schema.String,
  to: Schema.Array(ChannelId),
  activity: Activity,
  items: Schema.Int,
  lastPoll: Schema.NullOr(PollRecord)
})
export type SourceStatus = typeof SourceStatus.Type

export const BurstStatus = Schema.Struct({
  id: Schema.Int,
  source: SourceId,
  at: Schema.Number,
  items: Schema.Int,
  documentItems: Schema.Int,
  state: Schema.Literal("held", "releasing", "released", "discarded")
})

export const Status = Schema.Struct({
  at: Schema.Number,
  version: Schema.String,
  /** The SQLite file that it is about. */
  database: Schema.String,
  /** Why it takes no writes at the moment, so that everything waits; null when it does. */
  storage: Schema.NullOr(Schema.String),
  /** Null when the service is stopped. */
  startedAt: Schema.NullOr(Schema.Number),
  publishesTo: Schema.NullOr(Schema.String),
  limits: Schema.NullOr(LimitsStatus),
  /** Why the catalog's file, as it stands, is not the one in force; null when it is, or the service is stopped. */
  catalog: Schema.NullOr(Schema.String),
  channels: Schema.Array(ChannelStatus),
  sources: Schema.Array(SourceStatus),
  /** Posts of which nobody knows whether they arrived, and which wait for a decision. */
  parked: Schema.Array(DeliveryRow),
  /** Floods of items that wait for a decision. */
  bursts: Schema.Array(BurstStatus),
  /** Channels that send nothing, after a restore, until it is known or decided what was posted since. */
  restored: Schema.Array(Schema.Struct({ channel: ChannelId, at: Schema.Number })),
  /** What filters kept out of the channels. */
  filtered: Schema.Array(Filtered),
  children: Schema.Array(Schema.Struct({ child: ChildId, state: ChildState }))
})
export type Status = typeof Status.Type

const idle = (is: string, why = "", until: number | null = null): Activity => ({ is, why, until })

const ofChild = (state: ChildState | undefined): Activity => {
  if (state === undefined) return idle("stopped", "no service answers here")
  switch (state._tag) {
    case "Starting":
    case "Running":
      return idle("running")
    case "Waiting":
      return idle("waiting", state.why, state.until)
    case "OpenCircuit":
      return idle("failing", state.why, state.until)
    case "Restarting":
      return idle("restarting", state.cause, state.at)
    case "Quarantined":
      return idle("quarantined", state.cause, state.probeAt)
    case "Stopping":
    case "Paused":
    case "Stopped":
      return idle(state._tag.toLowerCase(), state.why)
  }
}

const channelActivity = (
  ledger: ChannelLedger | undefined,
  child: ChildState | undefined,
  now: number
): Activity => {
  if (ledger?.paused) return idle("paused", "somebody paused it; resume with `oncecast resume`")
  if (ledger?.frozenBy !== null && ledger?.frozenBy !== undefined) {
    const why = `it is not known whether delivery ${ledger.frozenBy} arrived; that is found out`
    return child?._tag === "OpenCircuit"
      ? idle("frozen", child.why, child.until)
      : idle("frozen", child === undefined ? `${why} when the service runs` : why)
  }
  if (ledger !== undefined && ledger.holdUntil !== null && ledger.holdUntil > now) {
    return idle("waiting", ledger.holdWhy ?? "", ledger.holdUntil)
  }
  return ofChild(child)
}

/** Least time between two posts of a channel on the long run, ms. */
export const postMs = ({ pace }: Pick<Channel, "pace">): number =>
  Math.max(pace.gapMs, 60_000 / pace.perMinute)

/** About when a channel can post next; undefined while a person or an outcome is waited for. */
export const nextPostAt = ({ activity, at }: { readonly activity: Activity; readonly at: number }) =>
  ["paused", "frozen", "quarantined", "stopped"].includes(activity.is)
    ? undefined
    : Math.max(at, activity.until ?? at)

const channelStatus = (
  channel: Channel,
  ledger: ChannelLedger | undefined,
  child: ChildState | undefined,
  now: number
): ChannelStatus => {
  const activity = channelActivity(ledger, child, now)
  const queued = ledger?.counts.queued ?? 0
  const next = nextPostAt({ activity, at: now })
  return {
    id: channel.id,
    chat: channel.chat,
    capacity: channel.capacity,
    perMinute: channel.pace.perMinute,
    activity,
    emptyAt: queued === 0 || next === undefined ? null : Math.round(next + queued * postMs(channel)),
    ledger: ledger ?? null
  }
}

const sourceStatus = (
  source: Source,
  child: ChildState | undefined,
  poll: PollRecord | undefined,
  items: number,
  pause: Pause | undefined
): SourceStatus => ({
  id: source.id,
  kind: source.kind,
  url: shownUrl(source.url),
  to: source.to,
  activity:
    pause === undefined
      ? ofChild(child)
      : idle("paused", `by ${pause.by}; resume with \`oncecast resume ${source.id}\``),
  items,
  lastPoll: poll ?? null
})

/** What a snapshot is taken of, besides the running process. */
export type StatusNeeds = Choices | Intake | Ledger | Restoration | Steering

/** `database` is the file's absolute path. */
export const snapshot = traced("Status.snapshot")(function* (catalog: Catalog, database: string) {
  const now = yield* Clock.currentTimeMillis
  const ledger = yield* Ledger
  const live = yield* Effect.serviceOption(LiveState)
  const children = Option.isSome(live) ? yield* live.value.children : new Map<ChildId, ChildState>()
  const child = (kind: string, id: string) => children.get(ChildId.make(`${kind}/${id}`))
  const ledgers = new Map((yield* ledger.channels(now)).map((row) => [row.channel, row]))
  const polls = new Map((yield* ledger.polls).map((poll) => [poll.source, poll]))
  const items = yield* ledger.items
  const pauses = yield* Effect.flatMap(Steering, (steering) => steering.pauses)
  const bursts = yield* Effect.flatMap(Intake, (intake) => intake.bursts)
  const status: Status = {
    at: now,
    version,
    database,
    storage: Option.match(yield* ledger.failedWrite, {
      onNone: () => null,
      onSome: ({ message }) => message
    }),
    startedAt: Option.isSome(live) ? live.value.startedAt : null,
    publishesTo: Option.isSome(live) ? live.value.publishesTo : null,
    limits: Option.isSome(live) ? yield* live.value.limits : null,
    catalog: Option.isSome(live)
      ? Option.getOrNull(Option.map(yield* live.value.refusedCatalog, shownText))
      : null,
    channels: [
      ...[...catalog.channels.values()].map((channel) =>
        channelStatus(channel, ledgers.get(channel.id), child("channel", channel.id), now)
      ),
      ...[...ledgers.values()].filter(({ channel }) => !catalog.channels.has(channel)).flatMap(leftBehind)
    ],
    sources: [...catalog.sources.values()].map((source) =>
      sourceStatus(
        source,
        child("source", source.id),
        polls.get(source.id),
        items.get(source.id) ?? 0,
        pauses.find((pause) => pause.kind === "source" && pause.id === source.id)
      )
    ),
    parked: yield* ledger.deliveries({ state: "parked", limit: 100 }),
    bursts: bursts.filter((burst) => burst.state === "held" || burst.state === "releasing"),
    restored: (yield* Effect.flatMap(Restoration, ({ unsettled }) => unsettled)).map(({ channel, at }) => ({
      channel,
      at
    })),
    filtered: yield* Effect.flatMap(Choices, (choices) => choices.filtered),
    children: [...children].map(([id, state]) => ({ child: id, state }))
  }
  return status
})
