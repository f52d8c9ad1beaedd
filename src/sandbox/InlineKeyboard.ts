// The `reply_markup` of a call → an inline keyboard as Telegram keeps it, or the refusal.
// @source reference/telegram-bot-api.md §2 (callback_data, inline keyboard, button url, button kinds in channels)
import { Either, Schema } from "effect"
import { badRequest, type Judged, rewritten } from "./Errors.ts"
import { checkedLink } from "./text/Links.ts"
import { type Button, Keyboard } from "./Wire.ts"

const maxButtons = 100
const maxPerRow = 8
const maxMarkupBytes = 10_240
const maxCallbackBytes = 64

const checkedButton = (button: Button, inChannel: boolean): Judged<Button> =>
  Either.gen(function* () {
    const { text: _, ...actions } = button
    if (button.text.trim() === "" || Object.keys(actions).length === 0) {
      return yield* badRequest(
        "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
      )
    }
    if (button.callback_data !== undefined) {
      const bytes = Buffer.byteLength(button.callback_data)
      if (bytes < 1 || bytes > maxCallbackBytes) return yield* badRequest("BUTTON_DATA_INVALID")
    }
    if (inChannel && button.web_app !== undefined) return yield* badRequest("BUTTON_TYPE_INVALID")
    if (inChannel && button.switch_inline_query_current_chat !== undefined) {
      return yield* badRequest(
        "can't use switch_inline_query_current_chat button in a channel chat, because users will not be able to use the button without knowing bot's username"
      )
    }
    if (button.url === undefined) return button
    const url = yield* Either.mapLeft(checkedLink(button.url), (reason) =>
      rewritten(400, `inline keyboard button URL '${button.url}' is invalid: ${reason}`)
    )
    return { ...button, url }
  })

/** Rows that are too long are flowed into further rows. */
const flowed = (row: ReadonlyArray<Button>): ReadonlyArray<ReadonlyArray<Button>> =>
  Array.from({ length: Math.ceil(row.length / maxPerRow) }, (_, index) =>
    row.slice(index * maxPerRow, (index + 1) * maxPerRow)
  )

/** An absent, empty or other markup is no keyboard. */
export const inlineKeyboard = (raw: unknown, inChannel: boolean): Judged<Keyboard | undefined> =>
  Either.gen(function* () {
    if (raw === undefined || raw === "") return undefined
    if (typeof raw !== "object" || raw === null) return yield* badRequest("object expected as reply markup")
    if (!("inline_keyboard" in raw)) return undefined
    const markup = yield* Either.mapLeft(Schema.decodeUnknownEither(Keyboard)(raw), () =>
      rewritten(400, 'can\'t parse inline keyboard button: Field "text" must be of type String')
    )
    const rows = yield* Either.all(
      markup.inline_keyboard.map((row) => Either.all(row.map((button) => checkedButton(button, inChannel))))
    )
    const kept = rows.flatMap(flowed)
    if (kept.length === 0) return undefined
    if (kept.flat().length > maxButtons || Buffer.byteLength(JSON.stringify(kept)) > maxMarkupBytes) {
      return yield* badRequest("reply markup is too long")
    }
    return { inline_keyboard: kept }
  })
