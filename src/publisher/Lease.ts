// One publisher per channel. Enters: work that is to be done by its owner only. Promises: the work runs under a lease that is renewed three
// times in its life; it is interrupted when the lease is lost or cannot be renewed in time, and no call of it goes out after the lease's end,
// however long the process was held up; the lease is given back at its end, so that the next owner need not wait for it.
import { Clock, Effect, Fiber, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import type { Fence, Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { LeaseLost, Outbox } from "../outbox/Outbox.ts"
import { Signals } from "../outbox/Signals.ts"
import { onlyWhile } from "../telegram/Permission.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { isPassing, patiently } from "./Patience.ts"

/** As the store confirmed it last. */
interface Lease {
  readonly fence: Fence
  endsAt: Millis
  /** The same by the clock that is never set: the date may be set back meanwhile, and the store then lets the lease end by the new date. */
  endsAtMonotonic: number
}

export interface LeaseTerms {
  readonly channel: Channel
  /** Names this process. */
  readonly owner: string
  /** How long a lease holds without renewal, in milliseconds. */
  readonly ttlMs: number
  readonly report: ChannelReport
}

/** Does `work` while the channel is ours; where it is not, waits for a while. */
export const leased = Effect.fnUntraced(function* <R>(
  terms: LeaseTerms,
  work: (fence: Fence) => Effect.Effect<void, StorageFailed | LeaseLost, R>
) {
  const clock = yield* Effect.clock
  const taken = yield* patiently(take(terms))
  if (Option.isNone(taken)) return yield* standBy(terms, "another process publishes this channel")
  const lease = taken.value
  yield* Effect.logDebug("The channel is ours").pipe(Effect.annotateLogs({ fence: lease.fence }))
  const holds = () =>
    clock.unsafeCurrentTimeMillis() < lease.endsAt &&
    Number(clock.unsafeCurrentTimeNanos()) / 1e6 < lease.endsAtMonotonic
  const own = onlyWhile(holds)(work(lease.fence))
  return yield* underLease(terms, lease, own).pipe(
    Effect.catchTag("LeaseLost", (error) =>
      Effect.zipRight(
        Effect.logWarning("The channel is no longer ours", error),
        standBy(terms, error.message)
      )
    )
  )
})

/**
 * Fibers of their own, not a race of the two: an interrupted race goes on before its sides have ended, and the lease must be held until,
 * and given back after, the last outcome is recorded under it. Daemons, for an interrupt reaches all children of a fiber at once.
 */
const underLease = <E, R>(terms: LeaseTerms, lease: Lease, work: Effect.Effect<void, E, R>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const working = yield* Effect.forkDaemon(Effect.interruptible(work))
      const holding = yield* Effect.forkDaemon(Effect.interruptible(renewing(terms, lease)))
      return yield* restore(Effect.raceFirst(Fiber.join(working), Fiber.join(holding))).pipe(
        Effect.ensuring(Fiber.interrupt(working)),
        Effect.ensuring(Fiber.interrupt(holding)),
        Effect.ensuring(giveBack(terms, lease))
      )
    })
  )

/** A lease that is not given back ends by itself soon. */
const giveBack = ({ channel }: LeaseTerms, { fence }: Lease) =>
  Effect.flatMap(Outbox, (outbox) => outbox.yieldLease(channel.id, fence)).pipe(
    Effect.catchAll((error) => Effect.logWarning("The channel could not be given back", error))
  )

/** Takes or renews it. */
const take = ({ channel, owner, ttlMs }: LeaseTerms) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const [now, monotonic] = [yield* Clock.currentTimeMillis, yield* monotonicMs]
    const fence = yield* outbox.lease(channel.id, owner, now, ttlMs)
    return Option.map(
      fence,
      (fence): Lease => ({ fence, endsAt: now + ttlMs, endsAtMonotonic: monotonic + ttlMs })
    )
  })

const standBy = ({ channel, ttlMs, report }: LeaseTerms, why: string) =>
  Effect.gen(function* () {
    const until = (yield* Clock.currentTimeMillis) + ttlMs / 3
    yield* report.waiting(until, why)
    yield* Effect.flatMap(Signals, (signals) => signals.wait({ kind: "channel", id: channel.id }, until))
  })

/** Fails when the lease is lost, or may be because the store could not renew it before it ended. */
const renewing = (terms: LeaseTerms, lease: Lease) =>
  Effect.gen(function* () {
    const lost = new LeaseLost({ channel: terms.channel.id })
    while (true) {
      yield* Effect.sleep(terms.ttlMs / 3)
      const asked = yield* Clock.currentTimeMillis
      const renewed = yield* take(terms).pipe(
        Effect.asSome,
        Effect.catchIf(isPassing, () => Effect.succeedNone)
      )
      if (Option.isNone(renewed)) {
        if (asked + terms.ttlMs / 3 >= lease.endsAt) return yield* lost
        continue
      }
      if (Option.isNone(renewed.value) || renewed.value.value.fence !== lease.fence) return yield* lost
      lease.endsAt = renewed.value.value.endsAt
      lease.endsAtMonotonic = renewed.value.value.endsAtMonotonic
    }
  })
