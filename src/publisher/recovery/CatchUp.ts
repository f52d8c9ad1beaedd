// After an older backup was restored: reads what was posted into the channel since, by the technique that proves most, before anything is sent.
// Our own posts are told by their markers, though nobody here knows these any more. What is found is recorded as it is read, so that an
// interruption costs little. Promises: the wait ends only with a look that saw everything above the backup's floor, or with a person's word;
// never sends into the channel.
// @source reference/telegram-bot-api.md §5.4 "Guarantees", S5
import { Clock, Effect, Ref } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import type { Millis } from "../../domain/Names.ts"
import { Evidence, type Via } from "../../outbox/Evidence.ts"
import { Restoration, type RestoredChannel } from "../../outbox/Restoration.ts"
import { isChat, Reader, type SeenMessage } from "../../telegram/Reader.ts"
import type { OwnedDesk } from "../Desk.ts"
import { patiently } from "../Patience.ts"
import { controlled, withCopies } from "./CopyLook.ts"
import type { LookResult } from "./Inquiry.ts"
import { clear, idsOf, inconclusive, readingTurn } from "./Look.ts"
import { exists } from "./ProbeLook.ts"
import { judged } from "./ProfileLook.ts"
import { foundIn } from "./Restored.ts"
import { sightingOf } from "./Sightings.ts"

/** Ids in a row without a message after which nothing more is expected: an album that was taken away leaves ten. */
const absentInRow = 12
/** Ids that are looked at in one go; at three seconds each it takes more than an hour. */
const mostIds = 1_500
/** Copies that are taken away together. */
const batch = 50
const mostControls = 5

const firstRetryMs = 15_000
const longestRetryMs = 300_000

/** How looking went so far, when it did not end the wait. */
export interface CatchUpState {
  readonly failures: number
  readonly nextAt: Millis
  readonly why: string
}

export const noCatchUp: CatchUpState = { failures: 0, nextAt: 0, why: "" }

interface Place {
  readonly channel: Channel
  readonly floor: number
  readonly top: number
  readonly controls: ReadonlyArray<number>
}

export const catchUp = (desk: OwnedDesk, { floor }: RestoredChannel) =>
  Effect.gen(function* () {
    const { channel, report } = desk
    yield* report.running()
    const restoration = yield* Restoration
    const result = yield* read(yield* placeOf(channel, floor))
    const now = yield* Clock.currentTimeMillis
    if (result._tag === "Clear") {
      yield* patiently(restoration.settle(channel.id, now))
      return yield* Effect.logInfo("What was posted after the backup is known; the channel goes on")
    }
    const { failures } = yield* Ref.get(desk.catchUp)
    const nextAt = now + Math.min(longestRetryMs, firstRetryMs * 2 ** failures)
    yield* Ref.set(desk.catchUp, { failures: failures + 1, nextAt, why: result.why })
    if (failures > 0) return
    yield* Effect.annotateLogs(
      Effect.logError(
        "The database was restored, and what was posted since cannot be seen: nothing is sent until it can, or a person decides with `oncecast restored`"
      ),
      { why: result.why }
    )
  })

const placeOf = (channel: Channel, floor: number) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const controls = yield* patiently(evidence.knownPosts(channel.id, mostControls))
    const seen = yield* patiently(evidence.seenAbove(channel.id, floor))
    return { channel, floor, controls, top: Math.max(floor, ...seen) } satisfies Place
  })

/** A digest names by its marker the first of its items only: what the others were cannot be read. */
const techniques = ({ profileOf, logChat, digest }: Channel) => [
  ...(profileOf === undefined || digest !== undefined ? [] : [readProfile]),
  ...(logChat === undefined || digest !== undefined ? [] : [readCopies]),
  askWhetherEmpty
]

const read = (place: Place) =>
  Effect.gen(function* () {
    const reasons: Array<string> = []
    for (const technique of techniques(place.channel)) {
      const result: LookResult = yield* technique(place).pipe(
        Effect.catchTags({
          TelegramRefused: (error) => Effect.succeed(inconclusive(error.message)),
          TelegramFlood: (error) => Effect.succeed(inconclusive(error.message)),
          TelegramUnreachable: (error) => Effect.succeed(inconclusive(error.message)),
          NoTurn: (error) => Effect.succeed(inconclusive(error.message))
        })
      )
      if (result._tag === "Clear") return result
      reasons.push(result.why)
    }
    return inconclusive(reasons[0] ?? "there is no way to look")
  })

const record = ({ channel, floor }: Place, messages: ReadonlyArray<SeenMessage>, via: Via) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const restoration = yield* Restoration
    const since = messages.filter(({ messageId }) => messageId > floor)
    const sightings = since.map((message) => sightingOf(message, via))
    yield* patiently(evidence.saw(channel.id, sightings, yield* Clock.currentTimeMillis))
    yield* patiently(restoration.found(channel.id, foundIn(since)))
  })

const readProfile = (place: Place) =>
  Effect.gen(function* () {
    const reader = yield* Reader
    const { profileOf = 0, chat } = place.channel
    yield* readingTurn("profile", 0)
    const newest = yield* reader.newest(profileOf)
    const messages = newest.filter((message) => isChat(chat, message.chat))
    yield* record(place, messages, "profile")
    return judged({ ...place, user: profileOf }, newest.length, messages)
  })

const readCopies = (place: Place) =>
  Effect.gen(function* () {
    const { channel, floor, top, controls } = place
    const restoration = yield* Restoration
    const known = yield* patiently(restoration.posts(channel.id))
    const ids = idsOf({ floor, top, seen: new Set(known.flatMap((post) => post.messageIds)) }, absentInRow)
    const messages: Array<SeenMessage> = []
    let works = yield* withCopies(channel, channel.chat, (copied) => controlled(controls, copied))
    if (!works && controls.length > 0)
      return inconclusive("no post of ours that should stand there can be copied")
    for (let looked = 0; looked < mostIds; looked += batch) {
      const end = yield* withCopies(channel, channel.chat, (copied) =>
        Effect.gen(function* () {
          for (let n = 0; n < batch; n++) {
            const id = ids.next()
            if (id === undefined)
              return works ? clear : inconclusive("there is nothing there by which reading could be checked")
            const look = yield* copied(id)
            if (look._tag === "Protected") return inconclusive("its posts cannot be copied")
            ids.tell(look._tag !== "Absent")
            works = works || look._tag !== "Absent"
            if (look._tag === "Seen") messages.push(look.message)
          }
          return undefined
        })
      )
      yield* record(place, messages, "copy")
      if (end !== undefined) return end
    }
    return inconclusive("very many posts have come since; it goes on reading")
  })

/** Where nothing can be read: that nothing stands there is an answer too. */
const askWhetherEmpty = ({ channel, controls, ...stretch }: Place) =>
  Effect.gen(function* () {
    let works = false
    for (const id of controls) works = works || (yield* exists(channel.chat, id))
    if (!works) return inconclusive("there is no post of ours there by which looking could be checked")
    const ids = idsOf({ ...stretch, seen: new Set<number>() }, absentInRow)
    for (let id = ids.next(); id !== undefined; id = ids.next()) {
      if (yield* exists(channel.chat, id))
        return inconclusive(
          `posts stand there since, from ${id} on, and the bot cannot read them without logChat or profileOf`
        )
      ids.tell(false)
    }
    return clear
  })
