// sendMessage, sendPhoto, sendDocument: one new message. Texts and limits as in reference/telegram-bot-api.md §2.
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import type { Chat } from "../Chat.ts"
import type { Judged } from "../Errors.ts"
import type { FileKind } from "../FileIds.ts"
import { checkCaption, checkText } from "../Limits.ts"
import { keep, mediaOf, mediaRefusal } from "../Media.ts"
import type { Content } from "../Messages.ts"
import { post } from "../Posting.ts"
import type { State } from "../State.ts"
import { wireMessage } from "../WireMessage.ts"
import { bodyOf, captionOf, deliveryOf, keyboardOf, previewOf, replyOf } from "./Composing.ts"
import type { Call, Method, Prepared } from "./Method.ts"
import { flagOf, textOf } from "./Params.ts"

/** One message to one chat, whose content is made at the moment of sending. */
const sending = (
  state: State,
  call: Call,
  chat: Chat,
  now: number,
  content: () => Content
): Judged<Prepared> =>
  Either.gen(function* () {
    const { bot, params, request } = call
    const markup = yield* keyboardOf(params, chat)
    const reply = yield* replyOf(params, chat, now)
    return {
      budget: { chat: chat.id, cost: 1, messages: 1 },
      commit: (at) => {
        const draft = { author: { kind: "bot" as const, id: bot.id }, content: content(), request }
        const message = post(state, chat, { ...draft, ...markup, ...reply, ...deliveryOf(params, chat) }, at)
        return wireMessage(state, message, bot.id)
      }
    }
  })

export const sendMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const text = yield* bodyOf(call.params, state.switches)
    const chat = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    yield* checkText(text.text, state.switches.lengthUnit, "send")
    return yield* sending(state, call, chat, now, () => ({ kind: "text", text, ...previewOf(call.params) }))
  })

const sendMedia =
  (kind: FileKind): Method =>
  (state, call, now) =>
    Either.gen(function* () {
      const { params } = call
      const text = yield* captionOf(params, state.switches)
      const missing = `there is no ${kind} in the request`
      const judged = yield* Either.mapLeft(
        mediaOf(state, call, kind, textOf(params, kind), missing),
        mediaRefusal
      )
      const chat = yield* writableChat(state, call.bot.id, textOf(params, "chat_id"), `${kind}s`)
      yield* checkCaption(text.text, state.switches.lengthUnit, "send")
      return yield* sending(state, call, chat, now, () => ({
        kind,
        media: keep(state, judged),
        text,
        above: flagOf(params, "show_caption_above_media"),
        spoiler: flagOf(params, "has_spoiler")
      }))
    })

export const sendPhoto = sendMedia("photo")
export const sendDocument = sendMedia("document")
