// The updates that wait for each bot: put in by what happens in chats, taken out by getUpdates or sent to a webhook, lost, repeated or held back
// by faults. Ids are sequential per bot. Pure of the clock: times come in as epoch milliseconds.
// @source reference/telegram-bot-api.md §6, §7.2 E14 (telegram-bot-api Client.cpp add_update_impl, do_get_updates; td TQueue)
import { Schema } from "effect"
import { pick } from "./Chance.ts"
import type { State } from "./State.ts"
import { type Json, optional } from "./Wire.ts"

/** What is told to a bot. */
export const News = Schema.Struct({
  kind: Schema.String,
  body: Schema.Unknown,
  /** News of one queue reach a webhook one after the other, those of others beside them. */
  queue: Schema.String,
  /** Epoch milliseconds of what it tells. */
  at: Schema.Number,
  /** How long it may be told; default: a day. */
  lifeMs: optional(Schema.Number)
})
export type News = typeof News.Type

export const Update = Schema.Struct({
  id: Schema.Number,
  news: News,
  /** It is given out once more after it was confirmed. */
  again: Schema.Boolean,
  /** Deliveries to the webhook that failed; the next is due at `retryAt`, after a pause of `pauseSeconds`. */
  failures: Schema.Number,
  pauseSeconds: Schema.Number,
  retryAt: Schema.Number
})
export type Update = typeof Update.Type

/** Everything that waits for one bot, oldest first; what is held has no id yet. */
export const Waiting = Schema.mutable(
  Schema.Struct({
    lastId: Schema.Number,
    lastAt: Schema.Number,
    updates: Schema.mutable(Schema.Array(Update)),
    held: Schema.mutable(Schema.Array(Schema.Struct({ due: Schema.Number, news: News })))
  })
)
export type Waiting = typeof Waiting.Type

/** A fault on the way to bots: it strikes the next `times` updates (default 1) of this bot and kind (default: any). */
export const UpdateFault = Schema.Struct({
  /** `lose`: never told. `repeat`: told once more under the same id, although it was confirmed. `delay`: told after `ms`. */
  action: Schema.Literal("lose", "repeat", "delay"),
  ms: optional(Schema.NonNegative),
  bot: optional(Schema.Number),
  kind: optional(Schema.String),
  times: optional(Schema.Number)
})
export type UpdateFault = typeof UpdateFault.Type

const dayMs = 24 * 60 * 60 * 1000
const weekMs = 7 * dayMs
/** Not told unless a bot asks for them by name. */
const onRequest = new Set(["chat_member", "message_reaction", "message_reaction_count"])
const maxAnswerBytes = 2 ** 22
const bytesAround = 50

const firstId = (state: State, botId: number, before: number) =>
  100_000_000 + pick(800_000_000, state.seed, "updates", botId, before)

/** Made when it is asked for first. */
export const waitingFor = (state: State, botId: number): Waiting => {
  const known = state.waiting.get(botId)
  if (known !== undefined) return known
  const waiting: Waiting = { lastId: firstId(state, botId, 0), lastAt: 0, updates: [], held: [] }
  state.waiting.set(botId, waiting)
  return waiting
}

const put = (state: State, botId: number, waiting: Waiting, news: News, again: boolean): void => {
  const idle = waiting.lastAt > 0 && waiting.updates.length === 0 && news.at - waiting.lastAt > weekMs
  if (idle) waiting.lastId = firstId(state, botId, waiting.lastId)
  waiting.lastId += 1
  waiting.lastAt = news.at
  waiting.updates.push({ id: waiting.lastId, news, again, failures: 0, pauseSeconds: 1, retryAt: news.at })
}

const struckBy = (state: State, botId: number, kind: string): UpdateFault | undefined => {
  const active = state.updateFaults.find(
    ({ rule, left }) =>
      left > 0 && (rule.bot ?? botId) === botId && (rule.kind === undefined || rule.kind === kind)
  )
  if (active !== undefined) active.left -= 1
  return active?.rule
}

