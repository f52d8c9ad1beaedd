// The Bot API's words as they travel: only the fields that this emulator reads or writes. Snake case, because the wire says so.
// @source https://core.telegram.org/bots/api (10.1, 11 Jun 2026)
import { Schema } from "effect"

/** A field that may be absent, but is never undefined. */
export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** `offset` and `length` count UTF-16 units. */
export const Entity = Schema.Struct({
  type: Schema.String,
  offset: Schema.Number,
  length: Schema.Number,
  url: optional(Schema.String),
  language: optional(Schema.String),
  custom_emoji_id: optional(Schema.String),
  unix_time: optional(Schema.Number),
  date_time_format: optional(Schema.String),
  user: optional(Schema.Struct({ id: Schema.Number, is_bot: Schema.Boolean, first_name: Schema.String }))
})
export type Entity = typeof Entity.Type

export const Button = Schema.Struct({
  text: Schema.String,
  url: optional(Schema.String),
  callback_data: optional(Schema.String),
  copy_text: optional(Schema.Struct({ text: Schema.String })),
  login_url: optional(Schema.Struct({ url: Schema.String })),
  switch_inline_query: optional(Schema.String),
  switch_inline_query_current_chat: optional(Schema.String),
  web_app: optional(Schema.Struct({ url: Schema.String }))
})
export type Button = typeof Button.Type

export const Keyboard = Schema.Struct({ inline_keyboard: Schema.Array(Schema.Array(Button)) })
export type Keyboard = typeof Keyboard.Type

export const Preview = Schema.Struct({
  is_disabled: optional(Schema.Boolean),
  url: optional(Schema.String),
  prefer_small_media: optional(Schema.Boolean),
  prefer_large_media: optional(Schema.Boolean),
  show_above_text: optional(Schema.Boolean)
})
export type Preview = typeof Preview.Type

/** What is left of a text after parsing and normalisation. */
export const FormattedText = Schema.Struct({ text: Schema.String, entities: Schema.Array(Entity) })
export type FormattedText = typeof FormattedText.Type

/** A JSON value that is an object, as methods answer it. */
export type Json = { readonly [key: string]: unknown }
