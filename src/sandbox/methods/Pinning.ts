// pinChatMessage, unpinChatMessage, unpinAllChatMessages (E13). A pin needs the right to edit and leaves a service message that takes an id.
// @source reference/telegram-bot-api.md §4 "Pin in a channel needs can_edit_messages"
import { Either } from "effect"
import { chatFor, hasRight } from "../Access.ts"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { current } from "../Messages.ts"
import { pin } from "../People.ts"
import type { State } from "../State.ts"
import type { Call, Method } from "./Method.ts"
import { integerOf, textOf } from "./Params.ts"

const pinnableChat = (state: State, call: Call): Judged<Chat> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    const may = chat.type === "private" || hasRight(chat, call.bot.id, "can_edit_messages")
    return may ? chat : yield* badRequest("not enough rights to manage pinned messages in the chat")
  })

export const pinChatMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const chat = yield* pinnableChat(state, call)
    const message = readable(chat, integerOf(call.params, "message_id") ?? 0, "pin", now)
    if (message === undefined) return yield* badRequest("message to pin not found")
    if (current(message).content.kind === "service") {
      return yield* badRequest("a service message can't be pinned")
    }
    return {
      commit: (at: number) => {
        pin(state, chat, message, { kind: "bot", id: call.bot.id }, at, call.request)
        return true
      }
    }
  })

/** Without `message_id` the newest pin goes. */
export const unpinChatMessage: Method = (state, call) =>
  Either.gen(function* () {
    const chat = yield* pinnableChat(state, call)
    const id = integerOf(call.params, "message_id") ?? chat.pinned.at(-1)
    if (id === undefined || !chat.pinned.includes(id)) return yield* badRequest("message to unpin not found")
    return {
      commit: () => {
        chat.pinned = chat.pinned.filter((pinned) => pinned !== id)
        return true
      }
    }
  })

export const unpinAllChatMessages: Method = (state, call) =>
  Either.gen(function* () {
    const chat = yield* pinnableChat(state, call)
    return {
      commit: () => {
        chat.pinned = []
        return true
      }
    }
  })
