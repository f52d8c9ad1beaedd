// Updates on their way to webhooks (E14): per chat one after the other, at most `max_connections` at once, again and again with growing pauses until
// the answer is 2xx or the update is too old; 410 for 23 hours ends the webhook. Updates and answers enter, posts leave; the network is others'.
// @source reference/telegram-bot-api.md §6; telegram-bot-api WebhookActor.cpp on_update_error, handle
import { Clock, Duration, Effect, FiberSet, PubSub, Queue, type Scope } from "effect"
import { pick } from "./Chance.ts"
import type { Machine } from "./Machine.ts"
import type { Bot, State, Webhook } from "./State.ts"
import { confirm, expiresAt, refresh, replaceUpdate, type Update, wireUpdate } from "./Updates.ts"
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
const patience = Duration.seconds(60)

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

/** The oldest update of each queue, those whose turn came first in front. */
const heads = (updates: ReadonlyArray<Update>): ReadonlyArray<Update> => {
  const queues = new Set<string>()
  return updates
    .filter(({ news }) => !queues.has(news.queue) && queues.add(news.queue))
    .toSorted((a, b) => a.retryAt - b.retryAt || a.id - b.id)
}

const sameTarget = (a: Webhook | undefined, b: Webhook) => a?.url === b.url && a.secret === b.secret

/** Methods that an answer to an update cannot call. */
const notWanted = /^(?:get|deletewebhook$|setwebhook$|close$|logout$)/i

export interface Post {
  readonly deliver: Effect.Effect<Deliver | undefined>
  /** Calls a method for a bot; nobody learns what came of it. */
  readonly call: (
    bot: Bot,
    method: string,
    params: Readonly<Record<string, unknown>>
  ) => Effect.Effect<unknown>
}

/** Delivers until the scope closes. `changes` says when something in the emulator changed. */
export const runWebhooks = (
  machine: Machine,
  changes: PubSub.PubSub<void>,
  { deliver, call }: Post
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const flights = yield* FiberSet.make<unknown, never>()
    /** Queues of which an update is on its way, by bot. */
    const flying = new WeakMap<Bot, Set<string>>()
    const news = yield* PubSub.subscribe(changes)

    const settle = (
      state: State,
      bot: Bot,
      webhook: Webhook,
      update: Update,
      receipt: Receipt,
      now: number
    ) => {
      flying.get(bot)?.delete(update.news.queue)
      if (!sameTarget(bot.webhook, webhook)) return
      bot.webhook = afterReceipt(bot.webhook ?? webhook, receipt, now)
      if (isDone(receipt)) return confirm(state, bot.id, update.id)
      const retryAfter = "retryAfter" in receipt ? receipt.retryAfter : 0
      replaceUpdate(state, bot.id, update.id, (failed) => afterFailure(state, failed, retryAfter, now))
    }

    const fly = Effect.fnUntraced(function* (by: Deliver, bot: Bot, webhook: Webhook, update: Update) {
      const { state } = machine
      const receipt = yield* by(webhook, wireUpdate(update)).pipe(
        Effect.timeoutTo({
          duration: patience,
          onSuccess: (one) => one,
          onTimeout: (): Receipt => ({ failure: "Read timeout expired" })
        })
      )
      settle(state, bot, webhook, update, receipt, yield* Clock.currentTimeMillis)
      yield* PubSub.publish(changes, undefined)
      const wants = isDone(receipt) && "wants" in receipt ? receipt.wants : undefined
      const method = `${wants?.["method"] ?? ""}`
      if (wants !== undefined && method !== "" && !notWanted.test(method)) yield* call(bot, method, wants)
    })

    /** Sends what may be sent now; gives the time when more may. */
    const round = Effect.fnUntraced(function* (by: Deliver, bot: Bot, webhook: Webhook, now: number) {
      const queues = flying.get(bot) ?? new Set<string>()
      flying.set(bot, queues)
      const { updates, held } = refresh(machine.state, bot.id, now)
      const waiting = heads(updates).filter(({ news }) => !queues.has(news.queue))
      const ready = waiting.filter(({ retryAt }) => retryAt <= now)
      for (const update of ready.slice(0, Math.max(0, webhook.maxConnections - queues.size))) {
        queues.add(update.news.queue)
        yield* FiberSet.run(flights, fly(by, bot, webhook, update))
      }
      const later = waiting.filter(({ retryAt }) => retryAt > now).map(({ retryAt }) => retryAt)
      return Math.min(...later, ...held.map(({ due }) => due))
    })

    const rounds = Effect.gen(function* () {
      const by = yield* deliver
      const now = yield* Clock.currentTimeMillis
      let next = Number.POSITIVE_INFINITY
      for (const bot of by === undefined ? [] : machine.state.bots.values()) {
        if (by === undefined || bot.webhook === undefined) continue
        next = Math.min(next, yield* round(by, bot, bot.webhook, now))
      }
      const change = Queue.take(news)
      yield* next === Number.POSITIVE_INFINITY
        ? change
        : Effect.timeoutOption(change, Duration.millis(Math.max(0, next - now)))
    })

    yield* Effect.forkScoped(Effect.forever(rounds))
  })
