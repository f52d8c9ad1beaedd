// The parts that sends and edits share: the text or caption of a call, its preview options, its keyboard, whom it answers.
import { Either, Schema } from "effect"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { inlineKeyboard } from "../InlineKeyboard.ts"
import { formatted } from "../text/Formatting.ts"
import { type FormattedText, type Keyboard, Preview } from "../Wire.ts"
import { flagOf, integerOf, type Params, recordOf, textOf, valueOf } from "./Params.ts"

/** The `text` of a call; neither absent nor blank. */
export const bodyOf = (params: Params): Judged<FormattedText> =>
  Either.gen(function* () {
    const written = textOf(params, "text")
    if (written === "") return yield* badRequest("message text is empty")
    const text = yield* formatted({
      text: written,
      parseMode: textOf(params, "parse_mode"),
      entities: valueOf(params, "entities")
    })
    return text.text === "" ? yield* badRequest("text must be non-empty") : text
  })

/** The `caption` of a call, which may be empty. */
export const captionOf = (params: Params): Judged<FormattedText> =>
  formatted({
    text: textOf(params, "caption"),
    parseMode: textOf(params, "parse_mode"),
    entities: valueOf(params, "caption_entities")
  })

export const previewOf = (params: Params): { readonly preview?: Preview } => {
  const options = Schema.decodeUnknownOption(Preview)(recordOf(params, "link_preview_options"))
  if (options._tag === "Some") return { preview: options.value }
  return flagOf(params, "disable_web_page_preview") ? { preview: { is_disabled: true } } : {}
}

export const keyboardOf = (params: Params, chat: Chat): Judged<{ readonly keyboard?: Keyboard }> =>
  Either.map(inlineKeyboard(valueOf(params, "reply_markup"), chat.type === "channel"), (keyboard) =>
    keyboard === undefined ? {} : { keyboard }
  )

/** Refuses when the message that is answered is not there, unless the call says that this does not matter. */
export const checkReply = (params: Params, chat: Chat, now: number): Judged<void> => {
  const reply = recordOf(params, "reply_parameters") ?? params
  const id = integerOf(reply, reply === params ? "reply_to_message_id" : "message_id")
  const missing = id !== undefined && readable(chat, id, now) === undefined
  return missing && !flagOf(reply, "allow_sending_without_reply")
    ? badRequest("message to be replied not found")
    : Either.right(undefined)
}

/** Flags that every send knows. */
export const deliveryOf = (params: Params, chat: Chat) => ({
  silent: flagOf(params, "disable_notification"),
  protected: flagOf(params, "protect_content") || chat.protectedContent
})
