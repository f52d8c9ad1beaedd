// The state of the Outbox in memory and the steps of its deliveries: plain functions on maps and arrays, the specification that the
// stores are compared with. A step that the domain's diagram does not have throws, as a bug.
import { Either } from "effect"
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import {
  AttemptId,
  type ChannelId,
  type DeliveryId,
  type Fence,
  ItemId,
  type Millis,
  type SourceId
} from "../domain/Names.ts"
import { type ChannelState, channelOf, hold, owned } from "./MemoryChannels.ts"
import {
  type Claim,
  type Intent,
  type LeaseLost,
  NoLongerQueued,
  type Outcome,
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
  readonly marker: string
  readonly startedAt: Millis
  open: boolean
}

export interface MemoryQueue {
  readonly deliveries: Array<Delivery>
  readonly attempts: Array<Attempt>
  readonly channels: Map<ChannelId, ChannelState>
}

const lastAttempt = ({ attempts }: MemoryQueue, delivery: Delivery): AttemptId =>
  attempts.findLast((attempt) => attempt.delivery === delivery)?.id ?? AttemptId.make(0)

export const attemptsSince = (queue: MemoryQueue, channel: ChannelId, since: Millis): ReadonlyArray<Millis> =>
  queue.attempts
    .filter(({ delivery, startedAt }) => delivery.channel === channel && startedAt >= since)
    .map(({ startedAt }) => startedAt)

const inFlight = (delivery: Delivery) => delivery.state === "sending" || delivery.state === "unknown"

const claimed = (delivery: Delivery): Claim => ({
  _tag: "Ready",
  delivery: {
    id: delivery.id,
    channel: delivery.channel,
    source: delivery.source,
    itemId: ItemId.make(delivery.id),
    item: delivery.item,
    event: "new",
    attempts: delivery.attempts,
    queuedAt: delivery.queuedAt
  }
})

const frozenBy = (queue: MemoryQueue, delivery: Delivery): Claim => ({
  _tag: "Frozen",
  delivery: delivery.id,
  attempt: lastAttempt(queue, delivery),
  since: delivery.stateAt,
  why: delivery.reason
})

export const claim = (queue: MemoryQueue, id: ChannelId, paused: boolean, now: Millis): Claim => {
  const mine = queue.deliveries.filter((delivery) => delivery.channel === id)
  const frozen = mine.find(inFlight)
  if (frozen !== undefined) return frozenBy(queue, frozen)
  if (paused) return { _tag: "Paused" }
  const { hold } = channelOf(queue, id)
  if (hold.until > now) return { _tag: "Waiting", ...hold }
  const queued = mine.filter((delivery) => delivery.state === "queued")
  const [head] = queued
    .filter((delivery) => delivery.dueAt <= now)
    .toSorted((a, b) => b.priority - a.priority || a.id - b.id)
  if (head !== undefined) return claimed(head)
  const [next] = queued.toSorted((a, b) => a.dueAt - b.dueAt)
  if (next === undefined) return { _tag: "Empty" }
  return { _tag: "Waiting", until: next.dueAt, why: next.reason || "not due yet" }
}

const step = (delivery: Delivery, to: DeliveryState, now: Millis, reason: string): void => {
  if (!transitions[delivery.state].includes(to)) {
    throw new Error(`delivery ${delivery.id} cannot go from ${delivery.state} to ${to}`)
  }
  Object.assign(delivery, { state: to, stateAt: now, reason })
}

export const begin = (
  queue: MemoryQueue,
  { delivery: id, channel, fence, marker, now }: Intent
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
  queue.attempts.push({ id: attempt, delivery, fence, marker, startedAt: now, open: true })
  return Either.right(attempt)
}

const end = (attempt: Attempt, channel: ChannelState, outcome: Outcome, now: Millis): void => {
  const { delivery } = attempt
  attempt.open = false
  switch (outcome._tag) {
    case "Sent":
      step(delivery, "sent", now, "")
      break
    case "Refused":
      step(delivery, "refused", now, outcome.reason)
      break
    case "Unknown":
      step(delivery, "unknown", now, outcome.reason)
      break
    case "Deferred":
      if (outcome.scope === "channel") hold(channel, outcome.until, outcome.reason)
      else delivery.dueAt = outcome.until
      step(delivery, "queued", now, outcome.reason)
  }
}

export const settle = (
  queue: MemoryQueue,
  id: AttemptId,
  fence: Fence,
  outcome: Outcome,
  now: Millis
): Either.Either<void, LeaseLost> => {
  const attempt = queue.attempts.find((one) => one.id === id)
  if (attempt === undefined) throw new Error(`attempt ${id} does not exist`)
  return Either.map(owned(queue, attempt.delivery.channel, fence), (channel) => {
    if (!attempt.open || attempt.fence !== fence) throw new Error(`attempt ${id} was settled before`)
    end(attempt, channel, outcome, now)
  })
}

export const recover = (
  queue: MemoryQueue,
  id: ChannelId,
  fence: Fence,
  now: Millis
): Either.Either<number, LeaseLost> =>
  Either.map(owned(queue, id, fence), (channel) => {
    const left = queue.attempts.filter((attempt) => attempt.open && attempt.delivery.channel === id)
    const reason = "the process ended while a request was under way"
    for (const attempt of left) end(attempt, channel, { _tag: "Unknown", reason }, now)
    return left.length
  })

export const resolve = (delivery: Delivery, resolution: Resolution, now: Millis): void => {
  switch (resolution._tag) {
    case "Sent":
      step(delivery, "sent", now, "")
      break
    case "Absent":
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
