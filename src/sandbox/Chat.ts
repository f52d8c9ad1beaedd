// A chat: its kind, who is in it with which rights, its own message counter and its messages. Mutable, owned by one emulator's State; ids start
// at 1, grow by one per message of any kind and are never used twice (E5).
import { Schema } from "effect"
import type { Message } from "./Messages.ts"
import { optional } from "./Wire.ts"

export const ChatType = Schema.Literal("channel", "supergroup", "group", "private")
export type ChatType = typeof ChatType.Type

/** What an administrator may do; named as on the wire. */
export const Rights = Schema.Struct({
  can_post_messages: Schema.Boolean,
  can_edit_messages: Schema.Boolean,
  can_delete_messages: Schema.Boolean
})
export type Rights = typeof Rights.Type

export const allRights: Rights = {
  can_post_messages: true,
  can_edit_messages: true,
  can_delete_messages: true
}
export const noRights: Rights = {
  can_post_messages: false,
  can_edit_messages: false,
  can_delete_messages: false
}

/** `kicked` in a private chat: the user blocked the bot; `left`: the user never wrote to it. */
export const Membership = Schema.Struct({
  status: Schema.Literal("creator", "administrator", "member", "left", "kicked"),
  rights: Rights,
  /** Epoch milliseconds; nobody is told of older messages. Absent: from the beginning. */
  since: optional(Schema.Number)
})
export type Membership = typeof Membership.Type

export const isPresent = ({ status }: Membership) => status !== "left" && status !== "kicked"

/** The calls that look a message up before they do something with it. */
export const Technique = Schema.Literal(
  "edit",
  "delete",
  "forward",
  "copy",
  "react",
  "pin",
  "reply",
  "personal"
)
export type Technique = typeof Technique.Type

/** Messages that stand, and yet cannot be read for a while (E20). */
export const Blindness = Schema.Struct({
  from: Schema.Number,
  to: Schema.Number,
  techniques: Schema.Array(Technique),
  until: Schema.Number
})
export type Blindness = typeof Blindness.Type

/** All but getUserPersonalChatMessages, which asks the server afresh. */
export const cachedTechniques: ReadonlyArray<Technique> = Technique.literals.filter(
  (one) => one !== "personal"
)

export interface Chat {
  readonly id: number
  readonly type: ChatType
  title: string
  description: string
  readonly username: string | undefined
  protectedContent: boolean
  /** The discussion group of a channel. */
  linkedChat: number | undefined
  /** The supergroup that a group became. */
  migratedTo: number | undefined
  /** By user id; bots are users. */
  readonly members: Map<number, Membership>
  lastMessageId: number
  readonly messages: Map<number, Message>
  /** Newest last. */
  pinned: ReadonlyArray<number>
  blind: ReadonlyArray<Blindness>
}

export const makeChat = (
  shape: Pick<Chat, "id" | "type" | "title"> &
    Partial<Pick<Chat, "username" | "description" | "protectedContent" | "linkedChat" | "migratedTo">>
): Chat => ({
  id: shape.id,
  type: shape.type,
  title: shape.title,
  description: shape.description ?? "",
  username: shape.username,
  protectedContent: shape.protectedContent ?? false,
  linkedChat: shape.linkedChat,
  migratedTo: shape.migratedTo,
  members: new Map(),
  lastMessageId: 0,
  messages: new Map(),
  pinned: [],
  blind: []
})

/** What readers see now, oldest first. */
export const standing = (chat: Chat): ReadonlyArray<Message> =>
  [...chat.messages.values()].filter((message) => message.deleted === undefined)

export const isBlind = (chat: Chat, id: number, by: Technique, now: number) =>
  chat.blind.some(
    ({ from, to, techniques, until }) => id >= from && id <= to && now < until && techniques.includes(by)
  )

/** A message that can be read at `now` in this way. */
export const readable = (chat: Chat, id: number, by: Technique, now: number): Message | undefined => {
  const message = chat.messages.get(id)
  return message === undefined || message.deleted !== undefined || isBlind(chat, id, by, now)
    ? undefined
    : message
}
