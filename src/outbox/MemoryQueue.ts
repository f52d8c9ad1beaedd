// The state of the Outbox in memory and the steps of its deliveries: plain functions on maps and arrays, the specification that the
// stores are compared with. A step that the domain's diagram does not have throws, as a bug.
import { Either } from "effect"
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import type { Marker } from "../domain/Marker.ts"
import {
  AttemptId,
  type ChannelId,
  type DeliveryId,
  type Fence,
  ItemId,
  type Millis,
  type SourceId
} from "../domain/Names.ts"
import { messagesOf, type Post } from "../domain/Post.ts"
import { type ChannelState, channelOf, held, hold, owned } from "./MemoryChannels.ts"
import {
  type Claim,
  type Intent,
  type LeaseLost,
  NoLongerQueued,
  type Outcome,
  type PastCall,
  type Resolution
} from "./Outbox.ts"

export interface Enqueued {
  readonly source: SourceId
  readonly channel: ChannelId
  readonly item: Item
  readonly priority: number
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
}

interface Attempt {
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

const attemptsOf = ({ attempts }: MemoryQueue, delivery: Delivery) =>
  attempts.filter((attempt) => attempt.delivery === delivery)

const endedUnknown = ({ outcome }: Attempt) => outcome === "Unknown" || outcome === "Absent"

export const callsSince = (queue: MemoryQueue, channel: ChannelId, since: Millis): ReadonlyArray<PastCall> =>
  queue.attempts
    .filter(({ delivery, startedAt }) => delivery.channel === channel && startedAt >= since)
    .map(({ startedAt, post }) => ({ at: startedAt, messages: messagesOf(post) }))

const inFlight = (delivery: Delivery) => delivery.state === "sending" || delivery.state === "unknown"

const posted: ReadonlySet<DeliveryState> = new Set(["sent", "edited", "withdrawn"])

const claimed = (queue: MemoryQueue, delivery: Delivery): Claim => ({
  _tag: "Ready",
  delivery: {
    id: delivery.id,
    channel: delivery.channel,
    source: delivery.source,
    itemId: ItemId.make(delivery.id),
    item: delivery.item,
    event: "new",
    revision: 1,
    attempts: delivery.attempts,
    again: attemptsOf(queue, delivery).some(endedUnknown),
    queuedAt: delivery.queuedAt,
    ordinal: queue.deliveries.filter((other) => other.channel === delivery.channel && posted.has(other.state))
      .length
  }
})

const frozenBy = (queue: MemoryQueue, delivery: Delivery): Claim => {
  const attempts = attemptsOf(queue, delivery)
  const last = attempts.at(-1)
  if (last === undefined) throw new Error(`delivery ${delivery.id} has no attempt`)
  const { id, chat, marker, floor, post } = last
  return {
    _tag: "Frozen",
    delivery: delivery.id,
    attempt: { id, chat, marker, floor, post, unknowns: attempts.filter(endedUnknown).length },
    since: delivery.stateAt,
    why: delivery.reason,
    inFlight: delivery.state === "sending"
  }
}

export const claim = (queue: MemoryQueue, id: ChannelId, paused: boolean, now: Millis): Claim => {
  const mine = queue.deliveries.filter((delivery) => delivery.channel === id)
  const frozen = mine.find(inFlight)
  if (frozen !== undefined) return frozenBy(queue, frozen)
  if (paused) return { _tag: "Paused" }
  const hold = held(channelOf(queue, id))
  if (hold.until > now) return { _tag: "Waiting", scope: "channel", ...hold }
  const queued = mine.filter((delivery) => delivery.state === "queued")
  const [head] = queued
    .filter((delivery) => delivery.dueAt <= now)
    .toSorted((a, b) => b.priority - a.priority || a.id - b.id)
  if (head !== undefined) return claimed(queue, head)
  const [next] = queued.toSorted((a, b) => a.dueAt - b.dueAt)
  if (next === undefined) return { _tag: "Empty" }
  return { _tag: "Waiting", scope: "delivery", until: next.dueAt, why: next.reason || "not due yet" }
}

const step = (delivery: Delivery, to: DeliveryState, now: Millis, reason: string): void => {
  if (!transitions[delivery.state].includes(to)) {
    throw new Error(`delivery ${delivery.id} cannot go from ${delivery.state} to ${to}`)
  }
  Object.assign(delivery, { state: to, stateAt: now, reason })
}

export const begin = (
  queue: MemoryQueue,
  { delivery: id, channel, fence, chat, marker, post, now }: Intent
): Either.Either<AttemptId, LeaseLost | NoLongerQueued> => {
  const owner = owned(queue, channel, fence)
  if (Either.isLeft(owner)) return Either.left(owner.left)
  const delivery = queue.deliveries.find((one) => one.id === id)
  if (delivery !== undefined && inFlight(delivery)) throw new Error(`delivery ${id} was not claimed`)
  if (delivery?.channel !== channel || delivery.state !== "queued") {
    return Either.left(new NoLongerQueued({ delivery: id }))
  }
  const inTheWay = queue.deliveries.some((one) => one.channel === channel && inFlight(one))
  if (inTheWay || queue.attempts.some((attempt) => attempt.marker === marker)) {
    throw new Error(`delivery ${id} may not begin`)
  }
  step(delivery, "sending", now, "a request is under way")
  delivery.attempts += 1
  const attempt = AttemptId.make(queue.attempts.length + 1)
  queue.attempts.push({
    ...{ id: attempt, delivery, fence, chat, marker, post, startedAt: now, outcome: undefined },
    floor: owner.right.floor
  })
  return Either.right(attempt)
}

const end = (attempt: Attempt, channel: ChannelState, outcome: Outcome, now: Millis): void => {
  const { delivery } = attempt
  attempt.outcome = outcome._tag
  switch (outcome._tag) {
    case "Sent":
      channel.floor = Math.max(channel.floor, ...outcome.messageIds)
      step(delivery, "sent", now, "")
      break
    case "Refused":
      step(delivery, "refused", now, outcome.reason)
      break
    case "Unknown":
      step(delivery, "unknown", now, outcome.reason)
      break
    case "Deferred":
      if (outcome.scope === "delivery") delivery.dueAt = outcome.until
      else hold(channel, outcome.until, outcome.scope, outcome.reason)
      step(delivery, "queued", now, outcome.reason)
  }
}

export const settle = (
  queue: MemoryQueue,
  id: AttemptId,
  fence: Fence,
  outcome: Outcome,
  now: Millis
): Either.Either<DeliveryState, LeaseLost> => {
  const attempt = queue.attempts.find((one) => one.id === id)
  if (attempt === undefined) throw new Error(`attempt ${id} does not exist`)
  return Either.map(owned(queue, attempt.delivery.channel, fence), (channel) => {
    if (attempt.outcome !== undefined || attempt.fence !== fence) {
      throw new Error(`attempt ${id} was settled before`)
    }
    end(attempt, channel, outcome, now)
    return attempt.delivery.state
  })
}

export const recover = (
  queue: MemoryQueue,
  id: ChannelId,
  fence: Fence,
  now: Millis
): Either.Either<number, LeaseLost> =>
  Either.map(owned(queue, id, fence), (channel) => {
    const left = queue.attempts.filter(
      (attempt) => attempt.outcome === undefined && attempt.delivery.channel === id
    )
    const reason = "the process ended while a request was under way"
    for (const attempt of left) end(attempt, channel, { _tag: "Unknown", reason }, now)
    return left.length
  })

export const resolve = (
  queue: MemoryQueue,
  delivery: Delivery,
  resolution: Resolution,
  now: Millis
): void => {
  const last = attemptsOf(queue, delivery).at(-1)
  const channel = channelOf(queue, delivery.channel)
  switch (resolution._tag) {
    case "Sent":
      if (last !== undefined) last.outcome = "Sent"
      channel.floor = Math.max(channel.floor, ...resolution.messageIds)
      step(delivery, "sent", now, "")
      break
    case "Absent":
      if (last !== undefined) last.outcome = "Absent"
      delivery.dueAt = 0
      step(delivery, "queued", now, "the last attempt did not arrive")
      break
    case "Park":
      if (delivery.state === "unknown") step(delivery, "parked", now, resolution.reason)
      break
    case "GiveUp":
      step(delivery, "refused", now, resolution.reason)
  }
}

export const retry = (delivery: Delivery, now: Millis): void => {
  Object.assign(delivery, { dueAt: 0, queuedAt: now })
  step(delivery, "queued", now, "queued again by a person")
}
