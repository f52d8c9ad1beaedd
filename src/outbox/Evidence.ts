// What was seen in the channels from outside, and what follows from it. Sightings enter, from a discussion group, a witness or a look; the
// deliveries whose posts they are leave. Promises: an attempt whose marker stands in a channel counts as sent, whatever was thought of it
// before; a second post of one delivery is remembered until it is taken away; nothing of other people is ever named to be touched.
// @source reference/telegram-bot-api.md §5.4 (S4, S7, S8)
import { Context, type Effect, type Option, Schema } from "effect"
import type { Marker } from "../domain/Marker.ts"
import type { AttemptId, ChannelId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { LeaseLost, OpenAttempt } from "./Outbox.ts"

/** How a message was seen; `answer`: in Telegram's own answer to the send, `probe`: an edit was answered as only our own post answers. */
export const Via = Schema.Literal("discussion", "witness", "profile", "copy", "probe", "answer", "check")
export type Via = typeof Via.Type

export interface Sighting {
  /** The chat's number. */
  readonly chatId: number
  readonly messageId: number
  /** Absent: a post of somebody else. */
  readonly marker?: Marker
  readonly album?: string
  readonly via: Via
}

/** What sightings led to. */
export interface Recognised {
  /** Deliveries that count as sent from now on. */
  readonly found: ReadonlyArray<{ readonly channel: ChannelId; readonly delivery: DeliveryId }>
  /** Deliveries of which a second post stands in the channel. */
  readonly doubled: ReadonlyArray<{ readonly channel: ChannelId; readonly delivery: DeliveryId }>
}

/** A post of ours that must not stay. */
export interface Stray {
  readonly attempt: AttemptId
  readonly delivery: DeliveryId
  readonly chat: string
  readonly messageIds: ReadonlyArray<number>
  readonly reason: string
  readonly foundAt: Millis
}

/** An attempt that counts as not arrived, or is left to a person, and that may land all the same. */
export interface WatchedAttempt extends OpenAttempt {
  /** Since when its outcome was not known. */
  readonly since: Millis
}

export interface SeenParts {
  readonly messageIds: ReadonlyArray<number>
  /** Telegram itself says that they belong together; else they only look so. */
  readonly certain: boolean
}

/** Begins the name of an album that only looks like one: its messages were seen one by one. */
export const assumedAlbum = "looks:"

export class Evidence extends Context.Tag("oncecast/outbox/Evidence")<
  Evidence,
  {
    /** Remembers what was seen, in the chat that is the channel's now. Seen again is seen once. */
    readonly saw: (
      channel: ChannelId,
      sightings: ReadonlyArray<Sighting>,
      now: Millis
    ) => Effect.Effect<Recognised, StorageFailed>
    /** The ids above `floor` that were seen in the channel, ours and others'. */
    readonly seenAbove: (
      channel: ChannelId,
      floor: number
    ) => Effect.Effect<ReadonlySet<number>, StorageFailed>
    /** In which ways a message was seen. */
    readonly waysSeen: (chatId: number, messageId: number) => Effect.Effect<ReadonlyArray<Via>, StorageFailed>
    /** Messages of an attempt's album that were seen: fewer than it has, when it stands in part. */
    readonly partsSeen: (attempt: AttemptId) => Effect.Effect<SeenParts, StorageFailed>
    /**
     * The newest of our own posts that should stand in the channel, at most `limit`, where there are none yet those of others that were
     * seen: if none can be read, reading does not work.
     */
    readonly knownPosts: (
      channel: ChannelId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<number>, StorageFailed>
    /** Attempts whose outcome became unknown at `since` or later, that were not found, and that do not keep the channel frozen. */
    readonly watched: (
      channel: ChannelId,
      since: Millis
    ) => Effect.Effect<ReadonlyArray<WatchedAttempt>, StorageFailed>
    /** These messages of the attempt are to be taken away. */
    readonly addStray: (
      attempt: AttemptId,
      messageIds: ReadonlyArray<number>,
      reason: string,
      now: Millis
    ) => Effect.Effect<void, StorageFailed>
    /** The next stray that is due, and when it is or the next one will be. */
    readonly nextStray: (
      channel: ChannelId
    ) => Effect.Effect<Option.Option<Stray & { readonly dueAt: Millis }>, StorageFailed>
    /** A stray is gone, stays for good, or is tried again later. */
    readonly endStray: (
      attempt: AttemptId,
      fence: Fence,
      end: "removed" | "stays" | { readonly again: Millis },
      now: Millis
    ) => Effect.Effect<void, StorageFailed | LeaseLost>
    /** Whether messages of the attempt were to be taken away, and what became of that. */
    readonly strayState: (
      attempt: AttemptId
    ) => Effect.Effect<"none" | "open" | "removed" | "stays", StorageFailed>
    /** Forgets what was seen before `before` and explains nothing any more; markers are kept as long as their deliveries. */
    readonly forget: (before: Millis) => Effect.Effect<number, StorageFailed>
  }
>() {}
