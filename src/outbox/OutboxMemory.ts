// The Outbox in memory: the contract as an executable specification, and the oracle that the stores are compared with. Holds what
// MemoryDeliveries.enqueue puts in; forgets everything with its scope. Promises what Outbox.ts promises, except durability.
import { Context, Effect, Layer, Option } from "effect"
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import {
  AttemptId,
  type ChannelId,
  DeliveryId,
  Fence,
  ItemId,
  type Millis,
  type SourceId
} from "../domain/Names.ts"
import {
  type Claim,
  type ClaimedDelivery,
  LeaseLost,
  NoLongerQueued,
  Outbox,
  type Outcome
} from "./Outbox.ts"
import { Signals } from "./Signals.ts"
import { Steering } from "./Steering.ts"

interface Enqueued {
  readonly source: SourceId
  readonly channel: ChannelId
  readonly item: Item
  readonly priority: number
  readonly now: Millis
}

/** How deliveries come into the Outbox in memory: what Intake does for the stores. */
export class MemoryDeliveries extends Context.Tag("oncecast/outbox/MemoryDeliveries")<
  MemoryDeliveries,
  { readonly enqueue: (delivery: Enqueued) => Effect.Effect<DeliveryId> }
>() {}

interface Delivery extends Enqueued {
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
  open: boolean
}

interface ChannelState {
  owner: Option.Option<string>
  fence: Fence
  leaseUntil: Millis
  hold: { readonly until: Millis; readonly why: string }
}

const inFlight = (delivery: Delivery) => delivery.state === "sending" || delivery.state === "unknown"

/** Performs a permitted step; any other is a bug. */
const step = (delivery: Delivery, to: DeliveryState, now: Millis, reason: string): void => {
  if (!transitions[delivery.state].includes(to)) {
    throw new Error(`delivery ${delivery.id} cannot go from ${delivery.state} to ${to}`)
  }
  Object.assign(delivery, { state: to, stateAt: now, reason })
}

