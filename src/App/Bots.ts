// The children that listen to Telegram and talk with people: receipts for the channels, answers about parked deliveries and the questions
// themselves, the admins' chat. Only admins are heard; whoever else writes is counted.
import { Effect, Metric, Option, Schedule } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { Html } from "../domain/Html.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { chatIgnored } from "../Metrics.ts"
import { Actor } from "../operator/Audited.ts"
import { Commands } from "../operator/Commands.ts"
import { actorOf } from "../operator/chat/Changes.ts"
import { chat, type Press, type Words } from "../operator/chat/Chat.ts"
import { type AskParked, type ChatNeeds, menu } from "../operator/chat/ChatCommands.ts"
import { Replies } from "../operator/chat/Replies.ts"
import type { LiveState } from "../operator/LiveState.ts"
import type { Evidence } from "../outbox/Evidence.ts"
import type { Inbox } from "../outbox/Inbox.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { Questions } from "../outbox/Questions.ts"
import type { Signals } from "../outbox/Signals.ts"
import { patiently } from "../publisher/Patience.ts"
import { pushedReceiver } from "../publisher/PushedReceiver.ts"
import { type Settle, takeAnswer, type Voice } from "../publisher/parking/Answers.ts"
import { asking } from "../publisher/parking/Asking.ts"
import { buttonsOf } from "../publisher/parking/Buttons.ts"
import { question } from "../publisher/parking/Wording.ts"
import { takeReceipt } from "../publisher/Receipts.ts"
import { receiver } from "../publisher/Receiver.ts"
import { ChildReport } from "../supervision/ChildReport.ts"
import { Conversation } from "../telegram/Conversation.ts"
import type { PushedUpdates, Update, Updates } from "../telegram/Updates.ts"
import type { Throttle } from "../throttle/Throttle.ts"

export interface BotOptions {
  /** What Telegram tells the bots: the one that publishes, and a witness where there is one. */
  readonly updates: {
    readonly publisher: Updates | PushedUpdates
    readonly witness: Option.Option<Updates>
  }
  /** In force at the moment it is asked for; changes while the service runs. */
  readonly catalog: Effect.Effect<Catalog>
  /** Names this process. */
  readonly owner: string
  /** How long the reading of updates stays with a process that shows no sign of life, in milliseconds. Default 90 s. */
  readonly readingMs?: number
}

/** What every listener needs, and those that talk with people. */
export type ListenerNeeds =
  | Evidence
  | Inbox
  | Outbox
  | Questions
  | Conversation
  | Signals
  | Throttle
  | Commands
  | Replies
export type BotNeeds = ListenerNeeds | Exclude<ChatNeeds, LiveState>

type Bot<R> = Effect.Effect<never, StorageFailed, R | ListenerNeeds | ChildReport>
type Handled<R> = Effect.Effect<void, StorageFailed, R>

/** What becomes of the words and presses of an admin that answer no question about a parked delivery. */
type Hear<R> = (update: Press | Words) => Effect.Effect<void, never, R>

const askParked: AskParked = (parked) => ({ text: new Html(question(parked)), buttons: [buttonsOf(parked)] })

/** As every surface settles: the audit log names who. */
const settle: Settle<Commands> = ({ delivery, attempt }, found, person) =>
  Effect.flatMap(Commands, (commands) =>
    patiently(commands.settle(delivery, found, attempt)).pipe(
      Effect.as(true),
      Effect.catchTags({ NotFound: () => Effect.succeed(false), NotPossible: () => Effect.succeed(false) }),
      Effect.provideService(Actor, actorOf(person))
    )
  )

/** As the chat answers, so that a person hears one after the other. */
const voice: Voice<Replies> = {
  say: (person, text) => Effect.flatMap(Replies, (replies) => replies.show(person, text)),
  answer: (press, text) => Effect.flatMap(Replies, (replies) => replies.answer(press, text))
}

const growing = Schedule.exponential("5 seconds").pipe(Schedule.union(Schedule.spaced("10 minutes")))

/** Only a convenience: nothing waits for it. */
const showMenu = Effect.flatMap(Conversation, (conversation) => conversation.setMenu(menu)).pipe(
  Effect.tapError((error) => Effect.logDebug("The menu of commands could not be set", error)),
  Effect.retry(growing),
  Effect.ignore
)

/** The admins' chat of a running service. `live`: what it knows, as soon as it is up. */
export const adminChat = (
  live: Effect.Effect<typeof LiveState.Service>
): Hear<Exclude<ChatNeeds, LiveState>> => chat({ live, ask: askParked })

/** Each an endless effect, by its name among the bots. */
export const bots = <R>(
  { catalog, owner, readingMs, updates }: BotOptions,
  hear: Hear<R>
): ReadonlyMap<string, Bot<R>> => {
  const reading = (
    from: Updates | PushedUpdates,
    handleIn: (update: Update, catalog: Catalog) => Handled<R | ListenerNeeds>
  ): Bot<R> =>
    Effect.flatMap(ChildReport, (report) => {
      const handle = (update: Update) => Effect.flatMap(catalog, (current) => handleIn(update, current))
      const given = { owner, report, handle, ...(readingMs === undefined ? {} : { leaseMs: readingMs }) }
      return "next" in from
        ? pushedReceiver({ ...given, updates: from })
        : receiver({ ...given, updates: from })
    })
  const receipts = (update: Update, { channels }: Catalog): Handled<ListenerNeeds> =>
    takeReceipt(update, channels.values())
  const talk = (update: Update, { admins }: Catalog): Handled<R | ListenerNeeds> => {
    if (update._tag !== "Press" && update._tag !== "Words") return Effect.void
    if (!admins.includes(update.person)) return Metric.increment(chatIgnored)
    return Effect.flatMap(
      takeAnswer<Commands | Replies>(update, admins, { settle, voice }),
      (taken): Handled<R> => (taken ? Effect.void : hear(update))
    )
  }
  const publisher = reading(updates.publisher, (update, current) =>
    Effect.zipRight(receipts(update, current), talk(update, current))
  )
  const questions: Bot<never> = asking(Effect.map(catalog, ({ admins }) => admins))
  const witness = Option.map(updates.witness, (from) => reading(from, receipts))
  return new Map<string, Bot<R>>([
    ["publisher", Effect.zipRight(Effect.fork(showMenu), publisher)],
    ["questions", questions],
    ...Option.match(witness, { onNone: () => [], onSome: (bot) => [["witness", bot] as const] })
  ])
}
