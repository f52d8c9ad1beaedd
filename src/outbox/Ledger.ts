// The read side: what the dashboard, the commands and the metrics show of the durable state. Never changes anything.
import { Context, type Effect, type Option, Schema } from "effect"
import { DeliveryState } from "../domain/Delivery.ts"
import type { Millis } from "../domain/Names.ts"
import { AttemptId, ChannelId, DeliveryId, SourceId } from "../domain/Names.ts"
import type { PollRecord } from "../domain/Poll.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export const ChannelLedger = Schema.Struct({
  channel: ChannelId,
  /** Deliveries by state; absent means 0. */
  counts: Schema.partialWith(Schema.Record({ key: DeliveryState, value: Schema.Int }), { exact: true }),
  oldestQueuedAt: Schema.NullOr(Schema.Number),
  /** Nothing is sent before this, and why. */
  holdUntil: Schema.NullOr(Schema.Number),
  holdWhy: Schema.NullOr(Schema.String),
  /** Whether that is because nothing can be posted there, and not because Telegram asked for a wait. */
  troubled: Schema.Boolean,
  paused: Schema.Boolean,
  /** The delivery whose outcome is not known and which keeps the channel frozen. */
  frozenBy: Schema.NullOr(DeliveryId),
  /** Posts and edits in the last 60 s: what the pace is measured by. */
  callsLastMinute: Schema.Int,
  sentLastHour: Schema.Int,
  sentLastDay: Schema.Int,
  lastSentAt: Schema.NullOr(Schema.Number),
  /** Since when there has been something to post while nothing was posted; null: there is nothing, and nothing failed since the last post. */
  unpostedSince: Schema.NullOr(Schema.Number),
  /** Who publishes it, and until when that holds without renewal. */
  owner: Schema.NullOr(Schema.String)
})
export type ChannelLedger = typeof ChannelLedger.Type

export const DeliveryRow = Schema.Struct({
  id: DeliveryId,
  channel: ChannelId,
  source: SourceId,
  title: Schema.String,
  link: Schema.NullOr(Schema.String),
  event: Schema.String,
  state: DeliveryState,
  reason: Schema.NullOr(Schema.String),
  attempts: Schema.Int,
  /** The newest of them; null before the first. What a person says of a post is said of this one. */
  attempt: Schema.NullOr(AttemptId),
  queuedAt: Schema.Number,
  stateAt: Schema.Number,
  /** Not before this; 0: at once. */
  dueAt: Schema.Number,
  messageIds: Schema.Array(Schema.Int)
})
export type DeliveryRow = typeof DeliveryRow.Type

export interface DeliveryQuery {
  readonly state?: DeliveryState
  readonly channel?: ChannelId
  /** Only what comes after this one: the next page. */
  readonly before?: Pick<DeliveryRow, "stateAt" | "id">
  /** At most 1,000; newest change first. */
  readonly limit: number
}

/** What happened in a span of time. */
export interface Tally {
  /** Items that were seen for the first time, by source. */
  readonly fresh: ReadonlyArray<{ readonly source: SourceId; readonly items: number }>
  /** Deliveries by the state that they came into and are in still; sent ones however they changed since. */
  readonly deliveries: ReadonlyArray<{
    readonly channel: ChannelId
    readonly state: "sent" | "refused" | "expired"
    readonly deliveries: number
  }>
}

export class Ledger extends Context.Tag("oncecast/outbox/Ledger")<
  Ledger,
  {
    readonly channels: (now: Millis) => Effect.Effect<ReadonlyArray<ChannelLedger>, StorageFailed>
    readonly deliveries: (query: DeliveryQuery) => Effect.Effect<ReadonlyArray<DeliveryRow>, StorageFailed>
    /** None when there is no such delivery. */
    readonly stateOf: (delivery: DeliveryId) => Effect.Effect<Option.Option<DeliveryState>, StorageFailed>
    /** The last poll of every source. */
    readonly polls: Effect.Effect<ReadonlyArray<PollRecord>, StorageFailed>
    /** How the last write of this process failed, if it did and none has succeeded since: a full disk, for example. */
    readonly failedWrite: Effect.Effect<Option.Option<StorageFailed>>
    /** Since then, by now. */
    readonly tally: (since: Millis) => Effect.Effect<Tally, StorageFailed>
    /** Items known per source. */
    readonly items: Effect.Effect<ReadonlyMap<SourceId, number>, StorageFailed>
  }
>() {}
