// What people answer about parked deliveries: a button, and if need be the post itself, forwarded or by its link. Promises: only those who may
// decide are heard; an answer decides the attempt that was asked about, once; "it is there" names a place before it counts.
import { Effect } from "effect"
import { type Marker, markerIn } from "../../domain/Marker.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { type ParkedDelivery, Questions } from "../../outbox/Questions.ts"
import { type ChatRef, isChat } from "../../telegram/Reader.ts"
import type { Update } from "../../telegram/Updates.ts"
import { patiently } from "../Patience.ts"
import { choiceOf } from "./Buttons.ts"
import { answerText, askForPlace, mayBeIn, messageNamedIn } from "./Wording.ts"

/** Decides for a person, as every surface does; false when it was settled, or tried again, before. */
export type Settle<R> = (
  parked: Pick<ParkedDelivery, "delivery" | "attempt">,
  found: { readonly messageId: number } | "absent",
  person: number
) => Effect.Effect<boolean, StorageFailed, R>

/** How people are told: each hears in order, at their chat's pace, and nobody waits for it. Whether anybody can be told or not, a decision stands. */
export interface Voice<R> {
  readonly say: (person: number, html: string) => Effect.Effect<void, never, R>
  /** Ends the waiting of a button. */
  readonly answer: (press: string, text: string) => Effect.Effect<void, never, R>
}

/** What an answer leads to. */
export interface Hearing<R> {
  readonly settle: Settle<R>
  readonly voice: Voice<R>
}

type Press = Extract<Update, { readonly _tag: "Press" }>
type Words = Extract<Update, { readonly _tag: "Words" }>
type Taken<R> = Effect.Effect<boolean, StorageFailed, Questions | R>

/** Takes from an update what it answers: true. Every other update is left to others. */
export const takeAnswer = <R>(
  update: Update,
  people: ReadonlyArray<number>,
  hearing: Hearing<R>
): Taken<R> => {
  if (update._tag !== "Press" && update._tag !== "Words") return Effect.succeed(false)
  if (!people.includes(update.person)) return Effect.succeed(false)
  return update._tag === "Press" ? pressed(update, hearing) : said(update, hearing)
}

const pressed = <R>(press: Press, { settle, voice }: Hearing<R>): Taken<R> =>
  Effect.gen(function* () {
    const choice = choiceOf(press.data)
    if (choice === undefined) return false
    const questions = yield* Questions
    const parked = yield* patiently(questions.parked(choice.delivery))
    const confirm = (text: string) => Effect.as(voice.answer(press.press, text), true)
    if (parked === undefined || parked.attempt !== choice.attempt) {
      return yield* confirm(answerText.over(choice.delivery))
    }
    if (choice.found === "absent") {
      const done = yield* settle(parked, "absent", press.person)
      return yield* confirm((done ? answerText.absent : answerText.over)(parked.delivery))
    }
    const [only, ...more] = parked.candidates
    if (only !== undefined && more.length === 0) {
      const done = yield* settle(parked, { messageId: only }, press.person)
      return yield* confirm((done ? answerText.sent : answerText.over)(parked.delivery))
    }
    yield* patiently(questions.awaitPlace(parked.delivery, press.person))
    yield* voice.say(press.person, askForPlace(parked))
    return yield* confirm("Where?")
  })

const said = <R>(words: Words, { settle, voice }: Hearing<R>): Taken<R> =>
  Effect.gen(function* () {
    // A command is none, though it may end with a post's address: /preview https://t.me/…/3.
    if (words.forwarded === undefined && words.text.trimStart().startsWith("/")) return false
    const questions = yield* Questions
    const parked = yield* patiently(questions.awaited(words.person))
    const messageId = parked === undefined ? undefined : placeIn(words, parked)
    if (parked === undefined || messageId === undefined) return false
    const tell = (text: string) => Effect.as(voice.say(words.person, text), true)
    // Its number means another post here: the delivery would be lost, and whatever is sent later be looked for behind that number.
    if (messageId === "elsewhere") return yield* tell(answerText.elsewhere)
    const marker = markerOf(words)
    const holder = yield* patiently(questions.holder(messageId, parked.delivery))
    if (holder !== undefined || (marker !== undefined && marker !== parked.marker))
      return yield* tell(answerText.other)
    const done = yield* settle(parked, { messageId }, words.person)
    return yield* tell((done ? answerText.sent : answerText.over)(parked.delivery))
  })

/** Of a forward its own words name no place. */
const placeIn = ({ forwarded, text }: Words, parked: ParkedDelivery): number | "elsewhere" | undefined => {
  if (forwarded !== undefined) return isIn(parked, forwarded.chat) ? forwarded.messageId : "elsewhere"
  const named = messageNamedIn(text)
  return named === undefined || mayBeIn(parked, named) ? named?.messageId : "elsewhere"
}

const isIn = ({ chat, chatId }: ParkedDelivery, of: ChatRef): boolean => isChat(chat, of) || of.id === chatId

const markerOf = ({ forwarded }: Words): Marker | undefined =>
  forwarded?.links.flatMap((link) => markerIn(link) ?? [])[0]
