// The names and numbers by which everything is addressed. Names come from the catalog and are stable over restarts and machines;
// numbers are given by the store. Nothing here is local to a process.
import { Schema } from "effect"

/** Epoch milliseconds, UTC. */
export type Millis = number

/** What the catalog calls a source or a channel: letters, digits, `-`, `_` and `.`, at most 64. */
const CatalogName = Schema.String.pipe(Schema.pattern(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u))

export const SourceId = CatalogName.pipe(Schema.brand("SourceId"))
export type SourceId = typeof SourceId.Type

export const ChannelId = CatalogName.pipe(Schema.brand("ChannelId"))
export type ChannelId = typeof ChannelId.Type

export const ItemId = Schema.Int.pipe(Schema.brand("ItemId"))
export type ItemId = typeof ItemId.Type

/** What an operator types in `oncecast retry 17`. */
export const DeliveryId = Schema.Int.pipe(Schema.brand("DeliveryId"))
export type DeliveryId = typeof DeliveryId.Type

export const AttemptId = Schema.Int.pipe(Schema.brand("AttemptId"))
export type AttemptId = typeof AttemptId.Type

/** Grows with each change of a channel's owner; a write that carries an older one is refused. */
export const Fence = Schema.Int.pipe(Schema.brand("Fence"))
export type Fence = typeof Fence.Type
