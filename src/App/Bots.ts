// The children that listen to Telegram and ask people: receipts for the channels, answers about parked deliveries, the questions themselves.
import { Effect, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { Evidence } from "../outbox/Evidence.ts"
import type { Inbox } from "../outbox/Inbox.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { Questions } from "../outbox/Questions.ts"
import type { Signals } from "../outbox/Signals.ts"
import { takeAnswer } from "../publisher/parking/Answers.ts"
import { asking } from "../publisher/parking/Asking.ts"
import { takeReceipt } from "../publisher/Receipts.ts"
import { receiver } from "../publisher/Receiver.ts"
import { ChildReport } from "../supervision/ChildReport.ts"
import type { Conversation } from "../telegram/Conversation.ts"
import type { Update, Updates } from "../telegram/Updates.ts"
import type { Throttle } from "../throttle/Throttle.ts"

export interface BotOptions {
  /** What Telegram tells the bots: the one that publishes, and a witness where there is one. */
  readonly updates: { readonly publisher: Updates; readonly witness: Option.Option<Updates> }
  /** In force at the moment it is asked for; changes while the service runs. */
  readonly catalog: Effect.Effect<Catalog>
  /** Names this process. */
  readonly owner: string
}

export type BotNeeds = Evidence | Inbox | Outbox | Questions | Conversation | Signals | Throttle

type Bot = Effect.Effect<never, StorageFailed, BotNeeds | ChildReport>

/** Each an endless effect, by its name among the bots. */
export const bots = ({ catalog, owner, updates }: BotOptions): ReadonlyMap<string, Bot> => {
  const reading = (from: Updates, handle: (update: Update, catalog: Catalog) => Handled): Bot =>
    Effect.flatMap(ChildReport, (report) =>
      receiver({
        updates: from,
        owner,
        report,
        handle: (update) => Effect.flatMap(catalog, (current) => handle(update, current))
      })
    )
  const receipts = (update: Update, { channels }: Catalog): Handled => takeReceipt(update, channels.values())
  const publisher = reading(updates.publisher, (update, current) =>
    Effect.zipRight(receipts(update, current), takeAnswer(update, current.admins))
  )
  const questions: Bot = asking(Effect.map(catalog, ({ admins }) => admins))
  const witness = Option.map(updates.witness, (from) => reading(from, receipts))
  return new Map([
    ["publisher", publisher],
    ["questions", questions],
    ...Option.match(witness, { onNone: () => [], onSome: (bot) => [["witness", bot] as const] })
  ])
}

type Handled = Effect.Effect<void, StorageFailed, BotNeeds>
