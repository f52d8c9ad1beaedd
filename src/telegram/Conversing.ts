// The Conversation contract in terms of the Bot API: sendMessage, editMessageText and sendDocument in private chats,
// answerCallbackQuery, setMyCommands.
import { Effect, Schema } from "effect"
import { InputFile } from "grammy"
import { traced } from "../Spans.ts"
import { type Calls, decoded, html, orDoneAlready } from "./Calls.ts"
import { type Buttons, Conversation } from "./Conversation.ts"

export const conversing = (calls: Calls) =>
  Conversation.of({
    say: traced("Conversation.say")((person, text, buttons = []) =>
      calls
        .repeatable("sendMessage", (api) =>
          api.sendMessage(person, text, {
            ...html,
            link_preview_options: { is_disabled: true },
            ...keyboardOf(buttons)
          })
        )
        .pipe(
          Effect.flatMap(decoded("sendMessage", Schema.Struct({ message_id: Schema.Int }))),
          Effect.map(({ message_id }) => message_id)
        )
    ),
    amend: traced("Conversation.amend")((person, messageId, text, buttons = []) =>
      calls
        .repeatable("editMessageText", (api) =>
          api.editMessageText(person, messageId, text, {
            ...html,
            link_preview_options: { is_disabled: true },
            ...keyboardOf(buttons)
          })
        )
        .pipe(orDoneAlready("message is not modified"))
    ),
    sendDocument: traced("Conversation.sendDocument")((person, { bytes, caption, fileName }) =>
      Effect.asVoid(
        calls.repeatable("sendDocument", (api) =>
          api.sendDocument(person, new InputFile(bytes, fileName), { caption })
        )
      )
    ),
    setMenu: traced("Conversation.setMenu")((entries) =>
      Effect.asVoid(
        calls.repeatable("setMyCommands", (api) =>
          api.setMyCommands(entries, { scope: { type: "all_private_chats" } })
        )
      )
    ),
    answer: traced("Conversation.answer")((press, text) =>
      calls
        .repeatable("answerCallbackQuery", (api) =>
          api.answerCallbackQuery(press, { text: text.slice(0, 200) })
        )
        .pipe(orDoneAlready("query is too old"))
    )
  })

const keyboardOf = (buttons: Buttons) =>
  buttons.length === 0
    ? {}
    : {
        reply_markup: {
          inline_keyboard: buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data })))
        }
      }
