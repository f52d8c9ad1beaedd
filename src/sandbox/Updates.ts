// The updates that wait for each bot: put in by what happens in chats, taken out by getUpdates. Never tells a bot about its own channel posts.
// @source reference/telegram-bot-api.md §6, §7.2 E14
import type { State } from "./State.ts"
import type { Json } from "./Wire.ts"

export interface Update {
  readonly id: number
  /** Epoch milliseconds of what it tells; it is dropped a day later. */
  readonly at: number
  readonly kind: string
  readonly body: unknown
}

const dayMs = 24 * 60 * 60 * 1000
/** Not delivered unless a bot asks for them by name. */
const onRequest = new Set(["chat_member", "message_reaction", "message_reaction_count"])

/** Queues one update for one bot. */
export const emit = (state: State, botId: number, kind: string, body: unknown, at: number): void => {
  const bot = state.bots.get(botId)
  if (bot === undefined) return
  const wanted = bot.allowedUpdates?.length ? bot.allowedUpdates.includes(kind) : !onRequest.has(kind)
  if (!wanted) return
  state.lastUpdateId += 1
  const queue = state.updates.get(botId) ?? []
  queue.push({ id: state.lastUpdateId, at, kind, body })
  state.updates.set(botId, queue)
}

/**
 * What getUpdates answers: everything below `offset` is confirmed and forgotten, a negative offset keeps only the last −offset, updates
 * older than a day are dropped.
 */
export const takeUpdates = (
  state: State,
  botId: number,
  offset: number,
  limit: number,
  now: number
): ReadonlyArray<Json> => {
  const alive = (state.updates.get(botId) ?? []).filter(({ at }) => now - at < dayMs)
  const queue = offset < 0 ? alive.slice(offset) : alive.filter(({ id }) => id >= offset)
  state.updates.set(botId, queue)
  return queue.slice(0, limit).map(({ id, kind, body }) => ({ update_id: id, [kind]: body }))
}
