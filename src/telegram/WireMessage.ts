// Messages and updates as the Bot API writes them → what the contracts speak of. Only the parts that are looked at are read; what has another
// form is no message for us.
// @source https://core.telegram.org/bots/api#message, #update (10.1, 2026-06)
import { Schema } from "effect"
import { type ChatRef, firstLine, type SeenMessage } from "./Reader.ts"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

export const WireChat = Schema.Struct({
  id: Schema.Int,
  type: optional(Schema.String),
  username: optional(Schema.String)
})

const Entities = Schema.Array(
  Schema.Struct({
    type: Schema.String,
    offset: Schema.Int,
    length: Schema.Int,
    url: optional(Schema.String)
  })
)

/** A channel post that was forwarded; the other origins have no message id, but may say who wrote it. */
const Origin = Schema.Struct({
  type: Schema.String,
  sender_user: optional(Schema.Struct({ id: Schema.Int })),
  chat: optional(WireChat),
  message_id: optional(Schema.Int),
  date: optional(Schema.Int)
})

export const WireMessage = Schema.Struct({
  message_id: Schema.Int,
  chat: WireChat,
  date: optional(Schema.Int),
  from: optional(Schema.Struct({ id: Schema.Int })),
  photo: optional(Schema.Array(Schema.Unknown)),
  text: optional(Schema.String),
  caption: optional(Schema.String),
  entities: optional(Entities),
  caption_entities: optional(Entities),
  media_group_id: optional(Schema.String),
  reply_markup: optional(
    Schema.Struct({
      inline_keyboard: Schema.Array(Schema.Array(Schema.Struct({ url: optional(Schema.String) })))
    })
  ),
  is_automatic_forward: optional(Schema.Boolean),
  forward_origin: optional(Origin)
})
export type WireMessage = typeof WireMessage.Type

const linksIn = (message: WireMessage): ReadonlyArray<string> => {
  const text = message.text ?? message.caption ?? ""
  const entities = message.entities ?? message.caption_entities ?? []
  return [
    ...entities.flatMap(({ type, offset, length, url }) =>
      url !== undefined ? [url] : type === "url" ? [text.slice(offset, offset + length)] : []
    ),
    ...(message.reply_markup?.inline_keyboard.flat().flatMap(({ url }) => url ?? []) ?? [])
  ]
}

export const chatRef = ({ id, username }: typeof WireChat.Type) => ({
  id,
  ...(username === undefined ? {} : { username })
})

/** The message where it stands. What somebody forwarded to there says nothing of its own, not even when it is a post of ours. */
export const seen = (message: WireMessage): SeenMessage => ({
  chat: chatRef(message.chat),
  messageId: message.message_id,
  links: message.forward_origin === undefined ? linksIn(message) : [],
  at: message.date ?? 0,
  bare: message.photo !== undefined && message.caption === undefined && message.reply_markup === undefined,
  line: firstLine(message.text ?? message.caption ?? ""),
  ...(message.media_group_id === undefined ? {} : { album: message.media_group_id })
})

/** What this shows, where it is a copy of that message. */
export const copyOf = (message: WireMessage, chat: ChatRef, messageId: number): SeenMessage => {
  const { date = 0 } = message.forward_origin ?? {}
  return { ...seen(message), links: linksIn(message), chat, messageId, at: date }
}

/** The channel post that this is a copy of; undefined for anything else. */
export const origin = (message: WireMessage): SeenMessage | undefined => {
  const { chat, message_id } = message.forward_origin ?? {}
  return chat === undefined || message_id === undefined
    ? undefined
    : copyOf(message, chatRef(chat), message_id)
}
