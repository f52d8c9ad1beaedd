// What telling of offers needs of a store, as a part of Intake's rows: what is remembered of an offer for a channel, and what is to be looked
// at again. An offer is marked in the transaction that changes it, so that a crash before it is judged loses nothing.
import type { Option } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Money } from "../domain/Money.ts"
import type { ChannelId, DeliveryId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { Observation, PricePoint, Told } from "./PriceEvents.ts"

/** An event that a delivery tells. */
export interface ToldEvent {
  /** `eventKey` of it. */
  readonly key: string
  /** The price from which a drop is measured. */
  readonly before: Option.Option<Money>
}

/** A delivery that waits in its channel's queue. */
export interface Waiting extends ToldEvent {
  readonly delivery: DeliveryId
}

/** An offer that may be worth a word in a channel. */
export interface Due {
  readonly item: ItemId
  readonly channel: ChannelId
  readonly told: Told
  /** As it is now, but for the time. */
  readonly seen: Omit<Observation, "at">
  /** The delivery of it that waits, if one does. */
  readonly waiting: Option.Option<Waiting>
  /** A delivery of it is under way, or nobody knows what became of it. */
  readonly underWay: boolean
  /** Readers see a post about it. */
  readonly posted: boolean
  readonly content: () => Item
}

/** What is remembered from now on. */
export interface Remembered extends Pick<Due, "item" | "channel" | "told"> {
  readonly lookAt: Option.Option<Millis>
}

export interface TellingReads {
  /** Whether a source has offers that are to be looked at by `now`, and are not held. Asked at every poll. */
  readonly isDue: (source: SourceId, now: Millis) => boolean
  /** The offers of a source that are to be looked at by `now`, those that are due longest first; none that are held. */
  readonly due: (source: SourceId, now: Millis, limit: number) => ReadonlyArray<Due>
  /** Those of them that are among these. */
  readonly dueAmong: (source: SourceId, items: ReadonlyArray<ItemId>, now: Millis) => ReadonlyArray<Due>
  /** Their prices, oldest first. */
  readonly prices: (items: ReadonlyArray<ItemId>) => ReadonlyMap<ItemId, ReadonlyArray<PricePoint>>
}

export interface TellingRows {
  /**
   * These offers change with this transaction, or appear or disappear: they are looked at next. `channels` hear of them although nothing was
   * told there: what is told first is measured by how they were until now.
   */
  readonly watch: (items: ReadonlyArray<ItemId>, channels: ReadonlyArray<ChannelId>, now: Millis) => void
  readonly remember: (offers: ReadonlyArray<Remembered>) => void
  /** These deliveries are not true any more. */
  readonly callOff: (deliveries: ReadonlyArray<DeliveryId>, reason: string, now: Millis) => void
  /**
   * The clock was set back: what is remembered of a time to come is of now, and what waits for its time is looked at. Of the next offers behind
   * `after`; returns the last of them, if there may be more.
   */
  readonly setRight: (source: SourceId, now: Millis, after: ItemId | 0) => Option.Option<ItemId>
  /** These offers have gone or returned: their posts are due to change. Returns the channels in which some stand. */
  readonly remark: (items: ReadonlyArray<ItemId>, now: Millis) => ReadonlyArray<ChannelId>
}
