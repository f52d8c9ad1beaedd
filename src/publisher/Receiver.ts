// Reads what Telegram tells one bot, for ever, and hands it on in order. Promises: one process at a time reads; an update is confirmed only
// after it was handled and that was recorded, so a crash repeats the last one and loses none.
import { Clock, Duration, Effect } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Inbox } from "../outbox/Inbox.ts"
import type { CallError } from "../telegram/Telegram.ts"
import type { Update, Updates } from "../telegram/Updates.ts"
import { patiently } from "./Patience.ts"
import { type Keep, type Reader, whileOurs } from "./ReadingLease.ts"

export interface Receiving<R> extends Reader {
  readonly updates: Updates
  readonly handle: (update: Update) => Effect.Effect<void, StorageFailed, R>
}

/** A long poll, in seconds; two of them and what an answer may take are shorter than the lease (ReadingLease.ts). */
const waitSeconds = 20

const firstRetryMs = 1_000
const longestRetryMs = 60_000

export const receiver = <R>(given: Receiving<R>): Effect.Effect<never, StorageFailed, Inbox | R> =>
  Effect.gen(function* () {
    let failures = 0
    let known: number | undefined
    // A bot stays the same one; only who asks for the first time need know who it is.
    const me = Effect.gen(function* () {
      known ??= (yield* given.updates.me).id
      return known
    })
    while (true) {
      failures = yield* Effect.flatMap(me, (bot) => round(given, bot)).pipe(
        Effect.as(0),
        Effect.catchIf(isCallError, (error) => Effect.as(afterFailure(given, error, failures), failures + 1))
      )
    }
  })

const isCallError = (error: CallError | StorageFailed): error is CallError => error._tag !== "StorageFailed"

const round = <R>(given: Receiving<R>, bot: number) =>
  whileOurs(given, bot, (until, keep) =>
    Effect.zipRight(given.report.running(), reading(given, bot, until, keep))
  )

/** Until the lease, which holds `until`, is lost. It is renewed when it could end before the next poll has, for a renewal is a write. */
const reading = Effect.fnUntraced(function* <R>(
  { updates, owner, handle }: Receiving<R>,
  bot: number,
  until: Millis,
  keep: Keep
) {
  const inbox = yield* Inbox
  let ours: Millis | undefined = until
  while (ours !== undefined) {
    for (const update of yield* updates.after(yield* patiently(inbox.position(bot)), waitSeconds)) {
      yield* handle(update)
      if (!(yield* patiently(inbox.advance(bot, owner, update.id)))) return
    }
    ours = yield* keep(ours)
  }
})

const afterFailure = <R>({ report }: Receiving<R>, error: CallError, failures: number) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const waitMs =
      error._tag === "TelegramFlood"
        ? (error.retryAfterSeconds + 1) * 1000
        : Math.min(longestRetryMs, firstRetryMs * 2 ** failures)
    if (failures === 0) yield* Effect.logWarning("Updates cannot be read now", error)
    yield* report.openCircuit(now + waitMs, explained(error))
    yield* Effect.sleep(Duration.millis(waitMs))
  })

/** A conflict is nothing to fight about: somebody decided that another program reads this bot. */
const explained = (error: CallError): string => {
  if (error._tag !== "TelegramRefused" || error.code !== 409) return error.message
  return error.description.toLowerCase().includes("webhook")
    ? "a webhook is set for this bot; receipts and answers need it removed (deleteWebhook), or TELEGRAM_WEBHOOK_URL if it is ours"
    : "another program reads this bot's updates; end it, or use a bot of its own"
}
