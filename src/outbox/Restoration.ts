// What is known of the channels after an older backup took the database's place. Until it is known what was posted since, nothing is sent: a post
// that the backup lacks stands all the same. Promises: what a channel was restored with is remembered durably; a post that was found is the
// post of one delivery, once; only a look that saw everything, or a person, ends the wait.
// @source reference/telegram-bot-api.md §5.4 "Guarantees" (after restoring: read newest posts and re-import markers before sending)
import { Context, type Effect, type Option } from "effect"
import type { Marker } from "../domain/Marker.ts"
import type { ChannelId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { LeaseLost } from "./Outbox.ts"

export interface RestoredChannel {
  readonly channel: ChannelId
  readonly at: Millis
  /** The highest message id that the backup knew; what was posted since stands above. */
  readonly floor: number
  /** Whether all that was posted since is known, or a person has decided. */
  readonly settled: boolean
}

/** A post of ours that the backup does not know. */
export interface FoundPost {
  readonly chatId: number
  readonly messageIds: readonly [number, ...ReadonlyArray<number>]
  readonly marker: Marker
  /** Where its marked link leads, without the marker. */
  readonly page: string
  readonly line: string
  readonly postedAt: Millis
}

export interface KnownPost extends FoundPost {
  /** Whose post it is by now. */
  readonly delivery: DeliveryId | null
}

export class Restoration extends Context.Tag("oncecast/outbox/Restoration")<
  Restoration,
  {
    /** None: the channel was never restored. */
    readonly of: (channel: ChannelId) => Effect.Effect<Option.Option<RestoredChannel>, StorageFailed>
    /** Channels that send nothing until it is known, or decided, what was posted since. */
    readonly unsettled: Effect.Effect<ReadonlyArray<RestoredChannel>, StorageFailed>
    /** Remembers posts; those of attempts that are known are left out, for their evidence is kept elsewhere. Found again is found once. */
    readonly found: (
      channel: ChannelId,
      posts: ReadonlyArray<FoundPost>
    ) => Effect.Effect<void, StorageFailed>
    /** Everything that was posted since was seen. */
    readonly settle: (channel: ChannelId, now: Millis) => Effect.Effect<void, StorageFailed>
    /** The posts that were found since: all, or those whose marked link leads to `page`. */
    readonly posts: (
      channel: ChannelId,
      page?: string
    ) => Effect.Effect<ReadonlyArray<KnownPost>, StorageFailed>
    /** queued → sent: the post is that of the delivery, and follows its item from now on. False when either is no longer free. */
    readonly adopt: (
      delivery: DeliveryId,
      fence: Fence,
      post: FoundPost,
      shows: Post,
      now: Millis
    ) => Effect.Effect<boolean, StorageFailed | LeaseLost>
    /** By a person: what waits is sent, or counts as posted. How many deliveries count as posted; none: there is nothing to decide. */
    readonly decide: (
      channel: ChannelId,
      decision: "send" | "skip",
      now: Millis
    ) => Effect.Effect<Option.Option<number>, StorageFailed>
    /** Forgets posts from before `before`: their items are forgotten as well, or will not come back. */
    readonly forget: (before: Millis) => Effect.Effect<number, StorageFailed>
  }
>() {}
