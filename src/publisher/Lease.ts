// One publisher per channel. Enters: work that is to be done by its owner only. Promises: the work runs under a lease that is renewed together
// with the others of this process (Renewals.ts); it is interrupted when the lease is lost or cannot be renewed in time, and no call of it
// goes out after the lease's end, however long the process was held up; the lease is given back at its end, so that the next owner need not
// wait for it.
import { Clock, Effect, Fiber, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import { later, moment, momentOf } from "../domain/MonotonicTime.ts"
import type { Fence } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { type LeaseLost, Outbox } from "../outbox/Outbox.ts"
import { Signals } from "../outbox/Signals.ts"
import { onlyWhile } from "../telegram/Permission.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { patiently } from "./Patience.ts"
import type { Lease, Renewals } from "./Renewals.ts"

export interface LeaseTerms {
  readonly channel: Channel
  /** Names this process. */
  readonly owner: string
  readonly report: ChannelReport
  /** Of the leases of this process. */
  readonly renewals: Renewals
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
  const holds = () => {
    const now = momentOf(clock)
    return now.date < lease.end.date && now.monotonic < lease.end.monotonic
  }
  const own = onlyWhile(holds)(work(lease.fence))
  return yield* underLease(terms, lease, terms.renewals.keep(lease), own).pipe(
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
const underLease = <E, F, R>(
  terms: LeaseTerms,
  lease: Lease,
  keeping: Effect.Effect<never, F>,
  work: Effect.Effect<void, E, R>
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const working = yield* Effect.forkDaemon(Effect.interruptible(work))
      const holding = yield* Effect.forkDaemon(Effect.interruptible(keeping))
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

/** Takes it. */
const take = ({ channel, owner, renewals: { ttlMs } }: LeaseTerms) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const asked = yield* moment
    const fence = yield* outbox.lease(channel.id, owner, asked.date, ttlMs)
    return Option.map(fence, (fence): Lease => ({ channel: channel.id, fence, end: later(asked, ttlMs) }))
  })

const standBy = ({ channel, renewals: { ttlMs }, report }: LeaseTerms, why: string) =>
  Effect.gen(function* () {
    const until = (yield* Clock.currentTimeMillis) + ttlMs / 3
    yield* report.waiting(until, why)
    yield* Effect.flatMap(Signals, (signals) => signals.wait({ kind: "channel", id: channel.id }, until))
  })
