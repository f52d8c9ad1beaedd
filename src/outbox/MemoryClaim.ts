// What a publisher finds when it asks for work, in memory: plain filters on arrays, the specification that the stores are compared with.
import type { DeliveryState } from "../domain/Delivery.ts"
import { type ChannelId, ItemId, type Millis } from "../domain/Names.ts"
import type { Backlog } from "../domain/Opening.ts"
import { messagesOf } from "../domain/Post.ts"
import { type Choosing, choose, type Head, type Waiting } from "./Choosing.ts"
import { channelOf, held } from "./MemoryChannels.ts"
import {
  attemptsOf,
  type Delivery,
  endedUnknown,
  inFlight,
  leads,
  type MemoryQueue
} from "./MemoryDeliveries.ts"
import type { Claim, ClaimedDelivery } from "./Outbox.ts"
import type { PastCall } from "./PastCall.ts"

const posted: ReadonlySet<DeliveryState> = new Set(["sent", "edited", "withdrawn"])

const claimed = (queue: MemoryQueue, delivery: Delivery): ClaimedDelivery => ({
  id: delivery.id,
  channel: delivery.channel,
  source: delivery.source,
  itemId: ItemId.make(delivery.id),
  item: delivery.item,
  event: "new",
  revision: 1,
  attempts: delivery.attempts,
  again: attemptsOf(queue, delivery.lead ?? delivery).some(endedUnknown),
  queuedAt: delivery.queuedAt,
  ordinal: queue.deliveries.filter((one) => one.channel === delivery.channel && posted.has(one.state)).length
})

const byPriority = (a: Delivery, b: Delivery) => b.priority - a.priority || a.id - b.id

/** All that are where this one is: of a digest the lead first. */
const together = (lead: Delivery): ReadonlyArray<Delivery> => [lead, ...lead.members.toSorted(byPriority)]

const ready = (queue: MemoryQueue, deliveries: ReadonlyArray<Delivery>, bound: boolean): Claim => {
  const [delivery, ...more] = deliveries.map((one) => claimed(queue, one))
  return delivery === undefined ? { _tag: "Empty" } : { _tag: "Ready", delivery, more, bound }
}

const headOf = (queue: MemoryQueue, delivery: Delivery): Head => ({
  ...{ id: delivery.id, queuedAt: delivery.queuedAt },
  ...{ brand: delivery.brand ?? null, category: delivery.category ?? null },
  again: attemptsOf(queue, delivery).some(endedUnknown)
})

const waitingIn = (queue: MemoryQueue, mine: ReadonlyArray<Delivery>, now: Millis): Waiting<Head> => ({
  first: ({ ids, brand, category, queuedBy }) =>
    mine
      .filter((one) => one.state === "queued" && one.dueAt <= now && one.lead === undefined)
      .toSorted(byPriority)
      .map((one) => headOf(queue, one))
      .find(
        (one) =>
          one.queuedAt <= queuedBy &&
          !ids.includes(one.id) &&
          !brand.includes(one.brand ?? "") &&
          !category.includes(one.category ?? "")
      ),
  sent: (by, value, since, until, limit) =>
    mine
      .flatMap((one) => (one[by] === value && one.sentAt !== undefined ? [one.sentAt] : []))
      .filter((at) => at > since && at < until)
      .sort((a, b) => b - a)
      .slice(0, limit)
})

/** `mine`: the deliveries of the channel. */
const chosen = (
  queue: MemoryQueue,
  mine: ReadonlyArray<Delivery>,
  choosing: Choosing,
  now: Millis
): Claim => {
  const queued = mine.filter((delivery) => delivery.state === "queued" && leads(delivery))
  const begun = queued.filter(({ lead, dueAt }) => lead !== undefined && dueAt <= now)
  const [digest] = begun.toSorted((a, b) => a.dueAt - b.dueAt || a.id - b.id)
  if (digest !== undefined) return ready(queue, together(digest), true)
  const [put] = queued.filter(({ dueAt }) => dueAt > now).toSorted((a, b) => a.dueAt - b.dueAt)
  const choice = choose(waitingIn(queue, mine, now), choosing, now)
  switch (choice._tag) {
    case "Chosen": {
      const ids = [choice.first, ...choice.more].map((head) => head.id)
      const chosen = mine.filter((delivery) => ids.includes(delivery.id))
      return ready(queue, chosen.toSorted(byPriority), false)
    }
    case "Over":
      return { _tag: "Over", delivery: choice.head.id, why: choice.why }
    case "Gathering": {
      const until = put?.dueAt ?? Number.POSITIVE_INFINITY
      return { _tag: "Gathering", oldestQueuedAt: choice.oldestQueuedAt, until }
    }
    case "Capped":
      if (put === undefined || choice.until <= put.dueAt)
        return { _tag: "Waiting", scope: "delivery", until: choice.until, why: choice.why }
  }
  if (put === undefined) return { _tag: "Empty" }
  return { _tag: "Waiting", scope: "delivery", until: put.dueAt, why: put.reason || "not due yet" }
}

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

export const claim = (
  queue: MemoryQueue,
  id: ChannelId,
  paused: boolean,
  now: Millis,
  choosing: Choosing
): Claim => {
  const mine = queue.deliveries.filter((delivery) => delivery.channel === id)
  const frozen = mine.find((delivery) => inFlight(delivery) && leads(delivery))
  if (frozen !== undefined) return frozenBy(queue, frozen)
  if (paused) return { _tag: "Paused" }
  const hold = held(channelOf(queue, id), now)
  if (hold.until > now) return { _tag: "Waiting", scope: "channel", until: hold.until, why: hold.why }
  return chosen(queue, mine, choosing, now)
}

export const backlog = ({ deliveries }: MemoryQueue, id: ChannelId): Backlog => {
  const mine = deliveries.filter(({ channel }) => channel === id)
  const waiting = mine.filter(({ state }) => state === "queued")
  const oldest = waiting.filter(leads).toSorted((a, b) => a.queuedAt - b.queuedAt)[0]
  const sent = mine.flatMap(({ sentAt }) => sentAt ?? []).sort((a, b) => b - a)
  return { queued: waiting.length, oldestQueuedAt: oldest?.queuedAt ?? null, lastSentAt: sent[0] ?? null }
}

export const callsSince = (queue: MemoryQueue, channel: ChannelId, since: Millis): ReadonlyArray<PastCall> =>
  queue.attempts
    .filter(({ delivery, startedAt }) => delivery.channel === channel && startedAt >= since)
    .map(({ startedAt, post }) => ({ at: startedAt, messages: messagesOf(post) }))