const settleWith = (delivery: Delivery, channel: ChannelState, outcome: Outcome, now: Millis): void => {
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

const hold = (channel: ChannelState, until: Millis, why: string): void => {
  if (until > channel.hold.until) channel.hold = { until, why }
}

const claimed = (delivery: Delivery): ClaimedDelivery => ({
  id: delivery.id,
  channel: delivery.channel,
  source: delivery.source,
  itemId: ItemId.make(delivery.id),
  item: delivery.item,
  event: "new",
  attempts: delivery.attempts,
  queuedAt: delivery.queuedAt
})

const firstDue = (queued: ReadonlyArray<Delivery>, now: Millis): Delivery | undefined =>
  queued
    .filter((delivery) => delivery.dueAt <= now)
    .toSorted((a, b) => b.priority - a.priority || a.id - b.id)[0]

const make = Effect.gen(function* () {
  const signals = yield* Signals
  const steering = yield* Steering
  const deliveries: Array<Delivery> = []
  const attempts: Array<Attempt> = []
  const channels = new Map<ChannelId, ChannelState>()

  const channelOf = (id: ChannelId): ChannelState => {
    const known = channels.get(id)
    if (known !== undefined) return known
    const made = { owner: Option.none(), fence: Fence.make(0), leaseUntil: 0, hold: { until: 0, why: "" } }
    channels.set(id, made)
    return made
  }
  const owned = (id: ChannelId, fence: Fence) =>
    Effect.suspend(() => {
      const channel = channelOf(id)
      return channel.fence === fence && Option.isSome(channel.owner)
        ? Effect.succeed(channel)
        : new LeaseLost({ channel: id })
    })
  const lastAttempt = (delivery: Delivery): AttemptId =>
    attempts.findLast((attempt) => attempt.delivery === delivery)?.id ?? AttemptId.make(0)

  const look = (id: ChannelId, paused: boolean, now: Millis): Claim => {
    const mine = deliveries.filter((delivery) => delivery.channel === id)
    const frozen = mine.find(inFlight)
    if (frozen !== undefined) {
      const attempt = lastAttempt(frozen)
      return { _tag: "Frozen", delivery: frozen.id, attempt, since: frozen.stateAt, why: frozen.reason }
    }
    if (paused) return { _tag: "Paused" }
    const { hold } = channelOf(id)
    if (hold.until > now) return { _tag: "Waiting", ...hold }
    const queued = mine.filter((delivery) => delivery.state === "queued")
    const due = firstDue(queued, now)
    if (due !== undefined) return { _tag: "Ready", delivery: claimed(due) }
    const next = queued.toSorted((a, b) => a.dueAt - b.dueAt)[0]
    return next === undefined
      ? { _tag: "Empty" }
      : { _tag: "Waiting", until: next.dueAt, why: next.reason || "not due yet" }
  }

  /** Sent or queued again or given up: the delivery that a person or evidence decides on, in one of `states`. */
  const decide = (id: DeliveryId, states: ReadonlyArray<DeliveryState>, act: (delivery: Delivery) => void) =>
    Effect.suspend(() => {
      const delivery = deliveries.find((one) => one.id === id && states.includes(one.state))
      if (delivery === undefined) return Effect.succeed(false)
      act(delivery)
      return Effect.as(signals.notify({ kind: "channel", id: delivery.channel }), true)
    })

  const enqueue = (delivery: Enqueued) =>
    Effect.sync(() => {
      const id = DeliveryId.make(deliveries.length + 1)
      const { now } = delivery
      deliveries.push({
        ...delivery,
        id,
        state: "queued",
        reason: "",
        stateAt: now,
        queuedAt: now,
        dueAt: now,
        attempts: 0
      })
      return id
    })

  const outbox = Outbox.of({
    lease: (id, owner, now, ttlMs) =>
      Effect.sync(() => {
        const channel = channelOf(id)
        const same = Option.contains(channel.owner, owner)
        if (!same && Option.isSome(channel.owner) && channel.leaseUntil > now) return Option.none()
        if (!same) channel.fence = Fence.make(channel.fence + 1)
        channel.owner = Option.some(owner)
        channel.leaseUntil = now + ttlMs
        return Option.some(channel.fence)
      }),
    yieldLease: (id, fence) =>
      Effect.sync(() => {
        if (channelOf(id).fence === fence) channelOf(id).owner = Option.none()
      }),
    recover: (id, fence, now) =>
      Effect.map(owned(id, fence), (channel) => {
        const left = attempts.filter((attempt) => attempt.open && attempt.delivery.channel === id)
        const reason = "the process ended while a request was under way"
        for (const attempt of left) {
          attempt.open = false
          settleWith(attempt.delivery, channel, { _tag: "Unknown", reason }, now)
        }
        return left.length
      }),
    claim: (id, now) =>
      Effect.map(steering.isPaused({ kind: "channel", id }), (paused) => look(id, paused, now)),
    begin: (intent) =>
      Effect.flatMap(owned(intent.channel, intent.fence), () => {
        const delivery = deliveries.find(({ id }) => id === intent.delivery)
        const inTheWay = deliveries.some((one) => one.channel === intent.channel && inFlight(one))
        const markerUsed = attempts.some(({ marker }) => marker === intent.marker)
        if (inTheWay || markerUsed) return Effect.dieMessage(`delivery ${intent.delivery} may not begin`)
        if (delivery?.channel !== intent.channel || delivery.state !== "queued") {
          return new NoLongerQueued({ delivery: intent.delivery })
        }
        step(delivery, "sending", intent.now, "a request is under way")
        delivery.attempts += 1
        const id = AttemptId.make(attempts.length + 1)
        attempts.push({ id, delivery, fence: intent.fence, marker: intent.marker, open: true })
        return Effect.succeed(id)
      }),
    settle: (id, fence, outcome, now) =>
      Effect.suspend(() => {
        const attempt = attempts.find((one) => one.id === id)
        if (attempt === undefined) return Effect.dieMessage(`attempt ${id} does not exist`)
        return Effect.flatMap(owned(attempt.delivery.channel, fence), (channel) => {
          if (!attempt.open || attempt.fence !== fence)
            return Effect.dieMessage(`attempt ${id} was settled before`)
          attempt.open = false
          return Effect.sync(() => settleWith(attempt.delivery, channel, outcome, now))
        })
      }),
    resolve: (id, resolution, now) =>
      decide(id, ["unknown", "parked"], (delivery) => {
        switch (resolution._tag) {
          case "Sent":
            return step(delivery, "sent", now, "")
          case "Absent":
            delivery.dueAt = now
            return step(delivery, "queued", now, "the last attempt did not arrive")
          case "Park":
            if (delivery.state === "unknown") step(delivery, "parked", now, resolution.reason)
            return
          case "GiveUp":
            return step(delivery, "refused", now, resolution.reason)
        }
      }),
    retry: (id, now) =>
      decide(id, ["refused", "expired"], (delivery) => {
        Object.assign(delivery, { dueAt: now, queuedAt: now })
        step(delivery, "queued", now, "queued again by a person")
      }),
    holdUntil: (id, until, why) => Effect.sync(() => hold(channelOf(id), until, why))
  })
  return Context.make(Outbox, outbox).pipe(Context.add(MemoryDeliveries, { enqueue }))
})

export const layer: Layer.Layer<Outbox | MemoryDeliveries, never, Signals | Steering> =
  Layer.effectContext(make)
