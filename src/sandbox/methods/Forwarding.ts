// forwardMessage and copyMessage: read one message of a chat and write it into another (E13). Albums go item by item.
// @source reference/telegram-bot-api.md §4, §5.3
import { Either } from "effect"
import { chatFor, writableChat } from "../Access.ts"
import { readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { checkCaption } from "../Limits.ts"
import { type Content, current, type Message } from "../Messages.ts"
import { originOf, post } from "../Posting.ts"
import type { State } from "../State.ts"
import { wireMessage } from "../WireMessage.ts"
import { captionOf, deliveryOf, keyboardOf, replyOf } from "./Composing.ts"
import type { Call, Method } from "./Method.ts"
import { integerOf, textOf } from "./Params.ts"

const source = (state: State, call: Call, verb: "forward" | "copy", now: number): Judged<Message> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "from_chat_id"), "look")
    const message = readable(chat, integerOf(call.params, "message_id") ?? 0, verb, now)
    if (message === undefined) return yield* badRequest(`message to ${verb} not found`)
    if (current(message).content.kind === "service") {
      return yield* badRequest(`the message can't be ${verb === "copy" ? "copied" : "forwarded"}`)
    }
    if (verb === "forward" && (message.protected || chat.protectedContent)) {
      return yield* badRequest("message has protected content and can't be forwarded")
    }
    return message
  })

/** Only keyboards of links survive a forward. */
const survivingKeyboard = (state: State, message: Message) => {
  const { keyboard } = current(message)
  const links = keyboard?.inline_keyboard.flat().every((button) => button.url !== undefined) ?? false
  return keyboard !== undefined && links && state.switches.forwardsKeepButtons ? { keyboard } : {}
}

export const forwardMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const message = yield* source(state, call, "forward", now)
    const into = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    const { content } = current(message)
    const author = { kind: "bot" as const, id: call.bot.id }
    return {
      budget: { chat: into.id, cost: 1, messages: 1 },
      commit: (at: number) => {
        const draft = { author, content, origin: originOf(message), request: call.request }
        const markup = survivingKeyboard(state, message)
        const copy = post(state, into, { ...draft, ...markup, ...deliveryOf(call.params, into) }, at)
        return wireMessage(state, copy, call.bot.id)
      }
    }
  })

/** A `caption`, even an empty one, replaces that of the original. */
const recaptioned = (state: State, call: Call, content: Content): Judged<Content> =>
  Either.gen(function* () {
    if (content.kind === "service" || content.kind === "text") return content
    if (call.params["caption"] === undefined) return content
    const text = yield* captionOf(call.params, state.switches)
    yield* checkCaption(text.text, state.switches.lengthUnit, "send")
    return { ...content, text }
  })

/** Gives only the new id. */
export const copyMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const message = yield* source(state, call, "copy", now)
    const into = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    const markup = yield* keyboardOf(call.params, into)
    const reply = yield* replyOf(call.params, into, now)
    const content = yield* recaptioned(state, call, current(message).content)
    const author = { kind: "bot" as const, id: call.bot.id }
    return {
      budget: { chat: into.id, cost: 1, messages: 1 },
      commit: (at: number) => {
        const draft = { author, content, request: call.request, ...markup, ...reply }
        return { message_id: post(state, into, { ...draft, ...deliveryOf(call.params, into) }, at).id }
      }
    }
  })
