// What the state of the Outbox in memory is made of, and what can be asked of its deliveries.
import type { DeliveryState } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import type { Marker } from "../domain/Marker.ts"
import type { AttemptId, ChannelId, DeliveryId, Fence, Millis, SourceId } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import type { ChannelState } from "./MemoryChannels.ts"
import type { Outcome } from "./Outbox.ts"

export interface Enqueued {
  readonly source: SourceId
  readonly channel: ChannelId
  readonly item: Item
  readonly priority: number
  readonly brand?: string
  readonly category?: string
  readonly now: Millis
}

export interface Delivery extends Enqueued {
  readonly id: DeliveryId
  state: DeliveryState
  reason: string
  stateAt: Millis
  queuedAt: Millis
  dueAt: Millis
  attempts: number
  sentAt: Millis | undefined
  /** The first of its digest, once that has begun. */
  lead: Delivery | undefined
  /** What goes where this one goes, as the first of a digest. */
  members: ReadonlyArray<Delivery>
}

export interface Attempt {
  readonly id: AttemptId
  readonly delivery: Delivery
  readonly fence: Fence
  readonly chat: string
  readonly marker: Marker
  readonly floor: number
  readonly post: Post
  readonly startedAt: Millis
  outcome: Outcome["_tag"] | "Absent" | undefined
}

export interface MemoryQueue {
  readonly deliveries: Array<Delivery>
  readonly attempts: Array<Attempt>
  readonly channels: Map<ChannelId, ChannelState>
}

export const attemptsOf = ({ attempts }: MemoryQueue, delivery: Delivery) =>
  attempts.filter((attempt) => attempt.delivery === delivery)

export const endedUnknown = ({ outcome }: Attempt) => outcome === "Unknown" || outcome === "Absent"

/** Not in a digest, or its first. */
export const leads = (delivery: Delivery): boolean =>
  delivery.lead === undefined || delivery.lead === delivery

export const inFlight = (delivery: Delivery) => delivery.state === "sending" || delivery.state === "unknown"
