// answerCallbackQuery, sendChatAction, the command list, logOut, close: what concerns the bot itself.
// @source reference/telegram-bot-api.md §6; https://core.telegram.org/bots/api#logout
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import { badRequest, tooManyRequests } from "../Errors.ts"
import { answer, type Method } from "./Method.ts"
import { listOf, textOf } from "./Params.ts"

/** How long after the press a query can be answered; the real number is not known. */
const answerWithinMs = 15 * 60 * 1000
const tenMinutesMs = 10 * 60 * 1000

/** Each query can be answered once, and not too late. */
export const answerCallbackQuery: Method = (state, { params }, now) => {
  const id = textOf(params, "callback_query_id")
  const pressedAt = state.callbackQueries.get(id) ?? Number.NEGATIVE_INFINITY
  if (now - pressedAt > answerWithinMs) {
    return badRequest("query is too old and response timeout expired or query ID is invalid")
  }
  return Either.right({ commit: () => state.callbackQueries.delete(id) })
}

export const sendChatAction: Method = (state, { bot, params }) =>
  Either.gen(function* () {
    yield* writableChat(state, bot.id, textOf(params, "chat_id"), "text messages")
    return yield* textOf(params, "action") === ""
      ? badRequest("wrong parameter action in request")
      : answer(true)
  })

/** Scopes and languages are not told apart. */
export const setMyCommands: Method = (_, { bot, params }) => {
  const commands = listOf(params, "commands")
  if (commands === undefined) return badRequest("can't parse commands JSON object")
  return Either.right({
    commit: () => {
      bot.commands = commands
      return true
    }
  })
}

export const deleteMyCommands: Method = (_, { bot }) =>
  Either.right({
    commit: () => {
      bot.commands = []
      return true
    }
  })

export const getMyCommands: Method = (_, { bot }) => answer(bot.commands)

/** Afterwards every call of this bot is refused for ten minutes. */
export const logOut: Method = (_, { bot }) =>
  Either.right({
    commit: (at) => {
      bot.loggedOutUntil = at + tenMinutesMs
      bot.webhook = undefined
      return true
    }
  })

/** Not in the first ten minutes of a bot's life, when the server keeps its own pauses. */
export const close: Method = (state, { bot }, now) => {
  const left = bot.since + tenMinutesMs - now
  return state.switches.pacing && left > 0
    ? Either.left(tooManyRequests(Math.ceil(left / 1000)))
    : answer(true)
}
