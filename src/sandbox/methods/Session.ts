// setWebhook, deleteWebhook, getWebhookInfo, answerCallbackQuery, sendChatAction, logOut, close. The webhook is remembered, not called yet (E14).
// @source reference/telegram-bot-api.md §6
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import { badRequest } from "../Errors.ts"
import { answer, type Method } from "./Method.ts"
import { flagOf, listOf, textOf } from "./Params.ts"

const secretShape = /^[A-Za-z0-9_-]*$/
const maxSecret = 256

export const setWebhook: Method = (state, { bot, params }) => {
  const url = textOf(params, "url")
  const secret = textOf(params, "secret_token")
  if (secret.length > maxSecret) return badRequest("secret token is too long")
  if (!secretShape.test(secret)) return badRequest("secret token contains unallowed characters")
  if (url !== "" && !/^https:\/\//i.test(url)) {
    return badRequest("bad webhook: An HTTPS URL must be provided for webhook")
  }
  return Either.right({
    commit: () => {
      bot.webhook = url
      const allowed = listOf(params, "allowed_updates")
      if (allowed !== undefined) bot.allowedUpdates = allowed.map((kind) => `${kind}`)
      if (flagOf(params, "drop_pending_updates")) state.updates.set(bot.id, [])
      return true
    }
  })
}

export const deleteWebhook: Method = (state, { bot, params }) =>
  Either.right({
    commit: () => {
      bot.webhook = ""
      if (flagOf(params, "drop_pending_updates")) state.updates.set(bot.id, [])
      return true
    }
  })

export const getWebhookInfo: Method = (state, { bot }) =>
  answer({
    url: bot.webhook,
    has_custom_certificate: false,
    pending_update_count: state.updates.get(bot.id)?.length ?? 0,
    ...(bot.allowedUpdates === undefined ? {} : { allowed_updates: bot.allowedUpdates })
  })

/** Each query can be answered once. */
export const answerCallbackQuery: Method = (state, { params }) => {
  const id = textOf(params, "callback_query_id")
  if (!state.callbackQueries.has(id)) {
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

/** Afterwards every call of this bot is refused. */
export const logOut: Method = (_, { bot }) =>
  Either.right({
    commit: () => {
      bot.loggedOut = true
      return true
    }
  })

export const close: Method = () => answer(true)
