// Takes what Telegram brings to a webhook, for ever, and hands it on in the order in which it came. Promises: one process at a time listens, and the
// others send Telegram on; an update is confirmed only after it was handled and that was recorded; one that was handled is confirmed and not
// handled again, in whatever order Telegram repeats.
import { Clock, Effect, Option } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Inbox } from "../outbox/Inbox.ts"
import type { CallError } from "../telegram/Telegram.ts"
import type { PushedUpdates, Update } from "../telegram/Updates.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { patiently } from "./Patience.ts"
import { type Keep, type Reader, usualLeaseMs, whileOurs } from "./ReadingLease.ts"

export interface PushedReceiving<R> extends Reader {
  readonly updates: PushedUpdates
  readonly handle: (update: Update) => Effect.Effect<void, StorageFailed, R>
}

const firstRetryMs = 1_000
const longestRetryMs = 60_000

/** Until it has succeeded; why it does not yet is shown. */
const persistently = Effect.fnUntraced(function* <A>(
  call: Effect.Effect<A, CallError>,
  report: ChannelReport
) {
  for (let failures = 0; ; failures++) {
    const done = yield* Effect.either(call)
    if (done._tag === "Right") return done.right
    const waitMs =
      done.left._tag === "TelegramFlood"
        ? (done.left.retryAfterSeconds + 1) * 1000
        : Math.min(longestRetryMs, firstRetryMs * 2 ** failures)
    if (failures === 0) yield* Effect.logWarning("The webhook cannot be set now", done.left)
    yield* report.openCircuit((yield* Clock.currentTimeMillis) + waitMs, done.left.message)
    yield* Effect.sleep(waitMs)
  }
})

/** Until the lease is lost. Requests are taken before they are asked for, for Telegram brings the first at once. */
const reading = <R>(given: PushedReceiving<R>, bot: number, until: Millis, keep: Keep) =>
  Effect.gen(function* () {
    const { handle, leaseMs = usualLeaseMs, report, updates } = given
    yield* updates.listen(true)
    yield* persistently(updates.announce, report)
    yield* report.running()
    const inbox = yield* Inbox
    let ours: Millis | undefined = until
    while (ours !== undefined) {
      const next = yield* Effect.timeoutOption(updates.next, leaseMs / 3)
      if (Option.isSome(next)) {
        const { confirm, update } = next.value
        if (!(yield* patiently(inbox.isHandled(bot, update.id)))) {
          yield* handle(update)
          yield* patiently(inbox.noteHandled(bot, update.id, yield* Clock.currentTimeMillis))
        }
        yield* confirm
      }
      ours = yield* keep(ours)
    }
  }).pipe(Effect.ensuring(given.updates.listen(false)))

export const pushedReceiver = <R>(
  given: PushedReceiving<R>
): Effect.Effect<never, StorageFailed, Inbox | R> =>
  Effect.gen(function* () {
    const { id: bot } = yield* persistently(given.updates.me, given.report)
    return yield* Effect.forever(whileOurs(given, bot, (until, keep) => reading(given, bot, until, keep)))
  })
