// Puts each parked delivery in front of the people who may decide: the post, where it may stand, two buttons. Promises: each person is asked
// once about each attempt, over restarts too; a question that was settled elsewhere is taken back; who cannot be reached holds up nobody.
import { Clock, Effect } from "effect"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { type ParkedDelivery, type Question, Questions } from "../../outbox/Questions.ts"
import { parkedChanged, Signals } from "../../outbox/Signals.ts"
import { Conversation } from "../../telegram/Conversation.ts"
import type { CallError } from "../../telegram/Telegram.ts"
import { personTurn } from "../../throttle/PrivateChat.ts"
import type { Throttle } from "../../throttle/Throttle.ts"
import { patiently } from "../Patience.ts"
import { buttonsOf } from "./Buttons.ts"
import { question, settledText } from "./Wording.ts"

/** No hint is needed to notice a change after this, in milliseconds. */
const longestRestMs = 600_000
const afterTrouble = "1 minute"

type Needs = Questions | Conversation | Signals | Throttle

/** `people`: who may decide, at the moment it is asked for. */
export const asking = (
  people: Effect.Effect<ReadonlyArray<number>>
): Effect.Effect<never, StorageFailed, Needs> =>
  Effect.gen(function* () {
    for (const person of yield* people) yield* askOpen(person)
    yield* takeBackSettled
    const signals = yield* Signals
    yield* signals.wait(parkedChanged, (yield* Clock.currentTimeMillis) + longestRestMs)
  }).pipe(
    Effect.catchIf(isCallError, (error) =>
      Effect.zipRight(Effect.logWarning("Nobody can be asked now", error), Effect.sleep(afterTrouble))
    ),
    Effect.forever
  )

const isCallError = (error: CallError | StorageFailed): error is CallError => error._tag !== "StorageFailed"

const askOpen = (person: number) =>
  Effect.gen(function* () {
    const questions = yield* Questions
    for (const parked of yield* patiently(questions.unasked(person))) {
      const messageId = yield* ask(person, parked)
      const { delivery, attempt } = parked
      const now = yield* Clock.currentTimeMillis
      yield* patiently(questions.asked({ delivery, attempt, person, messageId }, now))
    }
  })

const ask = (person: number, parked: ParkedDelivery) =>
  Effect.gen(function* () {
    const conversation = yield* Conversation
    yield* personTurn(person)
    return yield* conversation.say(person, question(parked), [buttonsOf(parked)]).pipe(
      Effect.catchIf(
        (error) => error._tag === "TelegramRefused" && error.blame !== "configuration",
        (error) =>
          Effect.as(
            Effect.annotateLogs(
              Effect.logWarning("An admin cannot be asked; let them write to the bot once", error),
              { person, delivery: parked.delivery }
            ),
            null
          )
      )
    )
  })

const takeBackSettled = Effect.gen(function* () {
  const questions = yield* Questions
  for (const one of yield* patiently(questions.settled)) yield* takeBack(one)
})

const takeBack = (asked: Question) =>
  Effect.gen(function* () {
    const questions = yield* Questions
    const conversation = yield* Conversation
    if (asked.messageId !== null) {
      yield* personTurn(asked.person)
      yield* conversation.amend(asked.person, asked.messageId, settledText(asked.delivery)).pipe(
        // The person may have deleted the question.
        Effect.catchTag("TelegramRefused", (error) =>
          Effect.logDebug("A question could not be taken back", error)
        )
      )
    }
    yield* patiently(questions.closed(asked, yield* Clock.currentTimeMillis))
  })
