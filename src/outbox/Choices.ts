// What a channel's choice has done so far, for people: what its filters kept out, and which of its deliveries a cap keeps back. Reads only.
import { Context, type Effect, Schema } from "effect"
import type { Cap } from "../domain/Choice.ts"
import { ChannelId, type DeliveryId, type Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { Excess } from "./Choosing.ts"

/** Items that one rule kept out of a channel, in the operator's words, since it first did; forgotten 30 days after the last. */
export const Filtered = Schema.Struct({
  channel: ChannelId,
  rule: Schema.String,
  items: Schema.Int,
  lastAt: Schema.Number
})
export type Filtered = typeof Filtered.Type

export class Choices extends Context.Tag("oncecast/outbox/Choices")<
  Choices,
  {
    /** The most frequent first, at most ten a channel. */
    readonly filtered: Effect.Effect<ReadonlyArray<Filtered>, StorageFailed>
    /** Of these deliveries, those that are over a cap now, with the cap that frees them last. */
    readonly overCaps: (
      channel: ChannelId,
      caps: ReadonlyArray<Cap>,
      deliveries: ReadonlyArray<DeliveryId>,
      now: Millis
    ) => Effect.Effect<ReadonlyMap<DeliveryId, Excess>, StorageFailed>
  }
>() {}
