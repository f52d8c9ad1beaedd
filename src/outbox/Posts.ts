// The posts that stand, and the changes that are due to them: a post follows its item by edits, the latest revision wins. Promises: a change is
// due until it is done, impossible or no longer wanted; it is recorded after it was carried out, for carried out twice it is the same.
import { Context, type Effect, type Option } from "effect"
import type { ItemEvent } from "../domain/Event.ts"
import type { Item } from "../domain/Item.ts"
import type { Marker } from "../domain/Marker.ts"
import type { Money } from "../domain/Money.ts"
import type { ChannelId, DeliveryId, Fence, Millis, SourceId } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { LeaseLost } from "./Outbox.ts"

export interface PostChange {
  readonly delivery: DeliveryId
  readonly source: SourceId
  /** The chat in which it stands, as the catalog named it then. */
  readonly chat: string
  readonly messageIds: ReadonlyArray<number>
  readonly marker: Marker
  /** What stands there. */
  readonly standing: Post
  /** Edits made so far. */
  readonly edits: number
  /** `withdraw`: what it is about is gone. */
  readonly wish: "follow" | "withdraw"
  /** As it is now, and its number. */
  readonly item: Item
  readonly revision: number
  readonly event: ItemEvent
  /** The price from which a drop is measured. */
  readonly before?: Money
  /** The offer has not been listed for so long that it counts as gone. */
  readonly gone: boolean
  /** What a digest has beside it, in its order; `revision` is the sum of all. */
  readonly more: ReadonlyArray<Pick<PostChange, "item" | "event" | "before" | "gone" | "source">>
  readonly sentAt: Millis
  readonly dueAt: Millis
  /** Failed tries; a flood wait is none. */
  readonly tries: number
  /** Of them, those with an answer that nobody has seen before. */
  readonly unclear: number
}

/** How a change ended. */
export type ChangeOutcome =
  /** `post` stands there now. */
  | { readonly _tag: "Changed"; readonly post: Post; readonly revision: number }
  /** The new revision looks the same. */
  | { readonly _tag: "Same"; readonly revision: number }
  /** `why`, where it matters: a flood wait, or an answer that nobody has seen before. */
  | { readonly _tag: "Later"; readonly until: Millis; readonly why?: "flood" | "unclear" }
  /** It cannot be changed any more, or stands no longer; `gone`: readers do not see it. */
  | { readonly _tag: "Ended"; readonly reason: string; readonly gone: boolean }

export class Posts extends Context.Tag("oncecast/outbox/Posts")<
  Posts,
  {
    /** The change that has been due longest of posts sent at `since` or later; its time may lie ahead. Withdrawals have no age. */
    readonly next: (
      channel: ChannelId,
      since: Millis
    ) => Effect.Effect<Option.Option<PostChange>, StorageFailed>
    /**
     * sent | edited → edited | withdrawn, or stays and is due again. A withdrawal that was wanted while `change` followed the item is due after
     * it.
     */
    readonly ended: (
      change: Pick<PostChange, "delivery" | "wish">,
      channel: ChannelId,
      fence: Fence,
      outcome: ChangeOutcome,
      now: Millis
    ) => Effect.Effect<void, StorageFailed | LeaseLost>
    /**
     * Changes are no longer due to posts that were sent before `since`: whoever asks for the next one passes them by each time. They follow
     * again with the next change, should `since` ever be earlier.
     */
    readonly leave: (channel: ChannelId, since: Millis) => Effect.Effect<void, StorageFailed>
    /** Wants the post of a delivery withdrawn. False when none stands. */
    readonly withdraw: (delivery: DeliveryId, now: Millis) => Effect.Effect<boolean, StorageFailed>
  }
>() {}

/** Two edits of one post are at least so far apart: a source that cannot make up its mind costs one edit a minute. */
export const editGapMs = 60_000
