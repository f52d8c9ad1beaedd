// The Outbox in memory: for tests, and the oracle that the stores are compared with. Holds what MemoryDeliveries.enqueue puts in;
// forgets everything with its scope. Promises what Outbox.ts promises, except durability.
import { Context, Effect, Layer, Option } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import { type AttemptId, DeliveryId } from "../domain/Names.ts"
import * as Channels from "./MemoryChannels.ts"
import * as Claims from "./MemoryClaim.ts"
import { attemptsOf, type Delivery, type Enqueued, type MemoryQueue } from "./MemoryDeliveries.ts"
import * as Queue from "./MemoryQueue.ts"
import { Outbox } from "./Outbox.ts"
import { Signals } from "./Signals.ts"
import { Steering } from "./Steering.ts"

/** How deliveries come into the Outbox in memory: what Intake does for the stores. */
export class MemoryDeliveries extends Context.Tag("oncecast/outbox/MemoryDeliveries")<
  MemoryDeliveries,
  { readonly enqueue: (delivery: Enqueued) => Effect.Effect<DeliveryId> }
>() {}

const alone = { sentAt: undefined, lead: undefined, members: [] }

const enqueue = ({ deliveries }: MemoryQueue, delivery: Enqueued): DeliveryId => {
  const id = DeliveryId.make(deliveries.length + 1)
  const { now } = delivery
  const times = { stateAt: now, queuedAt: now, dueAt: 0 }
  deliveries.push({ ...delivery, ...times, id, state: "queued", reason: "", attempts: 0, ...alone })
  return id
}

const make = Effect.gen(function* () {
  const signals = yield* Signals
  const steering = yield* Steering
  const queue: MemoryQueue = { deliveries: [], attempts: [], channels: new Map() }

  /** `act` on the delivery, or the lead of its digest, if it is in one of `states`, and wake its channel; else false. `about`: and made no attempt since. */
  const decide = (
    id: DeliveryId,
    states: ReadonlyArray<DeliveryState>,
    act: (delivery: Delivery) => void,
    about?: AttemptId
  ) =>
    Effect.suspend(() => {
      const found = queue.deliveries.find((one) => one.id === id)
      const delivery = found?.lead ?? found
      if (delivery === undefined || !states.includes(delivery.state)) return Effect.succeed(false)
      if (about !== undefined && attemptsOf(queue, delivery).at(-1)?.id !== about)
        return Effect.succeed(false)
      act(delivery)
      return Effect.as(signals.notify({ kind: "channel", id: delivery.channel }), true)
    })

  const outbox = Outbox.of({
    lease: (channel, owner, now, ttlMs) =>
      Effect.sync(() => {
        const fence = Channels.lease(queue, channel, owner, now, ttlMs)
        if (Option.isSome(fence)) Queue.setRight(queue, channel, now)
        return fence
      }),
    renew: (owner, leases, now, ttlMs) =>
      Effect.sync(() => {
        const ours = Channels.renew(queue, owner, leases, now, ttlMs)
        for (const channel of ours) Queue.setRight(queue, channel, now)
        return ours
      }),
    yieldLease: (id, fence) =>
      Effect.sync(() => {
        const channel = Channels.channelOf(queue, id)
        if (channel.fence === fence) channel.owner = Option.none()
      }),
    confirm: (channel, fence) => Effect.suspend(() => Effect.asVoid(Channels.owned(queue, channel, fence))),
    recover: (channel, fence, now) => Effect.suspend(() => Queue.recover(queue, channel, fence, now)),
    moveTo: (channel, fence, chat) => Effect.suspend(() => Channels.moveTo(queue, channel, fence, chat)),
    claim: (id, now, choosing = {}) =>
      Effect.map(steering.isPaused({ kind: "channel", id }), (paused) =>
        Claims.claim(queue, id, paused, now, choosing)
      ),
    backlog: (channel) => Effect.sync(() => Claims.backlog(queue, channel)),
    expire: (channel, fence, which, reason, now) =>
      Effect.suspend(() => Queue.expire(queue, channel, fence, which, reason, now)),
    callsSince: (channel, since) => Effect.sync(() => Claims.callsSince(queue, channel, since)),
    begin: (intent) => Effect.suspend(() => Queue.begin(queue, intent)),
    settle: (attempt, fence, outcome, now) =>
      Effect.suspend(() => Queue.settle(queue, attempt, fence, outcome, now)),
    resolve: (id, resolution, now, about) =>
      decide(id, ["unknown", "parked"], (delivery) => Queue.resolve(queue, delivery, resolution, now), about),
    retry: (id, now) => decide(id, ["refused", "expired"], (delivery) => Queue.retry(delivery, now)),
    reorder: (id, place) => decide(id, ["queued"], (delivery) => Queue.reorder(queue, delivery, place)),
    hold: (channel, hold, now) =>
      Effect.sync(() => Channels.hold(Channels.channelOf(queue, channel), hold, now)),
    lookAgain: (id) =>
      Effect.suspend(() => {
        Channels.lookAgain(Channels.channelOf(queue, id))
        return signals.notify({ kind: "channel", id })
      })
  })
  return Context.make(Outbox, outbox).pipe(
    Context.add(MemoryDeliveries, { enqueue: (delivery) => Effect.sync(() => enqueue(queue, delivery)) })
  )
})

export const layer: Layer.Layer<Outbox | MemoryDeliveries, never, Signals | Steering> =
  Layer.effectContext(make)
