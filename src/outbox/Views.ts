// The read side, page by page: what is shown of one channel, one source, one delivery. Never changes anything. Promises: a view costs what
// its page holds, however long the history is.
import { Context, type Effect, type Option, Schema } from "effect"
import { Item } from "../domain/Item.ts"
import { type ChannelId, DeliveryId, type SourceId } from "../domain/Names.ts"
import type { PollRecord } from "../domain/Poll.ts"
import { Post } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { DeliveryRow } from "./Ledger.ts"

/** One try to send a delivery. */
export const AttemptRow = Schema.Struct({
  number: Schema.Int,
  marker: Schema.String,
  chat: Schema.NullOr(Schema.String),
  startedAt: Schema.Number,
  endedAt: Schema.NullOr(Schema.Number),
  outcome: Schema.NullOr(Schema.Literal("sent", "refused", "deferred", "unknown", "absent")),
  detail: Schema.NullOr(Schema.String),
  messageIds: Schema.Array(Schema.Int),
  /** What it carried. */
  post: Post
})
export type AttemptRow = typeof AttemptRow.Type

/** A message with a marker of the delivery that was seen in the channel, from outside. */
export const Receipt = Schema.Struct({
  messageId: Schema.Int,
  at: Schema.Number,
  /** How it was seen, words apart by blanks. */
  via: Schema.String,
  marker: Schema.String
})
export type Receipt = typeof Receipt.Type

/** The post that stands, and what is due to it. */
export const StandingPost = Schema.Struct({
  chat: Schema.String,
  /** What it shows since its last edit; null: what the attempt carried. */
  post: Schema.NullOr(Post),
  edits: Schema.Int,
  editedAt: Schema.NullOr(Schema.Number),
  dueAt: Schema.NullOr(Schema.Number),
  wish: Schema.Literal("follow", "withdraw"),
  /** Why it does not change any more. */
  note: Schema.NullOr(Schema.String)
})

/** The whole life of a delivery. */
export const DeliveryLife = Schema.Struct({
  row: DeliveryRow,
  item: Item,
  firstSeenAt: Schema.Number,
  lastSeenAt: Schema.Number,
  /** Since when its source lists the item no longer. */
  absentAt: Schema.NullOr(Schema.Number),
  /** Of the item: grows with each change. */
  revision: Schema.Int,
  attempts: Schema.Array(AttemptRow),
  standing: Schema.NullOr(StandingPost),
  receipts: Schema.Array(Receipt),
  /** Posts of it in excess, and whether they are gone. */
  strays: Schema.Array(
    Schema.Struct({
      messageIds: Schema.Array(Schema.Int),
      reason: Schema.String,
      foundAt: Schema.Number,
      fate: Schema.NullOr(Schema.Literal("removed", "stays"))
    })
  ),
  /** Other deliveries of the same item. */
  siblings: Schema.Array(
    Schema.Struct({ id: DeliveryId, channel: Schema.String, event: Schema.String, state: Schema.String })
  )
})
export type DeliveryLife = typeof DeliveryLife.Type

/** An item of a source, and what became of it. */
export interface SourceItem {
  readonly item: Item
  readonly firstSeenAt: number
  /** It waits under a flood's decision. */
  readonly held: boolean
  readonly deliveries: ReadonlyArray<Pick<DeliveryRow, "id" | "channel" | "event" | "state">>
}

export class Views extends Context.Tag("oncecast/outbox/Views")<
  Views,
  {
    /** What waits in a channel, in the order in which it goes out. */
    readonly queue: (
      channel: ChannelId,
      from: number,
      limit: number
    ) => Effect.Effect<ReadonlyArray<DeliveryRow>, StorageFailed>
    /** What was sent into a channel, newest first; the ones before `before`, where it is given. */
    readonly sent: (
      channel: ChannelId,
      before: Option.Option<{ readonly sentAt: number; readonly id: DeliveryId }>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<DeliveryRow & { readonly sentAt: number }>, StorageFailed>
    /** None when there is no such delivery. */
    readonly delivery: (id: DeliveryId) => Effect.Effect<Option.Option<DeliveryLife>, StorageFailed>
    /** The last polls of a source, newest first. */
    readonly polls: (
      source: SourceId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<PollRecord>, StorageFailed>
    /** The newest items that a source lists. */
    readonly items: (
      source: SourceId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<SourceItem>, StorageFailed>
    /** Another text whenever something has been written since. */
    readonly pulse: Effect.Effect<string, StorageFailed>
  }
>() {}
