// `POST /_emu/<verb>` that acts as people do (E7).
import { Schema } from "effect"
import type { Control } from "../Control.ts"
import { optional } from "../Wire.ts"
import { AtMessage, ChatName, type Verbs, verb } from "./Verb.ts"

const Text = { text: Schema.String }

export const actingVerbs = (control: Control): Verbs => ({
  postAsAdmin: verb(Schema.Struct({ chat: ChatName, ...Text }), ({ chat, text }) =>
    control.postAsAdmin(chat, text)
  ),
  editAsAdmin: verb(Schema.Struct({ ...AtMessage.fields, ...Text }), ({ chat, id, text }) =>
    control.editAsAdmin(chat, id, text)
  ),
  deleteAsAdmin: verb(AtMessage, ({ chat, id }) => control.deleteAsAdmin(chat, id)),
  pinAsAdmin: verb(AtMessage, ({ chat, id }) => control.pinAsAdmin(chat, id)),
  say: verb(
    Schema.Struct({ user: Schema.Number, bot: optional(Schema.Number), ...Text }),
    ({ user, text, bot }) => control.say(user, text, bot)
  ),
  forwardTo: verb(
    Schema.Struct({ ...AtMessage.fields, user: Schema.Number, bot: optional(Schema.Number) }),
    ({ user, chat, id, bot }) => control.forwardTo(user, chat, id, bot)
  ),
  sayIn: verb(
    Schema.Struct({ chat: ChatName, user: Schema.Number, reply: optional(Schema.Number), ...Text }),
    ({ chat, user, text, reply }) => control.sayIn(chat, user, text, reply)
  ),
  press: verb(
    Schema.Struct({ ...AtMessage.fields, data: Schema.String, user: optional(Schema.Number) }),
    ({ chat, id, data, user }) => control.press(chat, id, data, user)
  )
})
