// setMessageReaction (E13): looks the message up and puts the bot's reaction under it. Without a reaction to take back, an empty list leaves
// nothing that readers could see — unless a switch says so.
// @source reference/telegram-bot-api.md §5.3, §7.3 item 7
import { Either } from "effect"
import { chatFor } from "../Access.ts"
import { readable } from "../Chat.ts"
import { badRequest } from "../Errors.ts"
import type { Message } from "../Messages.ts"
import { react } from "../Posting.ts"
import type { Method } from "./Method.ts"
import { asRecord, integerOf, listOf, textOf } from "./Params.ts"

const standsAlready = (message: Message, botId: number) =>
  (message.reactions?.findLast(({ by }) => by.id === botId)?.emoji.length ?? 0) > 0

export const setMessageReaction: Method = (state, { bot, params, request }, now) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, bot.id, textOf(params, "chat_id"), "member")
    const message = readable(chat, integerOf(params, "message_id") ?? 0, "react", now)
    if (message === undefined) return yield* badRequest("message to react not found")
    const emoji = (listOf(params, "reaction") ?? []).map((one) => textOf(asRecord(one), "emoji"))
    const shows = emoji.length > 0 || standsAlready(message, bot.id) || state.switches.emptyReactionShows
    return {
      commit: (at: number) => {
        if (shows) react(chat, message, { by: { kind: "bot", id: bot.id }, emoji, at, request })
        return true
      }
    }
  })
