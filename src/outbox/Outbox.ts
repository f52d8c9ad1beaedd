// The outbox as its publishers see it: claim the next delivery, record the intent, settle the outcome. Durable at each step.
// Promises: one delivery of a channel in flight at a time; an intent stands on disk before the first byte may leave; an outcome that
// is not known freezes its channel and is never sent again blindly; a write by anyone but the channel's present owner is refused.
import { Context, type Effect, type Option, Schema } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { ItemEvent } from "../domain/Event.ts"
import type { Item } from "../domain/Item.ts"
import type { Marker } from "../domain/Marker.ts"
import type { Money } from "../domain/Money.ts"
import type { AttemptId, ChannelId, DeliveryId, Fence, ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { Backlog } from "../domain/Opening.ts"
import type { Post } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { TraceParent } from "../Spans.ts"
import type { Choosing } from "./Choosing.ts"
import type { NoLongerQueued } from "./NoLongerQueued.ts"
import type { PastCall } from "./PastCall.ts"

/**
 * Another process owns the channel now, or may. Stop publishing into it at once; its new owner goes on. `unrenewed`: why the store could not
 * renew the lease before it ended; the channel may be taken again.
 */
export class LeaseLost extends Schema.TaggedError<LeaseLost>("oncecast/outbox/LeaseLost")("LeaseLost", {
  channel: Schema.String,
  unrenewed: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return this.unrenewed === undefined
      ? `Channel ${this.channel} is now published by another process.`
      : `Channel ${this.channel} stands still, for the right to publish it could not be renewed. ${this.unrenewed}`
  }
}

export interface ClaimedDelivery {
  readonly id: DeliveryId
  readonly channel: ChannelId
  readonly source: SourceId
  readonly itemId: ItemId
  readonly item: Item
  readonly event: ItemEvent
  /** The price from which a drop is measured. */
  readonly before?: Money
  /** The message that told of the item first, in the chat that the channel is published into. */
  readonly first?: number
  /** Of the item; a post says which one it shows. */
  readonly revision: number
  /** Attempts made so far. */
  readonly attempts: number
  /** An attempt of it may have landed after all: whoever hears of this one may hear it twice. */
  readonly again: boolean
  readonly queuedAt: Millis
  /** How many posts the channel got before: stays the same until one is sent, whoever asks. */
  readonly ordinal: number
  /** Where it came to be, if spans were collected then. */
  readonly trace?: TraceParent
}

/** An attempt of which it is not known whether it arrived, and what a look for it must know. */
export interface OpenAttempt {
  readonly id: AttemptId
  /** The chat that it went to, as the catalog named it then. */
  readonly chat: string
  readonly marker: Marker
  /** The highest message id that was known before it: its post can only stand above. */
  readonly floor: number
  /** What it carried. */
  readonly post: Post
  /** Attempts of this delivery, this one included, that ended unknown. */
  readonly unknowns: number
}

/** What a publisher finds when it asks for work. */
export type Claim =
  /** `more`: what goes into the same post, a digest, in this order after `delivery`, which stands for them all from now on. */
  | {
      readonly _tag: "Ready"
      readonly delivery: ClaimedDelivery
      readonly more: ReadonlyArray<ClaimedDelivery>
      /** It is a digest that has begun before: it stays as it is. */
      readonly bound: boolean
    }
  /** It is its turn, but it is over a cap whose excess is left out. */
  | { readonly _tag: "Over"; readonly delivery: DeliveryId; readonly why: string }
  /** A digest is not ready; `until`: something that was put off is due before. */
  | { readonly _tag: "Gathering"; readonly oldestQueuedAt: Millis | null; readonly until: Millis }
  /** Nothing may be sent before `until`: a flood wait or missing rights (`channel`), a delayed retry (`delivery`). */
  | {
      readonly _tag: "Waiting"
      readonly until: Millis
      readonly scope: "channel" | "delivery"
      readonly why: string
    }
  | { readonly _tag: "Empty" }
  | { readonly _tag: "Paused" }
  /** It is not known whether this delivery arrived; nothing goes out until that is settled. */
  | {
      readonly _tag: "Frozen"
      readonly delivery: DeliveryId
      readonly attempt: OpenAttempt
      readonly since: Millis
      readonly why: string
      /** Its owner has not recorded an outcome yet: it is at work, or died. */
      readonly inFlight: boolean
    }

/** How an attempt ended. */
export type Outcome =
  | {
      readonly _tag: "Sent"
      readonly messageIds: ReadonlyArray<number>
      /** The chat's number, where Telegram told it. */
      readonly chatId?: number
    }
  /** Telegram will never take this post. */
  | { readonly _tag: "Refused"; readonly reason: string }
  /**
   * Certainly not sent; back to the queue. `flood` and `trouble` hold back everything of the channel, `delivery` only this one; `trouble`
   * is looked at again when somebody says that it may be mended.
   */
  | {
      readonly _tag: "Deferred"
      readonly until: Millis
      readonly scope: "flood" | "trouble" | "delivery"
      readonly reason: string
    }
  /** It may have been sent. */
  | { readonly _tag: "Unknown"; readonly reason: string }

/** What was found out about an unknown or parked delivery, by evidence or by a person. */
export type Resolution =
  | { readonly _tag: "Sent"; readonly messageIds: ReadonlyArray<number> }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Park"; readonly reason: string }
  | { readonly _tag: "GiveUp"; readonly reason: string }

export interface Intent {
  readonly delivery: DeliveryId
  /** What the post carries beside it. */
  readonly members?: ReadonlyArray<DeliveryId>
  readonly channel: ChannelId
  readonly fence: Fence
  readonly chat: string
  /** What a reader of the post can recognise this attempt by; unique. */
  readonly marker: Marker
  readonly post: Post
  /** Of the item, as the post shows it; of a digest the sum. */
  readonly revision: number
  readonly now: Millis
}

/** Nothing of the channel goes out before `until`. */
export interface Hold {
  readonly until: Millis
  readonly scope: "flood" | "trouble"
  readonly why: string
}

/** What is given up: what was queued before a time, at most `expiryBatch` of it, or one delivery. */
export type Expiry = { readonly before: Millis } | { readonly delivery: DeliveryId }
export const expiryBatch = 200

export class Outbox extends Context.Tag("oncecast/outbox/Outbox")<
  Outbox,
  {
    /**
     * Takes or renews the channel for `owner` until `now + ttlMs`; none while another owner's lease still runs. A new owner gets a higher
     * fence. What the channel waits for and was noted later than `now`, for the clock was ahead, lasts from now on as long as it was meant to.
     */
    readonly lease: (
      channel: ChannelId,
      owner: string,
      now: Millis,
      ttlMs: number
    ) => Effect.Effect<Option.Option<Fence>, StorageFailed>
    /** Renews leases of `owner` until `now + ttlMs`, all in one write. Returns the channels that were still its own. */
    readonly renew: (
      owner: string,
      leases: ReadonlyMap<ChannelId, Fence>,
      now: Millis,
      ttlMs: number
    ) => Effect.Effect<ReadonlySet<ChannelId>, StorageFailed>
    /** Gives the channel back, so that another process need not wait for the lease to end. */
    readonly yieldLease: (channel: ChannelId, fence: Fence) => Effect.Effect<void, StorageFailed>
    /** Fails when the channel is no longer the owner's who has `fence`: nothing is done there any more. */
    readonly confirm: (channel: ChannelId, fence: Fence) => Effect.Effect<void, StorageFailed | LeaseLost>
    /** Marks what an earlier process left in flight as unknown. Returns how many. Runs under a fresh lease, before the first claim. */
    readonly recover: (
      channel: ChannelId,
      fence: Fence,
      now: Millis
    ) => Effect.Effect<number, StorageFailed | LeaseLost>
    /** The channel is published into `chat` from now on. When that is another one, waits and message ids of the old one are forgotten. */
    readonly moveTo: (
      channel: ChannelId,
      fence: Fence,
      chat: string
    ) => Effect.Effect<void, StorageFailed | LeaseLost>
    /** The next delivery, or why there is none. Changes nothing. */
    readonly claim: (
      channel: ChannelId,
      now: Millis,
      choosing?: Choosing
    ) => Effect.Effect<Claim, StorageFailed>
    readonly backlog: (channel: ChannelId) => Effect.Effect<Backlog, StorageFailed>
    /** queued → expired, for good or until a person queues it again. Returns how many. */
    readonly expire: (
      channel: ChannelId,
      fence: Fence,
      which: Expiry,
      reason: string,
      now: Millis
    ) => Effect.Effect<number, StorageFailed | LeaseLost>
    /** The calls to the channel at `since` or later, in no order: a limit's window does not end with a process. */
    readonly callsSince: (
      channel: ChannelId,
      since: Millis
    ) => Effect.Effect<ReadonlyArray<PastCall>, StorageFailed>
    /**
     * queued → sending, with all its members: from now on each of them is where the delivery is, whatever becomes of it. On success the
     * intent is on disk, and only then may bytes leave.
     */
    readonly begin: (intent: Intent) => Effect.Effect<AttemptId, StorageFailed | LeaseLost | NoLongerQueued>
    /**
     * sending → sent | refused | queued | unknown; returns the state that it is in now. Sent although it was given as unknown: the post
     * was seen before. A post that an earlier attempt left standing becomes a stray.
     */
    readonly settle: (
      attempt: AttemptId,
      fence: Fence,
      outcome: Outcome,
      now: Millis
    ) => Effect.Effect<DeliveryState, StorageFailed | LeaseLost>
    /**
     * unknown | parked → sent | queued | parked | refused. False when the delivery is in neither state, or made another attempt since
     * `about`, the one that was looked for: what was found out says nothing about a newer one.
     */
    readonly resolve: (
      delivery: DeliveryId,
      resolution: Resolution,
      now: Millis,
      about?: AttemptId
    ) => Effect.Effect<boolean, StorageFailed>
    /** refused | expired → queued, by a person. False when the delivery is in neither state. */
    readonly retry: (delivery: DeliveryId, now: Millis) => Effect.Effect<boolean, StorageFailed>
    /**
     * Puts a queued delivery before or behind all others of its channel; before them it also waits no longer for a retry of its own. False
     * when it is not queued.
     */
    readonly reorder: (delivery: DeliveryId, place: "first" | "last") => Effect.Effect<boolean, StorageFailed>
    /** A wait for the whole channel that survives restarts; never shortens a longer one that counts. */
    readonly hold: (channel: ChannelId, hold: Hold, now: Millis) => Effect.Effect<void, StorageFailed>
    /** What was in trouble may be mended: it is tried again at once. A flood wait stays. */
    readonly lookAgain: (channel: ChannelId) => Effect.Effect<void, StorageFailed>
  }
>() {}
