// `oncecast check --canary`: posts into a channel, watches by which ways that post is seen, and takes it away again. What can be seen decides
// what follows when a send is not answered; the last line of each channel says it.
import { Clock, Effect, Either, Random } from "effect"
import type { Channel } from "../domain/Channel.ts"
import { type Marker, markerBase, markerIn, markerLength, markerOf, withMarker } from "../domain/Marker.ts"
import { Evidence, type Via } from "../outbox/Evidence.ts"
import { Reader } from "../telegram/Reader.ts"
import { type CallError, Telegram } from "../telegram/Telegram.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"

/** A way to see a post, and whether it works. */
export interface Way {
  readonly name: string
  readonly works: boolean
  readonly says: string
  /** It was asked for in the catalog or the environment, so that it must work. */
  readonly wanted: boolean
}

/** How long receipts may take. */
const patienceMs = 12_000
const lookEveryMs = 500

const newMarker = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, markerBase), markerLength),
  markerOf
)

const canaryPost = (marker: Marker) => {
  const link = withMarker("https://telegram.org/", marker, 0)
  return {
    html: `<a href="${link}">\u200b</a>Oncecast checks this channel. This post goes away by itself.`,
    photoUrls: [],
    buttons: [[{ text: "Oncecast", url: link }]],
    silent: true
  }
}

interface Canary {
  readonly channel: Channel
  readonly marker: Marker
  readonly messageId: number
  readonly chatId: number
}

const bears = (marker: Marker, links: ReadonlyArray<string>) =>
  links.some((link) => markerIn(link) === marker)

const way = (name: string, wanted: boolean, found: Either.Either<boolean, CallError>, no: string): Way =>
  Either.match(found, {
    onLeft: (error) => ({ name, wanted, works: false, says: error.message }),
    onRight: (works) => ({ name, wanted, works, says: works ? "sees it" : no })
  })

const profile = ({ channel, marker }: Canary) =>
  Effect.gen(function* () {
    const user = channel.profileOf
    if (user === undefined) return []
    const reader = yield* Reader
    const seen = yield* Effect.either(reader.newest(user))
    const found = Either.map(seen, (messages) => messages.some(({ links }) => bears(marker, links)))
    return [way("profile", true, found, `the profile of user ${user} does not show it`)]
  })

const copies = ({ channel, marker, messageId }: Canary) =>
  Effect.gen(function* () {
    if (channel.logChat === undefined) return []
    const [reader, telegram] = yield* Effect.all([Reader, Telegram])
    const look = yield* Effect.either(reader.forward(channel.chat, messageId, channel.logChat))
    if (Either.isRight(look) && look.right._tag === "Seen") {
      yield* telegram
        .remove(channel.logChat, [look.right.copy])
        .pipe(Effect.catchAll((error) => Effect.logWarning("A copy stays in the log chat", error)))
    }
    const found = Either.map(look, (seen) => seen._tag === "Seen" && bears(marker, seen.message.links))
    const why = Either.isRight(look) ? `the copy shows it as ${look.right._tag.toLowerCase()}` : ""
    return [way("copies", true, found, why)]
  })

const questions = ({ channel, messageId }: Canary) =>
  Effect.gen(function* () {
    const reader = yield* Reader
    const found = yield* Effect.either(reader.exists(channel.chat, messageId))
    return [way("questions", false, found, "the bot is told that nothing is there")]
  })

/** The receipts that have come, once all that are hoped for are there or the time is over. */
const receipts = ({ chatId, messageId }: Canary, hoped: ReadonlyArray<Via>) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const until = (yield* Clock.currentTimeMillis) + patienceMs
    while (true) {
      const ways = yield* evidence.waysSeen(chatId, messageId)
      const now = yield* Clock.currentTimeMillis
      if (hoped.every((via) => ways.includes(via)) || now >= until) return ways
      yield* Effect.sleep(lookEveryMs)
    }
  })

const ears = (canary: Canary, group: boolean, witness: boolean) =>
  Effect.gen(function* () {
    const hoped: ReadonlyArray<Via> = [
      ...(group ? ["discussion" as const] : []),
      ...(witness ? ["witness" as const] : [])
    ]
    const heard = yield* receipts(canary, hoped)
    return hoped.map((via): Way => {
      const works = heard.includes(via)
      const no =
        via === "discussion"
          ? "nothing came from the discussion group: make the bot its administrator"
          : "the witness saw nothing: make it a member or administrator of the channel"
      return { name: via, wanted: true, works, says: works ? "hears of it" : no }
    })
  })

/** Posts the canary, tries every way, and takes it away. */
export const canary = Effect.fn("Canary.try")(function* (channel: Channel, witness: boolean) {
  const [telegram, throttle, evidence] = yield* Effect.all([Telegram, Throttle, Evidence])
  const access = yield* telegram.access(channel.chat)
  const marker = yield* newMarker
  yield* throttle.pass({ chat: channel.chat, limits: paceLimits(channel.chat, channel.pace) })
  const sent = yield* telegram.send(channel.chat, canaryPost(marker))
  const [messageId = 0] = sent.messageIds
  const posted: Canary = { channel, marker, messageId, chatId: access.id }
  const ways = yield* Effect.all([
    profile(posted),
    copies(posted),
    questions(posted),
    ears(posted, access.linkedChat !== undefined, witness)
  ]).pipe(Effect.ensuring(removed(channel, messageId)))
  const seen = { chatId: access.id, messageId, via: "check" as const }
  yield* evidence.saw(channel.id, [seen], yield* Clock.currentTimeMillis)
  return ways.flat()
})

const removed = (channel: Channel, messageId: number) =>
  Effect.flatMap(Telegram, (telegram) => telegram.remove(channel.chat, [messageId])).pipe(
    Effect.catchAll((error) =>
      Effect.logError(`The post ${messageId} in ${channel.chat} could not be taken away; delete it`, error)
    )
  )

/** What follows from the ways that work, for a send that is not answered. */
export const guarantee = ({ onUnknown }: Pick<Channel, "onUnknown">, ways: ReadonlyArray<Way>): string => {
  if (onUnknown === "park") return "a send that is not answered waits for a person; the channel goes on"
  if (onUnknown === "resend") return "a send that is not answered is sent again: never lost, may be doubled"
  if (onUnknown === "drop") return "a send that is not answered is given up: never doubled, may be lost"
  const works = (...names: ReadonlyArray<string>) => ways.some((one) => one.works && names.includes(one.name))
  const heard = works("discussion", "witness")
  if (heard && works("profile", "copies", "questions")) {
    return "a send that is not answered is settled by itself; a duplicate that lands hours later is noticed and taken away"
  }
  if (heard)
    return "a send that is not answered is settled when it arrived, and waits for a person when it did not"
  if (works("profile", "copies")) {
    return "a send that is not answered is settled by itself; a duplicate that lands hours later is found within the day and taken away"
  }
  return works("questions")
    ? "a send that is not answered is settled by itself where nobody else posts, and else waits for a person"
    : "a send that is not answered waits for a person"
}
