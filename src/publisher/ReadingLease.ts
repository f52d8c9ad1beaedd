// Which process hears what Telegram tells a bot: one at a time, asked or brought, so that what is told is handled in order and a question is
// answered where it was asked. Promises: who ends gives the reading back; who dies loses it by itself.
import { Clock, Effect } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Inbox } from "../outbox/Inbox.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { patiently } from "./Patience.ts"

export const usualLeaseMs = 90_000

export interface Reader {
  /** Names this process. */
  readonly owner: string
  readonly report: ChannelReport
  /** How long the reading stays with a process that shows no sign of life. Default 90 s. */
  readonly leaseMs?: number
}

/** Takes the reading once more if it is time for it; until when, or undefined: it is another process' by now. */
export type Keep = (ours: Millis) => Effect.Effect<Millis | undefined, StorageFailed>

/** One round: reads while the lease is ours, or waits for a while because it is not. */
export const whileOurs = <E, R>(
  { owner, report, leaseMs = usualLeaseMs }: Reader,
  bot: number,
  read: (until: Millis, keep: Keep) => Effect.Effect<void, E, R>
): Effect.Effect<void, E | StorageFailed, R | Inbox> =>
  Effect.gen(function* () {
    const inbox = yield* Inbox
    const renew = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      return (yield* patiently(inbox.lease(bot, owner, now, leaseMs))) ? now + leaseMs : undefined
    })
    const until = yield* renew
    const keep: Keep = (ours) =>
      Effect.flatMap(isAging(ours, leaseMs), (aging) => (aging ? renew : Effect.succeed(ours)))
    if (until !== undefined) return yield* read(until, keep).pipe(Effect.ensuring(givenBack(bot, owner)))
    const standByMs = leaseMs / 3
    const again = (yield* Clock.currentTimeMillis) + standByMs
    yield* report.waiting(again, "another process reads this bot's updates")
    yield* Effect.sleep(standByMs)
  })

/** A renewal is a write: it is made when half of the time is over, or the clock was set back, for the store counts by the new date. */
export const isAging = (until: Millis, leaseMs: number): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => now > until - leaseMs / 2 || now < until - leaseMs)

/** A lease that is not given back ends by itself soon. */
const givenBack = (bot: number, owner: string) =>
  Effect.flatMap(Inbox, (inbox) => inbox.yieldLease(bot, owner)).pipe(
    Effect.catchAll((error) => Effect.logWarning("The reading of updates could not be given back", error))
  )
