// An update as the Bot API writes it → what it says to us. Total: what nobody here reads is `Other`, for its id must be confirmed all the same.
// @source https://core.telegram.org/bots/api#update (10.1, 2026-06)
import { Either, Schema } from "effect"
import type { Update } from "./Updates.ts"
import { chatRef, origin, seen, WireChat, WireMessage } from "./WireMessage.ts"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** The kinds of update that we read; Telegram remembers the list. */
export const told = ["message", "callback_query", "my_chat_member", "channel_post"] as const

/** Every update has this; what is without is none of Telegram's. */
export const WireUpdate = Schema.Struct(
  { update_id: Schema.Int },
  { key: Schema.String, value: Schema.Unknown }
)
export const WireUpdates = Schema.Array(WireUpdate)

const WireBody = Schema.Struct({
  channel_post: optional(WireMessage),
  message: optional(WireMessage),
  callback_query: optional(
    Schema.Struct({
      id: Schema.String,
      from: Schema.Struct({ id: Schema.Int }),
      data: optional(Schema.String),
      message: optional(Schema.Struct({ message_id: Schema.Int }))
    })
  ),
  my_chat_member: optional(Schema.Struct({ chat: WireChat }))
})
const decode = Schema.decodeUnknownEither(WireBody)

type Said = Update extends infer One ? (One extends { readonly id: number } ? Omit<One, "id"> : never) : never

const ofMessage = (message: WireMessage): Said => {
  const original = origin(message)
  if (message.is_automatic_forward === true && original !== undefined) {
    return { _tag: "AutoForward", message: original }
  }
  if (message.chat.type !== "private" || message.from === undefined) return { _tag: "Other" }
  return {
    _tag: "Words",
    person: message.from.id,
    text: message.text ?? message.caption ?? "",
    ...(original === undefined ? {} : { forwarded: original })
  }
}

const said = (update: typeof WireBody.Type): Said => {
  if (update.channel_post !== undefined) return { _tag: "ChannelPost", message: seen(update.channel_post) }
  if (update.message !== undefined) return ofMessage(update.message)
  if (update.my_chat_member !== undefined)
    return { _tag: "Rights", chat: chatRef(update.my_chat_member.chat) }
  const { callback_query: query } = update
  return query?.data !== undefined && query.message !== undefined
    ? {
        _tag: "Press",
        press: query.id,
        person: query.from.id,
        data: query.data,
        messageId: query.message.message_id
      }
    : { _tag: "Other" }
}

export const updateOf = ({ update_id: id, ...body }: typeof WireUpdate.Type): Update =>
  Either.match(decode(body), {
    onLeft: () => ({ id, _tag: "Other" }),
    onRight: (update) => ({ id, ...said(update) })
  })
