// What webhooks are sent, and what follows from their answers (E14): per chat one update after the other, at most `max_connections` at once, again
// with growing pauses until the answer is 2xx or the update is too old; 410 for 23 hours ends the webhook. Pure changes of a state at a time.
// @source reference/telegram-bot-api.md §6; telegram-bot-api WebhookActor.cpp on_update_error, handle
import type { Effect } from "effect"
import { pick } from "./Chance.ts"
import type { Bot, State, Webhook } from "./State.ts"
import { confirm, expiresAt, refresh, replaceUpdate, type Update } from "./Updates.ts"
import type { Json } from "./Wire.ts"

/** What the other side made of one update. */
export type Receipt =
  | {
      readonly status: number
      /** The words after the status. */
      readonly reason: string
      /** Seconds; 0 when it said nothing. */
      readonly retryAfter: number
      /** A method that it wants to be called, with its parameters. */
      readonly wants?: Readonly<Record<string, unknown>>
    }
  /** No answer, and why. */
  | { readonly failure: string }

/** Brings one update to a webhook. */
export type Deliver = (webhook: Webhook, update: Json) => Effect.Effect<Receipt>

const maxRetryAfterSeconds = 3600
/** A pause grows up to a number of seconds between this and its double. */
const longestPauseSeconds = 60
const goneMs = 23 * 60 * 60 * 1000

/** The update after a failed delivery, or nothing when the next would come too late. */
export const afterFailure = (
  state: State,
  update: Update,
  retryAfter: number,
  now: number
): ReadonlyArray<Update> => {
  const asked = Math.min(maxRetryAfterSeconds, Math.max(0, retryAfter))
  const most =
    longestPauseSeconds + pick(longestPauseSeconds + 1, state.seed, "pause", update.id, update.failures)
  const grows = asked === 0 && update.failures > 0
  const pauseSeconds = grows ? Math.min(most, update.pauseSeconds * 2) : update.pauseSeconds
  const retryAt = now + 1000 * (grows ? pauseSeconds : asked)
  return retryAt > expiresAt(update)
    ? []
    : [{ ...update, pauseSeconds, retryAt, failures: update.failures + 1 }]
}

/** The webhook after an answer; undefined: it has been gone for too long. */
const afterReceipt = (webhook: Webhook, receipt: Receipt, now: number): Webhook | undefined => {
  const { goneSince, ...rest } = webhook
  if ("failure" in receipt) return { ...webhook, lastError: { at: now, message: receipt.failure } }
  if (receipt.status >= 200 && receipt.status <= 299) return rest
  const message = `Wrong response from the webhook: ${receipt.status} ${receipt.reason}`
  if (receipt.status !== 410) return { ...rest, lastError: { at: now, message } }
  if (goneSince !== undefined && now > goneSince + goneMs) return undefined
  return { ...rest, goneSince: goneSince ?? now, lastError: { at: now, message } }
}

const isDone = (receipt: Receipt) => "status" in receipt && receipt.status >= 200 && receipt.status <= 299

/** A method that the answer to an update wants to be called; some cannot be called so. */
export const wantedMethod = (receipt: Receipt): string | undefined => {
  const method = isDone(receipt) && "wants" in receipt ? `${receipt.wants?.["method"] ?? ""}` : ""
  return method === "" || /^(?:get|deletewebhook$|setwebhook$|close$|logout$)/i.test(method)
    ? undefined
    : method
}

/** The oldest update of each queue, those whose turn came first in front. */
const heads = (updates: ReadonlyArray<Update>): ReadonlyArray<Update> => {
  const queues = new Set<string>()
  return updates
    .filter(({ news }) => !queues.has(news.queue) && queues.add(news.queue))
    .toSorted((a, b) => a.retryAt - b.retryAt || a.id - b.id)
}

export interface Turn {
  /** To be sent now. */
  readonly ready: ReadonlyArray<Update>
  /** When more may be; infinite: when something changes. */
  readonly next: number
}

/** What a bot's webhook may be sent, when updates of these queues are on their way already. */
export const turnOf = (
  state: State,
  bot: Bot,
  webhook: Webhook,
  flying: ReadonlySet<string>,
  now: number
): Turn => {
  const { updates, held } = refresh(state, bot.id, now)
  const waiting = heads(updates).filter(({ news }) => !flying.has(news.queue))
  const ready = waiting.filter(({ retryAt }) => retryAt <= now)
  const later = waiting.filter(({ retryAt }) => retryAt > now).map(({ retryAt }) => retryAt)
  return {
    ready: ready.slice(0, Math.max(0, webhook.maxConnections - flying.size)),
    next: Math.min(...later, ...held.map(({ due }) => due))
  }
}

const sameTarget = (a: Webhook | undefined, b: Webhook) => a?.url === b.url && a.secret === b.secret

/** Notes what became of a delivery, unless the webhook is another one by now. */
export const settle = (
  state: State,
  bot: Bot,
  webhook: Webhook,
  update: Update,
  receipt: Receipt,
  now: number
): void => {
  if (!sameTarget(bot.webhook, webhook)) return
  bot.webhook = afterReceipt(bot.webhook ?? webhook, receipt, now)
  const retryAfter = "retryAfter" in receipt ? receipt.retryAfter : 0
  if (isDone(receipt)) confirm(state, bot.id, update.id)
  else replaceUpdate(state, bot.id, update.id, (failed) => afterFailure(state, failed, retryAfter, now))
}
