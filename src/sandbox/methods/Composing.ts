// The parts that sends and edits share: the text or caption of a call, its preview options, its keyboard, whom it answers.
import { Either, Schema } from "effect"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { inlineKeyboard } from "../InlineKeyboard.ts"
import { formatted, type TextSwitches } from "../text/Formatting.ts"
import { type FormattedText, type Keyboard, Preview } from "../Wire.ts"
import { flagOf, integerOf, type Params, recordOf, textOf, valueOf } from "./Params.ts"

/** The `text` of a call; neither absent nor blank. */
export const bodyOf = (params: Params, switches: TextSwitches): Judged<FormattedText> =>
  Either.gen(function* () {
    const written = textOf(params, "text")
    if (written === "") return yield* badRequest("message text is empty")
    const parts = {
      text: written,
      parseMode: textOf(params, "parse_mode"),
      entities: valueOf(params, "entities")
    }
    const text = yield* formatted(parts, switches)
    return text.text === "" ? yield* badRequest("text must be non-empty") : text
  })

/** The `caption` of a call, which may be empty. */
export const captionOf = (params: Params, switches: TextSwitches): Judged<FormattedText> => {
  const parts = {
    text: textOf(params, "caption"),
    parseMode: textOf(params, "parse_mode"),
    entities: valueOf(params, "caption_entities")
  }
  return formatted(parts, switches)
}

export const previewOf = (params: Params): { readonly preview?: Preview } => {
  const options = Schema.decodeUnknownOption(Preview)(recordOf(params, "link_preview_options"))
  if (options._tag === "Some") return { preview: options.value }
  return flagOf(params, "disable_web_page_preview") ? { preview: { is_disabled: true } } : {}
}

export const keyboardOf = (params: Params, chat: Chat): Judged<{ readonly keyboard?: Keyboard }> =>
  Either.map(inlineKeyboard(valueOf(params, "reply_markup"), chat.type === "channel"), (keyboard) =>
    keyboard === undefined ? {} : { keyboard }
  )

/** The message that is answered; refuses when it is not there, unless the call says that this does not matter. */
export const replyOf = (params: Params, chat: Chat, now: number): Judged<{ readonly reply?: number }> => {
  const given = recordOf(params, "reply_parameters") ?? params
  const elsewhere =
    given !== params && ![`${chat.id}`, `@${chat.username}`, ""].includes(textOf(given, "chat_id"))
  const id = integerOf(given, given === params ? "reply_to_message_id" : "message_id")
  if (id === undefined || elsewhere) return Either.right({})
  if (readable(chat, id, "reply", now) !== undefined) return Either.right({ reply: id })
  return flagOf(given, "allow_sending_without_reply")
    ? Either.right({})
    : badRequest("message to be replied not found")
}

/** Flags that every send knows. */
export const deliveryOf = (params: Params, chat: Chat) => ({
  silent: flagOf(params, "disable_notification"),
  protected: flagOf(params, "protect_content") || chat.protectedContent
})
