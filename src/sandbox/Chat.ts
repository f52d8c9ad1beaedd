// A chat: its kind, who is in it with which rights, its own message counter and its messages. Mutable, owned by one emulator's State; ids start
// at 1, grow by one per message of any kind and are never used twice (E5).
import { Schema } from "effect"
import type { Message } from "./Messages.ts"

export const ChatType = Schema.Literal("channel", "supergroup", "private")
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
  rights: Rights
})
export type Membership = typeof Membership.Type

export interface Chat {
  readonly id: number
  readonly type: ChatType
  title: string
  readonly username: string | undefined
  protectedContent: boolean
  /** The discussion group of a channel. */
  linkedChat: number | undefined
  /** By user id; bots are users. */
  readonly members: Map<number, Membership>
  lastMessageId: number
  readonly messages: Map<number, Message>
  /** Newest last. */
  pinned: Array<number>
  /** Ids that cannot be read until then, although they exist (E20). */
  readonly blind: Map<number, number>
}

export const makeChat = (
  shape: Pick<Chat, "id" | "type" | "title"> &
    Partial<Pick<Chat, "username" | "protectedContent" | "linkedChat">>
): Chat => ({
  id: shape.id,
  type: shape.type,
  title: shape.title,
  username: shape.username,
  protectedContent: shape.protectedContent ?? false,
  linkedChat: shape.linkedChat,
  members: new Map(),
  lastMessageId: 0,
  messages: new Map(),
  pinned: [],
  blind: new Map()
})

/** What readers see now, oldest first. */
export const standing = (chat: Chat): ReadonlyArray<Message> =>
  [...chat.messages.values()].filter((message) => message.deleted === undefined)

/** A message that can be read at `now`. */
export const readable = (chat: Chat, id: number, now: number): Message | undefined => {
  const message = chat.messages.get(id)
  const blindUntil = chat.blind.get(id) ?? 0
  return message === undefined || message.deleted !== undefined || now < blindUntil ? undefined : message
}
