// Without any way to read: asks of each id whether a message is there at all, which nobody sees. Where nothing is, the post is not. Where
// something is, an edit that changes nothing tells whether it is ours, but only if it cannot harm: the bot may not edit others' posts, and no
// other attempt can have left a post there that this one would overwrite. A bot that may not post may not edit its own posts either.
// @source reference/telegram-bot-api.md §5.2 (conditions of the edit probe), §5.3 (setMessageReaction); td MessagesManager.cpp, can_edit_message
import { Effect } from "effect"
import { messagesOf } from "../../domain/Post.ts"
import { assumedAlbum, type Sighting } from "../../outbox/Evidence.ts"
import { Reader } from "../../telegram/Reader.ts"
import { type CallError, type ChatAccess, Telegram } from "../../telegram/Telegram.ts"
import { paceLimits } from "../../throttle/Limit.ts"
import { Throttle } from "../../throttle/Throttle.ts"
import {
  candidatesOf,
  clear,
  inconclusive,
  mostCandidates,
  readingTurn,
  type Search,
  type Seen
} from "./Look.ts"

const questionGapMs = 1_000

/** Own posts that are asked for before the question counts as useless: people delete some. */
const mostControls = 3

type Needs = Reader | Telegram | Throttle

export const probe = (search: Search): Effect.Effect<Seen, never, Needs> =>
  probed(search).pipe(
    Effect.catchAll((error) => Effect.succeed({ sightings: [], result: inconclusive(error.message) }))
  )

/** Whether anything has the id. */
export const exists = (chat: string, id: number) =>
  Effect.zipRight(
    readingTurn(`probe:${chat}`, questionGapMs),
    Effect.flatMap(Reader, (reader) => reader.exists(chat, id))
  )

const probed = Effect.fnUntraced(function* (search: Search) {
  const works = yield* controlled(search)
  if (!works && search.controls.length > 0) {
    return { sightings: [], result: inconclusive("no post of ours that should stand there is found") }
  }
  const present: Array<number> = []
  const candidates = candidatesOf(search)
  for (let count = 0; ; count++) {
    const id = candidates.next()
    if (id === undefined) break
    if (count >= mostCandidates)
      return { sightings: [], result: inconclusive("too many posts have come since") }
    const isThere = yield* exists(search.attempt.chat, id)
    candidates.tell(isThere)
    if (isThere) present.push(id)
  }
  if (present.length > 0) return yield* recognised(search, present)
  const unchecked = inconclusive("there is no post of ours there yet by which reading could be checked")
  return { sightings: [], result: works ? clear : unchecked }
})

const controlled = (search: Search) =>
  Effect.gen(function* () {
    for (const id of search.controls.slice(0, mostControls))
      if (yield* exists(search.attempt.chat, id)) return true
    return false
  })

/** Asks of what is there whether it is ours, if asking cannot harm. */
const recognised = (search: Search, present: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const unread = inconclusive(`something stands at ${present.join(", ")} that the bot cannot read`)
    if (search.others) return { sightings: [], result: unread }
    const telegram = yield* Telegram
    const askRights = telegram.access(search.attempt.chat)
    const access = yield* askRights
    if (access.canEditOthers || !access.canPost) return { sightings: [], result: unread }
    const sightings: Array<Sighting> = []
    for (const id of present) {
      const sighting = yield* touched(search, access, id)
      if (sighting === undefined) return { sightings: [], result: unread }
      if (sighting.marker !== undefined) return whole(search, sighting, sightings, present)
      sightings.push(sighting)
    }
    // Whether what may not be edited is somebody else's is known only if the right was there all the time.
    return (yield* askRights).canPost ? { sightings, result: clear } : { sightings: [], result: unread }
  })

/** Of an album only the first message can be told; it stands whole when something stands at each of the ids behind it. */
const whole = (
  { attempt }: Search,
  first: Sighting,
  others: ReadonlyArray<Sighting>,
  present: ReadonlyArray<number>
): Seen => {
  const count = messagesOf(attempt.post)
  if (count === 1) return { sightings: [...others, first], result: clear }
  const ids = Array.from({ length: count }, (_, index) => first.messageId + index)
  if (!ids.every((id) => present.includes(id))) {
    return { sightings: others, result: inconclusive("its album seems to stand in part") }
  }
  const { marker, ...bare } = first
  const album = `${assumedAlbum}${attempt.marker}`
  const messages = ids.map((messageId) => ({ ...bare, messageId, album }))
  return {
    sightings: [...others, { ...first, album }, ...messages.slice(1)],
    result: clear
  }
}

/** Undefined when the answer says neither that the message is ours nor that it is not. */
const touched = (
  { attempt, channel }: Search,
  { id: chatId }: ChatAccess,
  messageId: number
): Effect.Effect<Sighting | undefined, CallError, Telegram | Throttle> =>
  Effect.gen(function* () {
    const telegram = yield* Telegram
    const throttle = yield* Throttle
    yield* throttle.pass({ chat: attempt.chat, limits: paceLimits(attempt.chat, channel.pace) })
    const via = "probe" as const
    return yield* telegram.edit(attempt.chat, messageId, attempt.post).pipe(
      Effect.as<Sighting>({ chatId, messageId, via, marker: attempt.marker }),
      Effect.catchIf(
        (error) => error._tag === "TelegramRefused" && /message can't be edited/i.test(error.description),
        () => Effect.succeed<Sighting>({ chatId, messageId, via })
      ),
      Effect.catchIf(
        (error) => error._tag === "TelegramRefused" && (error.blame === "post" || error.blame === "gone"),
        () => Effect.as(Effect.void, undefined)
      )
    )
  })
