// The steps of deliveries in the Outbox in memory: plain functions on maps and arrays, the specification that the stores are compared
// with. A step that the domain's diagram does not have throws, as a bug.
import { Either } from "effect"
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import { AttemptId, type ChannelId, type DeliveryId, type Fence, type Millis } from "../domain/Names.ts"
import { type ChannelState, hold, owned } from "./MemoryChannels.ts"
import {
  type Attempt,
  attemptsOf,
  type Delivery,
  inFlight,
  leads,
  type MemoryQueue
} from "./MemoryDeliveries.ts"
import { NoLongerQueued } from "./NoLongerQueued.ts"
import {
  type Expiry,
  expiryBatch,
  type Intent,
  type LeaseLost,
  type Outcome,
  type Resolution
} from "./Outbox.ts"

/** What was noted while the clock was ahead counts from now on. */
export const setRight = ({ deliveries }: MemoryQueue, channel: ChannelId, now: Millis): void => {
  const ahead = deliveries.filter((one) => one.channel === channel && one.stateAt > now)
  for (const one of ahead.filter(({ state }) => state === "queued")) {
    const dueAt = one.dueAt > one.stateAt ? one.dueAt - one.stateAt + now : one.dueAt
    Object.assign(one, { dueAt, queuedAt: Math.min(one.queuedAt, now), stateAt: now })
  }
  for (const one of ahead.filter(({ state }) => state === "unknown")) one.stateAt = now
}

const step = (delivery: Delivery, to: DeliveryState, now: Millis, reason: string): void => {
  if (!transitions[delivery.state].includes(to)) {
    throw new Error(`delivery ${delivery.id} cannot go from ${delivery.state} to ${to}`)
  }
  const { dueAt, id, members } = delivery
  const sentAt = to === "sent" ? now : delivery.sentAt
  Object.assign(delivery, { state: to, stateAt: now, reason, sentAt })
  for (const member of members) {
    const why = `with delivery ${id}${reason === "" ? "" : `: ${reason}`}`
    Object.assign(member, { state: to, stateAt: now, reason: why, sentAt, dueAt })
    if (to === "sending") member.attempts += 1
  }
}

/** Makes a digest of a delivery and its members; one that has begun before has them. False when one is not free. */
const bind = (queue: MemoryQueue, lead: Delivery, ids: ReadonlyArray<DeliveryId>): boolean => {
  if (lead.lead !== undefined) return lead.lead === lead
  if (ids.length === 0) return true
  const free = ({ state, channel }: Delivery) => state === "queued" && channel === lead.channel
  const members = queue.deliveries.filter(
    (one) => ids.includes(one.id) && free(one) && one.lead === undefined
  )
  if (members.length !== ids.length) return false
  for (const one of [lead, ...members]) one.lead = lead
  lead.members = members
  return true
}

export const begin = (
  queue: MemoryQueue,
  { delivery: id, members = [], channel, fence, chat, marker, post, now }: Intent
): Either.Either<AttemptId, LeaseLost | NoLongerQueued> => {
  const owner = owned(queue, channel, fence)
  if (Either.isLeft(owner)) return Either.left(owner.left)
  const delivery = queue.deliveries.find((one) => one.id === id)
  if (delivery !== undefined && inFlight(delivery)) throw new Error(`delivery ${id} was not claimed`)
  if (delivery?.channel !== channel || delivery.state !== "queued") {
    return Either.left(new NoLongerQueued({ delivery: id }))
  }
  if (!bind(queue, delivery, members)) return Either.left(new NoLongerQueued({ delivery: id }))
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
      else hold(channel, { until: outcome.until, scope: outcome.scope, why: outcome.reason }, now)
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
  switch (resolution._tag) {
    case "Sent":
      if (last !== undefined) last.outcome = "Sent"
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

/** queued → expired; how many. */
export const expire = (
  queue: MemoryQueue,
  id: ChannelId,
  fence: Fence,
  which: Expiry,
  reason: string,
  now: Millis
): Either.Either<number, LeaseLost> =>
  Either.map(owned(queue, id, fence), () => {
    const isMeant = (one: Delivery) =>
      "delivery" in which ? one.id === which.delivery : one.queuedAt < which.before
    const found = queue.deliveries
      .filter((one) => one.channel === id && one.state === "queued" && leads(one) && isMeant(one))
      .toSorted((a, b) => a.queuedAt - b.queuedAt)
      .slice(0, expiryBatch)
    for (const one of found) step(one, "expired", now, reason)
    return found.length
  })

export const retry = (delivery: Delivery, now: Millis): void => {
  Object.assign(delivery, { dueAt: 0, queuedAt: now })
  step(delivery, "queued", now, "queued again by a person")
}

export const reorder = (queue: MemoryQueue, delivery: Delivery, place: "first" | "last"): void => {
  const waiting = queue.deliveries.filter((one) => one.channel === delivery.channel && one.state === "queued")
  const priorities = waiting.map(({ priority }) => priority)
  Object.assign(
    delivery.lead ?? delivery,
    place === "first"
      ? { priority: Math.max(...priorities) + 1, dueAt: 0 }
      : { priority: Math.min(...priorities) - 1 }
  )
}
