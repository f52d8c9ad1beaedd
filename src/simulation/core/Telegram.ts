// What becomes of a call, by chance: carried out or not, now or later, answered or not, in every combination that the network and the server can
// come to. Within the bound that the program allows for, unless the scenario says otherwise.
import { Either } from "effect"
import type { Marker } from "../../domain/Marker.ts"
import type { ChangeOutcome, PostChange } from "../../outbox/Posts.ts"
import {
  type TelegramError,
  TelegramFlood,
  TelegramRefused,
  TelegramUnknown,
  TelegramUnreachable
} from "../../telegram/Telegram.ts"
import type { ChannelPlace } from "../Installation.ts"
import type { CoreGround } from "./Process.ts"

/** What a call would leave in the chat. */
export interface Sent {
  readonly marker: Marker
  readonly item: string
}

type Answer = (answer: Either.Either<number, TelegramError>) => void

/** How long an answer is waited for. */
const patienceMs = 120_000
/** Less than the program waits for before it looks (90 s). */
const latestMs = 60_000
const tooLateMs = 600_000

const method = "sendMessage"

/** Sends. `answer` comes at the latest by the time that is returned, unless nobody lives to hear it. */
export const call = (ground: CoreGround, place: ChannelPlace, sent: Sent, answer: Answer): number => {
  const { weather, now, after, dice } = ground
  const tookMs = dice.magnitude(30, 2_000)
  const fails = (error: TelegramError, inMs = tookMs) => {
    after(inMs, () => answer(Either.left(error)))
    return now() + inMs
  }
  const unknown = (detail: string) => new TelegramUnknown({ method, detail })
  const { id } = place.channel
  if (weather.strikes("resets-before", 0.02, id) !== undefined) {
    return fails(new TelegramUnreachable({ method, detail: "refused" }))
  }
  arrives(ground, place)
  if (ground.chats.isClosed(id)) {
    const description = "Bad Request: need administrator rights in the channel chat"
    return fails(new TelegramRefused({ method, blame: "channel", code: 400, description }))
  }
  const flood = weather.strikes("floods-refused", 0.02, id)
  if (flood !== undefined) {
    return fails(new TelegramFlood({ method, retryAfterSeconds: flood.magnitude(1, 7_200) }))
  }
  const broken = weather.strikes("telegram-errors", 0.02, id)
  if (broken !== undefined) return fails(unknown("answered 502"), broken.magnitude(30, 30_000))
  return carriedOut(ground, place, sent, answer, tookMs)
}

/** Carried out, sooner or later; whether that is heard is another matter. */
const carriedOut = (
  ground: CoreGround,
  place: ChannelPlace,
  { marker, item }: Sent,
  answer: Answer,
  tookMs: number
): number => {
  const { weather, now, after, chats, lateness } = ground
  const { id } = place.channel
  const land = () => chats.post(id, marker, item)
  const unheard = (inMs: number, detail: string) => {
    after(inMs, () => answer(Either.left(new TelegramUnknown({ method, detail }))))
    return now() + inMs
  }
  const late = weather.strikes("late-landing", 0.02, id)
  if (late !== undefined) {
    after(late.magnitude(1_000, lateness === "beyond-bound" ? tooLateMs : latestMs), land)
    return unheard(tookMs, "broke off")
  }
  const slow = weather.strikes("floods-absorbed", 0.02, id)
  const landsInMs = slow === undefined ? tookMs / 2 : slow.magnitude(1_000, 60_000)
  const lost =
    weather.strikes("resets-after", 0.03, id) !== undefined ||
    weather.strikes("no-answers", 0.01, id) !== undefined
  after(landsInMs, () => {
    const message = land()
    if (!lost) after(tookMs / 2, () => answer(Either.right(message)))
  })
  if (!lost) return now() + landsInMs + tookMs
  const silentMs = weather.has("no-answers") ? patienceMs : tookMs
  return unheard(Math.max(landsInMs + 1, silentMs), "was not answered")
}

/** Edits, or takes away what is gone. */
export const edit = (ground: CoreGround, place: ChannelPlace, change: PostChange): ChangeOutcome => {
  const { weather, now, chats } = ground
  const { id, onGone } = place.channel
  arrives(ground, place)
  if (weather.strikes("telegram-errors", 0.05, id) !== undefined)
    return { _tag: "Later", until: now() + 30_000 }
  const { revision, standing: post } = change
  if (change.wish === "follow" || onGone === "mark") return { _tag: "Changed", post, revision }
  chats.remove(id, change.messageIds)
  return { _tag: "Ended", reason: "taken away, for its item is gone", gone: true }
}

const arrives = ({ promises, now }: CoreGround, place: ChannelPlace): void => promises.called(place, now(), 1)
