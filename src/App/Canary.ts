// `oncecast check --canary`: posts into a channel, watches by which ways that post is seen, and takes it away again, whatever happens meanwhile.
import { Clock, Effect, Either, Exit, Random, Schedule } from "effect"
import type { Channel } from "../domain/Channel.ts"
import { type Marker, markerBase, markerIn, markerLength, markerOf, withMarker } from "../domain/Marker.ts"
import { Evidence, type Via } from "../outbox/Evidence.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { traced } from "../Spans.ts"
import { Reader } from "../telegram/Reader.ts"
import { type CallError, Telegram } from "../telegram/Telegram.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { CommandFailed } from "./Failure.ts"
import type { Way } from "./Guarantee.ts"

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

const earSays = {
  discussion: {
    yes: "hears of it; if its copy stays in the discussion group, delete it there",
    no: "nothing came from the discussion group: make the bot its administrator"
  },
  witness: {
    yes: "hears of it",
    no: "the witness saw nothing: make it a member or administrator of the channel"
  }
}

const ears = (canary: Canary, group: boolean, witness: boolean) =>
  Effect.gen(function* () {
    const hoped = [...(group ? ["discussion" as const] : []), ...(witness ? ["witness" as const] : [])]
    const heard = yield* receipts(canary, hoped)
    return hoped.map((via): Way => {
      const works = heard.includes(via)
      const { yes, no } = earSays[via]
      return { name: via, wanted: via === "witness", works, says: works ? yes : no }
    })
  })

/** What stands there meanwhile may be taken for the post that is looked for, and counts as sent when it is gone. */
const notFrozen = Effect.fnUntraced(function* ({ id }: Channel) {
  const outbox = yield* Outbox
  const claim = yield* outbox.claim(id, yield* Clock.currentTimeMillis)
  if (claim._tag !== "Frozen" || claim.inFlight) return
  return yield* new CommandFailed({
    sentence: `it is frozen until it is found out whether delivery ${claim.delivery} has arrived; nothing else goes out there meanwhile, no canary either: try again later.`
  })
})

/** Posts the canary, tries every way, and takes it away, also when that is broken off. */
export const canary = traced("Canary.try")(function* (channel: Channel, witness: boolean) {
  const [telegram, throttle, evidence] = yield* Effect.all([Telegram, Throttle, Evidence])
  const access = yield* telegram.access(channel.chat)
  const marker = yield* newMarker
  yield* throttle.pass({ chat: channel.chat, limits: paceLimits(channel.chat, channel.pace) })
  yield* notFrozen(channel)
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const { messageIds } = yield* restore(telegram.send(channel.chat, canaryPost(marker))).pipe(
        Effect.catchTag("TelegramUnknown", (error) => leftBehind(channel, error.message))
      )
      const [messageId = 0] = messageIds
      const posted: Canary = { channel, marker, messageId, chatId: access.id }
      // Whoever looks for a post from now on knows that this is another one.
      const seen = { chatId: access.id, messageId, via: "check" as const }
      const known = yield* Effect.exit(evidence.saw(channel.id, [seen], yield* Clock.currentTimeMillis))
      const ways = yield* Effect.exit(
        restore(
          Effect.all([
            profile(posted),
            copies(posted),
            questions(posted),
            ears(posted, access.linkedChat !== undefined, witness)
          ])
        )
      )
      const stays = yield* removed(posted)
      if (Exit.isFailure(ways)) yield* Effect.forEach(stays, ({ says }) => Effect.logError(says))
      yield* known
      return [...(yield* ways).flat(), ...stays]
    })
  )
})

/** Nobody knows under which id it stands, so nobody can take it away. */
const leftBehind = ({ chat }: Channel, why: string) =>
  new CommandFailed({
    sentence: `${why} Look into ${chat}: if a post stands there that says "Oncecast checks this channel", delete it.`
  })

/** Nothing to tell when it is gone. */
const removed = ({ channel, messageId }: Canary) =>
  Effect.flatMap(Telegram, (telegram) => telegram.remove(channel.chat, [messageId])).pipe(
    Effect.retry({
      schedule: Schedule.spaced("2 seconds"),
      times: 4,
      while: ({ _tag }) => _tag !== "TelegramRefused"
    }),
    Effect.as<ReadonlyArray<Way>>([]),
    Effect.catchAll((error) => {
      const says = `the post ${messageId} could not be taken away, delete it: ${error.message}`
      return Effect.succeed<ReadonlyArray<Way>>([{ name: "removal", wanted: true, works: false, says }])
    })
  )
