// The Conversation contract in terms of the Bot API: sendMessage and editMessageText in private chats, answerCallbackQuery.
import { Effect, Schema } from "effect"
import { traced } from "../Spans.ts"
import { type Calls, decoded, html, orDoneAlready } from "./Calls.ts"
import { type CallbackButton, Conversation } from "./Conversation.ts"

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
    amend: traced("Conversation.amend")((person, messageId, text) =>
      calls
        .repeatable("editMessageText", (api) =>
          api.editMessageText(person, messageId, text, {
            ...html,
            link_preview_options: { is_disabled: true }
          })
        )
        .pipe(orDoneAlready("message is not modified"))
    ),
    answer: traced("Conversation.answer")((press, text) =>
      calls
        .repeatable("answerCallbackQuery", (api) =>
          api.answerCallbackQuery(press, { text: text.slice(0, 200) })
        )
        .pipe(orDoneAlready("query is too old"))
    )
  })

const keyboardOf = (buttons: ReadonlyArray<ReadonlyArray<CallbackButton>>) =>
  buttons.length === 0
    ? {}
    : {
        reply_markup: {
          inline_keyboard: buttons.map((row) => row.map(({ text, data }) => ({ text, callback_data: data })))
        }
      }
