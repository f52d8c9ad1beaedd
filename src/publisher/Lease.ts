// One publisher per channel. Enters: work that is to be done by its owner only. Promises: the work runs under a lease that is renewed three
// times in its life; it is interrupted when the lease is lost or cannot be renewed in time; the lease is given back at its end, so that
// the next owner need not wait for it.
import { Clock, Effect, Fiber, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Fence } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { LeaseLost, Outbox } from "../outbox/Outbox.ts"
import { Signals } from "../outbox/Signals.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { isPassing, patiently } from "./Patience.ts"

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
  const fence = yield* patiently(take(terms))
  if (Option.isNone(fence)) return yield* standBy(terms, "another process publishes this channel")
  yield* Effect.logDebug("The channel is ours").pipe(Effect.annotateLogs({ fence: fence.value }))
  return yield* underLease(terms, fence.value, work(fence.value)).pipe(
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
const underLease = <E, R>(terms: LeaseTerms, fence: Fence, work: Effect.Effect<void, E, R>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const working = yield* Effect.forkDaemon(Effect.interruptible(work))
      const holding = yield* Effect.forkDaemon(Effect.interruptible(renewing(terms, fence)))
      return yield* restore(Effect.raceFirst(Fiber.join(working), Fiber.join(holding))).pipe(
        Effect.ensuring(Fiber.interrupt(working)),
        Effect.ensuring(Fiber.interrupt(holding)),
        Effect.ensuring(giveBack(terms, fence))
      )
    })
  )

/** A lease that is not given back ends by itself soon. */
const giveBack = ({ channel }: LeaseTerms, fence: Fence) =>
  Effect.flatMap(Outbox, (outbox) => outbox.yieldLease(channel.id, fence)).pipe(
    Effect.catchAll((error) => Effect.logWarning("The channel could not be given back", error))
  )

const take = ({ channel, owner, ttlMs }: LeaseTerms) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    return yield* outbox.lease(channel.id, owner, yield* Clock.currentTimeMillis, ttlMs)
  })

const standBy = ({ channel, ttlMs, report }: LeaseTerms, why: string) =>
  Effect.gen(function* () {
    const until = (yield* Clock.currentTimeMillis) + ttlMs / 3
    yield* report.waiting(until, why)
    yield* Effect.flatMap(Signals, (signals) => signals.wait({ kind: "channel", id: channel.id }, until))
  })

/** Fails when the lease is lost, or may be because the store could not renew it before it ended. */
const renewing = (terms: LeaseTerms, fence: Fence) =>
  Effect.gen(function* () {
    const lost = new LeaseLost({ channel: terms.channel.id })
    let endsAt = (yield* Clock.currentTimeMillis) + terms.ttlMs
    while (true) {
      yield* Effect.sleep(terms.ttlMs / 3)
      const asked = yield* Clock.currentTimeMillis
      const renewed = yield* take(terms).pipe(
        Effect.asSome,
        Effect.catchIf(isPassing, () => Effect.succeedNone)
      )
      if (Option.isNone(renewed)) {
        if (asked + terms.ttlMs / 3 >= endsAt) return yield* lost
        continue
      }
      if (!Option.contains(renewed.value, fence)) return yield* lost
      endsAt = asked + terms.ttlMs
    }
  })
