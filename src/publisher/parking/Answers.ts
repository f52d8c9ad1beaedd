// What people answer about parked deliveries: a button, and if need be the post itself, forwarded or by its link. Promises: only those who may
// decide are heard; an answer decides the attempt that was asked about, once; "it is there" names a place before it counts.
import { Clock, Effect } from "effect"
import { type Marker, markerIn } from "../../domain/Marker.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { Outbox, type Resolution } from "../../outbox/Outbox.ts"
import { type ParkedDelivery, Questions } from "../../outbox/Questions.ts"
import { Conversation } from "../../telegram/Conversation.ts"
import { isChat } from "../../telegram/Reader.ts"
import type { Update } from "../../telegram/Updates.ts"
import { patiently } from "../Patience.ts"
import { choiceOf } from "./Buttons.ts"
import { answerText, askForPlace, messageIdIn } from "./Wording.ts"

type Needs = Questions | Outbox | Conversation
type Press = Extract<Update, { readonly _tag: "Press" }>
type Words = Extract<Update, { readonly _tag: "Words" }>

/** Takes from an update what it answers; every other update is left to others. */
export const takeAnswer = (
  update: Update,
  people: ReadonlyArray<number>
): Effect.Effect<void, StorageFailed, Needs> => {
  if (update._tag !== "Press" && update._tag !== "Words") return Effect.void
  if (!people.includes(update.person)) return Effect.logDebug("Somebody who may not decide was not heard")
  return update._tag === "Press" ? pressed(update) : said(update)
}

/** Saying it again is no use when nobody can be told: the decision stands all the same. */
const quietly = <A, R>(call: Effect.Effect<A, { readonly message: string }, R>) =>
  Effect.catchAll(call, (error) => Effect.logWarning("An answer could not be confirmed", error))

const pressed = (press: Press) =>
  Effect.gen(function* () {
    const choice = choiceOf(press.data)
    if (choice === undefined) return
    const questions = yield* Questions
    const conversation = yield* Conversation
    const parked = yield* patiently(questions.parked(choice.delivery))
    const confirm = (text: string) => quietly(conversation.answer(press.press, text))
    if (parked === undefined || parked.attempt !== choice.attempt) {
      return yield* confirm(answerText.over(choice.delivery))
    }
    if (choice.found === "absent") {
      yield* decide(parked, { _tag: "Absent" }, press.person)
      return yield* confirm(answerText.absent(parked.delivery))
    }
    const [only, ...more] = parked.candidates
    if (only !== undefined && more.length === 0) {
      yield* decide(parked, { _tag: "Sent", messageIds: [only] }, press.person)
      return yield* confirm(answerText.sent(parked.delivery))
    }
    yield* patiently(questions.awaitPlace(parked.delivery, press.person))
    yield* quietly(conversation.say(press.person, askForPlace(parked)))
    yield* confirm("Where?")
  })

const said = (words: Words) =>
  Effect.gen(function* () {
    const questions = yield* Questions
    const parked = yield* patiently(questions.awaited(words.person))
    const messageId = parked === undefined ? undefined : placeIn(words, parked)
    if (parked === undefined || messageId === undefined) return
    const conversation = yield* Conversation
    const marker = markerOf(words)
    if (marker !== undefined && marker !== parked.marker) {
      return yield* quietly(conversation.say(words.person, answerText.other))
    }
    yield* decide(parked, { _tag: "Sent", messageIds: [messageId] }, words.person)
    yield* quietly(conversation.say(words.person, answerText.sent(parked.delivery)))
  })

const placeIn = ({ forwarded, text }: Words, { chat }: ParkedDelivery): number | undefined =>
  forwarded !== undefined && isChat(chat, forwarded.chat) ? forwarded.messageId : messageIdIn(text)

const markerOf = ({ forwarded }: Words): Marker | undefined =>
  forwarded?.links.flatMap((link) => markerIn(link) ?? [])[0]

const decide = ({ delivery }: ParkedDelivery, resolution: Resolution, by: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    yield* patiently(outbox.resolve(delivery, resolution, now))
    yield* Effect.annotateLogs(Effect.logInfo("A person has decided about a parked post"), {
      delivery,
      by,
      found: resolution._tag
    })
  })
