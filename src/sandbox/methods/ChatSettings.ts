// setChatTitle and setChatDescription. A new title leaves a service message that takes an id (E5).
// @source reference/telegram-bot-api.md §4 "chat description is not modified"; https://core.telegram.org/bots/api#setchattitle
import { Either } from "effect"
import { chatFor, isAdministrator, membership } from "../Access.ts"
import type { Chat } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { rename } from "../People.ts"
import type { State } from "../State.ts"
import type { Call, Method } from "./Method.ts"
import { textOf } from "./Params.ts"

const changeable = (state: State, call: Call, what: string): Judged<Chat> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    if (chat.type === "private") return yield* badRequest(`can't change private chat ${what}`)
    return isAdministrator(membership(chat, call.bot.id))
      ? chat
      : yield* badRequest(`not enough rights to change chat ${what}`)
  })

export const setChatTitle: Method = (state, call) =>
  Either.gen(function* () {
    const chat = yield* changeable(state, call, "title")
    const title = textOf(call.params, "title").trim()
    if (title === "") return yield* badRequest("title can't be empty")
    return {
      commit: (at: number) => {
        const by = { kind: "bot" as const, id: call.bot.id }
        if (title !== chat.title) rename(state, chat, title, by, at, call.request)
        return true
      }
    }
  })

export const setChatDescription: Method = (state, call) =>
  Either.gen(function* () {
    const chat = yield* changeable(state, call, "description")
    const description = textOf(call.params, "description")
    if (description === chat.description) return yield* badRequest("chat description is not modified")
    return {
      commit: () => {
        chat.description = description
        return true
      }
    }
  })
