// sendMessage, sendPhoto, sendDocument: one new message. Texts and limits as in reference/telegram-bot-api.md §2.
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import type { Chat } from "../Chat.ts"
import type { Judged } from "../Errors.ts"
import { checkCaption, checkText } from "../Limits.ts"
import { documentFrom, keep, photoFrom, uploadOf } from "../Media.ts"
import type { Content } from "../Messages.ts"
import { post } from "../Posting.ts"
import type { State } from "../State.ts"
import { wireMessage } from "../WireMessage.ts"
import { bodyOf, captionOf, checkReply, deliveryOf, keyboardOf, previewOf } from "./Composing.ts"
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
    const markup = yield* keyboardOf(call.params, chat)
    yield* checkReply(call.params, chat, now)
    return {
      budget: { chat: chat.id, cost: 1 },
      commit: (at) => {
        const message = post(
          state,
          chat,
          {
            author: { kind: "bot", id: call.bot.id },
            content: content(),
            request: call.request,
            ...markup,
            ...deliveryOf(call.params, chat)
          },
          at
        )
        return wireMessage(state, message, call.bot.id)
      }
    }
  })

export const sendMessage: Method = (state, call, now) =>
  Either.gen(function* () {
    const text = yield* bodyOf(call.params)
    const chat = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), "text messages")
    yield* checkText(text.text, state.switches.lengthUnit, "send")
    return yield* sending(state, call, chat, now, () => ({ kind: "text", text, ...previewOf(call.params) }))
  })

const sendMedia =
  (kind: "photo" | "document", plural: string): Method =>
  (state, call, now) =>
    Either.gen(function* () {
      const text = yield* captionOf(call.params)
      const upload = yield* uploadOf(state, call, kind, textOf(call.params, kind))
      const chat = yield* writableChat(state, call.bot.id, textOf(call.params, "chat_id"), plural)
      yield* checkCaption(text.text, state.switches.lengthUnit, "send")
      const judged = yield* kind === "photo" ? photoFrom(upload) : documentFrom(upload)
      return yield* sending(state, call, chat, now, () => ({
        kind,
        media: keep(state, judged),
        text,
        above: flagOf(call.params, "show_caption_above_media"),
        spoiler: flagOf(call.params, "has_spoiler")
      }))
    })

export const sendPhoto = sendMedia("photo", "photos")
export const sendDocument = sendMedia("document", "documents")
