// Looks at ids one by one by copying what stands there into a private log chat; the copies are taken away again. The channel's posts stay as
// they are.
import { Clock, Effect } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { markerIn } from "../../domain/Marker.ts"
import { messagesOf } from "../../domain/Post.ts"
import { assumedAlbum, type Sighting } from "../../outbox/Evidence.ts"
import { type Look, Reader, type SeenMessage } from "../../telegram/Reader.ts"
import { type CallError, Telegram } from "../../telegram/Telegram.ts"
import { Throttle } from "../../throttle/Throttle.ts"
import {
  candidatesOf,
  clear,
  inconclusive,
  mostCandidates,
  type NoTurn,
  readingTurn,
  type Search,
  type Seen
} from "./Look.ts"
import { sightingOf } from "./Sightings.ts"

/** Copies are sends into the log chat: 20 a minute is what Telegram permits there. */
const copyGapMs = 3_200

/** Own posts that are tried before reading counts as broken: people delete some. */
const mostControls = 3

type Needs = Reader | Telegram | Throttle

export const lookAtCopies = (search: Search): Effect.Effect<Seen, never, Needs> =>
  withCopies(search.channel, search.attempt.chat, (copied) => searched(search, copied)).pipe(
    Effect.catchAll((error) => Effect.succeed({ sightings: [], result: inconclusive(error.message) }))
  )

/** Copies one message into the log chat and says what it shows. */
export type Copied = (id: number) => Effect.Effect<Look, CallError | NoTurn, Needs>

/** Takes the copies away when `use` is done; a hundred at most. */
export const withCopies = <A, E, R>(
  { logChat = "" }: Channel,
  chat: string,
  use: (copied: Copied) => Effect.Effect<A, E, R>
) =>
  Effect.suspend(() => {
    const copies: Array<number> = []
    const copied = (id: number) =>
      Effect.gen(function* () {
        const reader = yield* Reader
        yield* readingTurn(`log:${logChat}`, copyGapMs)
        const look = yield* reader.forward(chat, id, logChat)
        if (look._tag === "Seen" || look._tag === "Forward") copies.push(look.copy)
        return look
      }).pipe(Effect.tapError((error) => heed(logChat, error)))
    return Effect.ensuring(
      use(copied),
      Effect.suspend(() => cleared(logChat, copies))
    )
  })

/** A flood wait concerns the log chat alone. */
const heed = (logChat: string, error: CallError | NoTurn) =>
  Effect.gen(function* () {
    if (error._tag !== "TelegramFlood") return
    const throttle = yield* Throttle
    const until = (yield* Clock.currentTimeMillis) + (error.retryAfterSeconds + 1) * 1000
    yield* throttle.flooded(`log:${logChat}`, until)
  })

const searched = (search: Search, copied: Copied) =>
  Effect.gen(function* () {
    let works = yield* controlled(search.controls, copied)
    if (!works && search.controls.length > 0) {
      return { sightings: [], result: inconclusive("no post of ours that should stand there can be copied") }
    }
    const sightings: Array<Sighting> = []
    const album = albumOf(search)
    const candidates = candidatesOf(search)
    for (let count = 0; ; count++) {
      const id = candidates.next()
      if (id === undefined) break
      if (count >= mostCandidates)
        return { sightings, result: inconclusive("too many posts have come since") }
      const look = yield* copied(id)
      if (look._tag === "Protected") return { sightings, result: inconclusive("its posts cannot be copied") }
      candidates.tell(look._tag !== "Absent")
      works = works || look._tag !== "Absent"
      if (look._tag === "Seen") {
        sightings.push({ ...sightingOf(look.message, "copy"), ...album(look.message) })
      }
    }
    const result = works
      ? clear
      : inconclusive("there is no post of ours there yet by which reading could be checked")
    return { sightings, result }
  })

/**
 * Copies do not say to which album a message belongs. What follows the one with our marker id by id, posted in the same second, pictures
 * without words, belongs to it, as far as anybody can see: but no more than it was sent with.
 */
const albumOf = ({ attempt }: Search) => {
  const album = { album: `${assumedAlbum}${attempt.marker}` }
  const whole = messagesOf(attempt.post)
  let first: SeenMessage | undefined
  let count = 0
  return (message: SeenMessage) => {
    if (whole === 1) return {}
    if (message.links.some((link) => markerIn(link) === attempt.marker)) {
      first = message
      count = 0
    }
    if (first === undefined || count === whole || message.messageId !== first.messageId + count) return {}
    if (message !== first && (!message.bare || message.at !== first.at)) return {}
    count += 1
    return album
  }
}

/** Whether one of our own newest posts can be seen. */
export const controlled = (
  controls: ReadonlyArray<number>,
  copied: Copied
): Effect.Effect<boolean, CallError | NoTurn, Needs> =>
  Effect.gen(function* () {
    for (const id of controls.slice(0, mostControls)) {
      const look = yield* copied(id)
      if (look._tag === "Seen" || look._tag === "Forward") return true
    }
    return false
  })

/** A copy that stays harms nobody: the chat is private. */
const cleared = (logChat: string, copies: ReadonlyArray<number>) =>
  Effect.flatMap(Telegram, (telegram) => telegram.remove(logChat, copies)).pipe(
    Effect.catchAll((error) => Effect.logWarning("Copies stay in the log chat", error)),
    Effect.when(() => copies.length > 0)
  )