/** Tells one bot, if it wants to hear this kind. */
export const emit = (state: State, botId: number, news: News): void => {
  const bot = state.bots.get(botId)
  if (bot === undefined) return
  const wanted = bot.allowedUpdates?.length
    ? bot.allowedUpdates.includes(news.kind)
    : !onRequest.has(news.kind)
  if (!wanted) return
  const fault = struckBy(state, botId, news.kind)
  if (fault?.action === "lose") return
  const waiting = refresh(state, botId, news.at)
  if (fault?.action === "delay") waiting.held.push({ due: news.at + (fault.ms ?? 0), news })
  else put(state, botId, waiting, news, fault?.action === "repeat")
}

export const expiresAt = ({ news }: Update): number => news.at + (news.lifeMs ?? dayMs)

/** What waits at this time: what was held is there when it is due, what is too old is gone. */
export const refresh = (state: State, botId: number, now: number): Waiting => {
  const waiting = waitingFor(state, botId)
  const due = waiting.held.filter((held) => held.due <= now)
  if (due.length > 0) waiting.held = waiting.held.filter((held) => held.due > now)
  for (const { news } of due) put(state, botId, waiting, news, false)
  if (waiting.updates.some((update) => now >= expiresAt(update))) {
    waiting.updates = waiting.updates.filter((update) => now < expiresAt(update))
  }
  return waiting
}

/** The update is done with, unless a fault wants it once more. */
const afterwards = (update: Update): ReadonlyArray<Update> =>
  update.again ? [{ ...update, again: false, failures: 0, pauseSeconds: 1 }] : []

/** Puts something else, or nothing, in the place of one update. */
export const replaceUpdate = (
  state: State,
  botId: number,
  id: number,
  by: (update: Update) => ReadonlyArray<Update>
): void => {
  const waiting = waitingFor(state, botId)
  waiting.updates = waiting.updates.flatMap((update) => (update.id === id ? by(update) : [update]))
}

/** Confirms one update. */
export const confirm = (state: State, botId: number, id: number): void =>
  replaceUpdate(state, botId, id, afterwards)

/** A new webhook knows nothing of the failures of the one before. */
export const forgetFailures = (state: State, botId: number, at: number): void => {
  const waiting = waitingFor(state, botId)
  waiting.updates = waiting.updates.map((update) => ({
    ...update,
    failures: 0,
    pauseSeconds: 1,
    retryAt: at
  }))
}

/** Nothing waits any more; ids go on. */
export const dropPending = (state: State, botId: number): void => {
  Object.assign(waitingFor(state, botId), { updates: [], held: [] })
}

export const wireUpdate = ({ id, news }: Update): Json => ({ update_id: id, [news.kind]: news.body })

/** As many of the first as fit into one answer. */
const fitting = (updates: ReadonlyArray<Update>): ReadonlyArray<Json> => {
  let left = maxAnswerBytes
  const answer = updates.map(wireUpdate)
  const end = answer.findIndex((update) => {
    left -= bytesAround + Buffer.byteLength(JSON.stringify(update))
    return left <= 0
  })
  return end < 0 ? answer : answer.slice(0, end)
}

/**
 * What getUpdates answers: everything below `offset` is confirmed, a negative offset keeps only the last −offset, and one that no update
 * can have yet is as good as none.
 */
export const takeUpdates = (
  state: State,
  botId: number,
  offset: number,
  limit: number,
  now: number
): ReadonlyArray<Json> => {
  const waiting = refresh(state, botId, now)
  const from = offset > waiting.lastId + 1 ? 0 : offset
  waiting.updates =
    from < 0
      ? waiting.updates.slice(from)
      : waiting.updates.flatMap((update) => (update.id >= from ? [update] : afterwards(update)))
  return fitting(waiting.updates.slice(0, limit))
}

/** Whether something waits for the bot. */
export const isTold = (state: State, botId: number): boolean => waitingFor(state, botId).updates.length > 0

/** When something that is held comes free next. */
export const nextHeld = (state: State, botId: number): number =>
  Math.min(...waitingFor(state, botId).held.map(({ due }) => due))
