// Takes away posts of ours that must not stay: a second post of one delivery, the parts of an album that was not sent whole. Each was seen with
// the marker of its attempt, so nothing else can be hit. Telegram permits it for 48 hours; what is older stays and is told.
// @source reference/telegram-bot-api.md §5.4 (S7), §4 (deletions)
import { Clock, type Context, Effect, Metric } from "effect"
import type { Millis } from "../../domain/Names.ts"
import { straysRemoved } from "../../Metrics.ts"
import { Evidence, type Stray } from "../../outbox/Evidence.ts"
import { type CallError, Telegram } from "../../telegram/Telegram.ts"
import type { OwnedDesk } from "../Desk.ts"
import { patiently } from "../Patience.ts"
import { mayBeOfRights } from "../Rights.ts"
import { type NoTurn, readingTurn } from "./Look.ts"

/** After this Telegram refuses for good. */
const deletableMs = 48 * 3_600_000
const retryMs = 30_000

export const removeStray = (desk: OwnedDesk, stray: Stray) =>
  Effect.gen(function* () {
    const telegram = yield* Telegram
    const turn = readingTurn(`remove:${stray.chat}`, 0)
    yield* Effect.zipRight(turn, telegram.remove(stray.chat, stray.messageIds)).pipe(
      Effect.matchEffect({
        onSuccess: () => removed(desk, stray),
        onFailure: (error) => failed(desk, stray, error)
      })
    )
  }).pipe(Effect.annotateLogs({ delivery: stray.delivery, messageIds: stray.messageIds }))

type Ending = Parameters<Context.Tag.Service<Evidence>["endStray"]>[2]

const end = (desk: OwnedDesk, stray: Stray, how: Ending) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const now = yield* Clock.currentTimeMillis
    yield* patiently(evidence.endStray(stray.attempt, desk.fence, how, now))
  })

const removed = (desk: OwnedDesk, stray: Stray) =>
  Effect.gen(function* () {
    yield* end(desk, stray, "removed")
    yield* Metric.increment(Metric.tagged(straysRemoved, "channel", desk.channel.id))
    yield* Effect.logError(`A post was taken away: ${stray.reason}`)
  })

const failed = (desk: OwnedDesk, stray: Stray, error: CallError | NoTurn) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const gone = error._tag === "TelegramRefused" && error.blame === "gone"
    if (gone) return yield* removed(desk, stray)
    const forGood =
      error._tag === "TelegramRefused" && error.blame === "post" && !(yield* mayBeOfRights(stray.chat, error))
    if (forGood || now - stray.foundAt > deletableMs) {
      yield* end(desk, stray, "stays")
      return yield* Effect.logError(
        `A post stands that should not (${stray.reason}); delete it by hand`,
        error
      )
    }
    yield* end(desk, stray, { again: againAt(error, now) })
    yield* Effect.logWarning("A post that should not stand could not be taken away yet", error)
  })

const againAt = (error: CallError | NoTurn, now: Millis): Millis => {
  if (error._tag === "NoTurn") return error.until
  return now + (error._tag === "TelegramFlood" ? (error.retryAfterSeconds + 1) * 1000 : retryMs)
}
