// forwardMessage, copyMessage, setMessageReaction: calls that read one message of a chat and, for the first two, write into another (E13).
// @source reference/telegram-bot-api.md §4, §5.3
import { Either } from "effect"
import { chatFor, writableChat } from "../Access.ts"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { current, first, type Message } from "../Messages.ts"
import { post } from "../Posting.ts"
import type { State } from "../State.ts"
import { wireMessage } from "../WireMessage.ts"
import { captionOf, deliveryOf, keyboardOf } from "./Composing.ts"
import { answer, type Call, type Method } from "./Method.ts"
import { integerOf, textOf } from "./Params.ts"

const source = (
  state: State,
  call: Call,
  verb: "forward" | "copy",
  now: number
): Judged<{ readonly chat: Chat; readonly message: Message }> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "from_chat_id"), "member")
    const message = readable(chat, integerOf(call.params, "message_id") ?? 0, now)
    if (message === undefined) return yield* badRequest(`message to ${verb} not found`)
    if (current(message).content.kind === "service") {
      return yield* badRequest(`the message can't be ${verb === "copy" ? "copied" : "forwarded"}`)
    }
    if (verb === "forward" && message.protected) {
      return yield* badRequest("message has protected content and can't be forwarded")
    }
    return { chat, message }
  })

/** Only keyboards of links survive a forward. */
const survivingKeyboard = (message: Message) => {
  const { keyboard } = current(message)
  const links = keyboard?.inline_keyboard.flat().every((button) => button.url !== undefined) ?? false
  return keyboard !== undefined && links ? { keyboard } : {}
}

export const forwardMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const { chat, message } = yield* source(state, call, "forward", now)
    const into = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    const origin = message.origin ?? { chat: chat.id, message: message.id, at: first(message).at }
    const { content } = current(message)
    const author = { kind: "bot" as const, id: call.bot.id }
    return {
      budget: { chat: into.id, cost: 1 },
      commit: (at: number) => {
        const draft = { author, content, origin, request: call.request, ...survivingKeyboard(message) }
        const copy = post(state, into, { ...draft, ...deliveryOf(call.params, into) }, at)
        return wireMessage(state, copy, call.bot.id)
      }
    }
  })

/** Gives only the new id; a `caption`, even an empty one, replaces that of the original. */
export const copyMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const { message } = yield* source(state, call, "copy", now)
    const into = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    const markup = yield* keyboardOf(call.params, into)
    const { content } = current(message)
    const caption = call.params["caption"] === undefined ? undefined : yield* captionOf(call.params)
    const recaptioned =
      caption !== undefined && (content.kind === "photo" || content.kind === "document")
        ? { ...content, text: caption }
        : content
    const author = { kind: "bot" as const, id: call.bot.id }
    return {
      budget: { chat: into.id, cost: 1 },
      commit: (at: number) => {
        const draft = { author, content: recaptioned, request: call.request, ...markup }
        return { message_id: post(state, into, { ...draft, ...deliveryOf(call.params, into) }, at).id }
      }
    }
  })

/** Only says whether the message is there; reactions themselves are not kept. */
export const setMessageReaction: Method = (state, call, now) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    const message = readable(chat, integerOf(call.params, "message_id") ?? 0, now)
    return yield* message === undefined ? badRequest("message to react not found") : answer(true)
  })
