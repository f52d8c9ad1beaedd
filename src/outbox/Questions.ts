// The questions that people are asked about deliveries of which nobody knows whether they arrived, and how far each has got. Promises: each
// person is asked once about each attempt, over restarts too.
import { Context, type Effect } from "effect"
import type { Marker } from "../domain/Marker.ts"
import type { AttemptId, ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

/** A parked delivery, as a person must see it to decide. */
export interface ParkedDelivery {
  readonly delivery: DeliveryId
  readonly attempt: AttemptId
  readonly channel: ChannelId
  readonly chat: string
  /** The chat's number, where it is known. */
  readonly chatId: number | null
  readonly marker: Marker
  readonly post: Post
  readonly reason: string
  /** Message ids at which it may stand, ascending: above the floor, not seen to be something else, below the next post of ours. */
  readonly candidates: ReadonlyArray<number>
}

export interface Question {
  readonly delivery: DeliveryId
  readonly person: number
  readonly attempt: AttemptId
  readonly messageId: number | null
  readonly awaitsPlace: boolean
}

export class Questions extends Context.Tag("oncecast/outbox/Questions")<
  Questions,
  {
    /** Parked deliveries that this person has not been asked about. */
    readonly unasked: (person: number) => Effect.Effect<ReadonlyArray<ParkedDelivery>, StorageFailed>
    /** The delivery, while it is parked. */
    readonly parked: (delivery: DeliveryId) => Effect.Effect<ParkedDelivery | undefined, StorageFailed>
    /** `messageId` null: the person cannot be reached. */
    readonly asked: (
      question: Omit<Question, "awaitsPlace">,
      now: Millis
    ) => Effect.Effect<void, StorageFailed>
    /** The person says that it is there and is asked where. */
    readonly awaitPlace: (delivery: DeliveryId, person: number) => Effect.Effect<void, StorageFailed>
    /** The delivery that this person was asked to show last. */
    readonly awaited: (person: number) => Effect.Effect<ParkedDelivery | undefined, StorageFailed>
    /** Questions about deliveries that are parked no longer: what was asked is to be taken back. */
    readonly settled: Effect.Effect<ReadonlyArray<Question>, StorageFailed>
    readonly closed: (question: Question, now: Millis) => Effect.Effect<void, StorageFailed>
    /** Another delivery of which a post stands under this id, in the chat that this one was sent to: the id is not this one's. */
    readonly holder: (
      messageId: number,
      delivery: DeliveryId
    ) => Effect.Effect<DeliveryId | undefined, StorageFailed>
  }
>() {}
