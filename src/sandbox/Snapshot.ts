// The whole visible state as one JSON value, and back (E23): bots, chats with every message and version, the update counter. Files are named, not
// contained; waiting updates, faults and the flood model are not part of it.
import { Schema } from "effect"
import { type Chat, ChatType, Membership, makeChat } from "./Chat.ts"
import { Message } from "./Messages.ts"
import { addBot, type State } from "./State.ts"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const ChatSnapshot = Schema.Struct({
  id: Schema.Number,
  type: ChatType,
  title: Schema.String,
  username: optional(Schema.String),
  protectedContent: Schema.Boolean,
  linkedChat: optional(Schema.Number),
  members: Schema.Array(Schema.Tuple(Schema.Number, Membership)),
  lastMessageId: Schema.Number,
  messages: Schema.Array(Message),
  pinned: Schema.Array(Schema.Number)
})

export const Snapshot = Schema.Struct({
  version: Schema.Literal(1),
  bots: Schema.Array(Schema.Struct({ token: Schema.String, username: Schema.String })),
  chats: Schema.Array(ChatSnapshot),
  lastUpdateId: Schema.Number,
  files: Schema.Array(Schema.String)
})
export type Snapshot = typeof Snapshot.Type

const dumpChat = (chat: Chat): typeof ChatSnapshot.Type => ({
  id: chat.id,
  type: chat.type,
  title: chat.title,
  ...(chat.username === undefined ? {} : { username: chat.username }),
  protectedContent: chat.protectedContent,
  ...(chat.linkedChat === undefined ? {} : { linkedChat: chat.linkedChat }),
  members: [...chat.members],
  lastMessageId: chat.lastMessageId,
  messages: [...chat.messages.values()],
  pinned: chat.pinned
})

export const dump = (state: State): Snapshot => ({
  version: 1,
  bots: [...state.bots.values()].map(({ token, username }) => ({ token, username })),
  chats: [...state.chats.values()].map(dumpChat),
  lastUpdateId: state.lastUpdateId,
  files: [...state.files.keys()]
})

/** Puts a snapshot in the place of what is there; the files' bytes are given apart. */
export const load = (state: State, snapshot: Snapshot, files: ReadonlyMap<string, Uint8Array>): void => {
  for (const { token, username } of snapshot.bots) addBot(state, token, username)
  state.chats.clear()
  for (const saved of snapshot.chats) {
    const chat = makeChat(saved)
    for (const [id, member] of saved.members) chat.members.set(id, member)
    for (const message of saved.messages) chat.messages.set(message.id, message)
    chat.lastMessageId = saved.lastMessageId
    chat.pinned = [...saved.pinned]
    state.chats.set(chat.id, chat)
  }
  state.lastUpdateId = snapshot.lastUpdateId
  for (const [name, bytes] of files) state.files.set(name, bytes)
}
