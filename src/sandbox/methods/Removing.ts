// deleteMessage and deleteMessages (E13): own posts for 48 hours, in a channel as long as the bot may post there; others' with the right or in
// private, for the same time.
// @source reference/telegram-bot-api.md §4; td MessagesManager.cpp, can_delete_channel_message
import { Either } from "effect"
import { chatFor, hasRight, isOwn } from "../Access.ts"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { first, type Message } from "../Messages.ts"
import { remove } from "../Posting.ts"
import type { State } from "../State.ts"
import { answer, type Call, type Method } from "./Method.ts"
import { integerOf, listOf, textOf } from "./Params.ts"

const windowMs = 48 * 60 * 60 * 1000
const maxIds = 100

const deletable = (chat: Chat, message: Message, botId: number, now: number): Judged<void> => {
  const own = isOwn(message, botId) && (chat.type !== "channel" || hasRight(chat, botId, "can_post_messages"))
  const may = own || chat.type === "private" || hasRight(chat, botId, "can_delete_messages")
  return may && now - first(message).at <= windowMs
    ? Either.right(undefined)
    : badRequest("message can't be deleted")
}

const removeBy = (state: State, call: Call, chat: Chat, message: Message, at: number) =>
  remove(state, chat, message, { kind: "bot", id: call.bot.id }, at, call.request)

export const deleteMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    const id = integerOf(call.params, "message_id")
    if (id === undefined) return yield* badRequest("message identifier is not specified")
    const message = readable(chat, id, "delete", now)
    if (message === undefined) return yield* badRequest("message to delete not found")
    yield* deletable(chat, message, call.bot.id, now)
    return {
      commit: (at: number) => {
        removeBy(state, call, chat, message, at)
        return true
      }
    }
  })

/** Ids that are not there are passed over in silence. */
export const deleteMessages: Method = (state, call, now) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    const ids = listOf(call.params, "message_ids") ?? []
    if (ids.length === 0) return yield* badRequest("message identifiers are not specified")
    if (ids.length > maxIds) return yield* badRequest("too many message identifiers specified")
    const messages = ids.flatMap((id) => readable(chat, Number(id), "delete", now) ?? [])
    for (const message of messages) yield* deletable(chat, message, call.bot.id, now)
    if (messages.length === 0) return yield* answer(true)
    return {
      commit: (at: number) => {
        for (const message of messages) removeBy(state, call, chat, message, at)
        return true
      }
    }
  })
