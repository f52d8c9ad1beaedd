// The only three ways in which a chat's messages change — post, revise, remove — and the updates that follow from each (E5, E14).
// Everything was checked before; nothing here refuses.
import type { Chat } from "./Chat.ts"
import { type Author, current, first, type Message, type Version } from "./Messages.ts"
import type { State } from "./State.ts"
import { emit } from "./Updates.ts"
import { wireMessage } from "./WireMessage.ts"

export type Draft = Pick<Version, "content" | "keyboard" | "request"> &
  Partial<Pick<Message, "silent" | "protected" | "album" | "origin" | "automatic">> & {
    readonly author: Author
  }

/** Tells the other bots of the chat; in channels a bot never hears of its own posts. */
const tell = (state: State, chat: Chat, message: Message, edited: boolean, at: number) => {
  const kind = `${edited ? "edited_" : ""}${chat.type === "channel" ? "channel_post" : "message"}`
  if (chat.type === "channel" && !state.switches.witness) return
  for (const [botId, { status }] of chat.members) {
    const present = status === "administrator" || status === "member"
    const isAuthor = !message.automatic && message.author.kind === "bot" && message.author.id === botId
    if (present && !isAuthor) emit(state, botId, kind, wireMessage(state, message, botId), at)
  }
}

const version = (draft: Pick<Version, "content" | "keyboard" | "request">, at: number): Version => ({
  content: draft.content,
  at,
  ...(draft.keyboard === undefined ? {} : { keyboard: draft.keyboard }),
  ...(draft.request === undefined ? {} : { request: draft.request })
})

const filesOf = (message: Message): ReadonlyArray<string> =>
  message.versions.flatMap(({ content }) =>
    content.kind === "photo" || content.kind === "document" ? [content.media.unique] : []
  )

/** A long-lived sandbox stays small: the oldest messages go, and the files that nothing else shows. */
const forgetOld = (state: State, chat: Chat) => {
  for (const [id, message] of chat.messages) {
    if (chat.messages.size <= state.keepMessages) return
    chat.messages.delete(id)
    const rest = [...state.chats.values()].flatMap((other) => [...other.messages.values()].flatMap(filesOf))
    for (const file of filesOf(message)) if (!rest.includes(file)) state.files.delete(file)
  }
}

const add = (state: State, chat: Chat, draft: Draft, at: number): Message => {
  chat.lastMessageId += 1
  const message: Message = {
    id: chat.lastMessageId,
    chat: chat.id,
    author: draft.author,
    silent: draft.silent ?? false,
    protected: draft.protected ?? chat.protectedContent,
    automatic: draft.automatic ?? false,
    versions: [version(draft, at)],
    ...(draft.album === undefined ? {} : { album: draft.album }),
    ...(draft.origin === undefined ? {} : { origin: draft.origin })
  }
  chat.messages.set(message.id, message)
  forgetOld(state, chat)
  tell(state, chat, message, false, at)
  return message
}

/** Telegram itself copies a channel's post into the linked discussion group. */
const forwardToGroup = (state: State, chat: Chat, message: Message, at: number) => {
  const group = chat.linkedChat === undefined ? undefined : state.chats.get(chat.linkedChat)
  const { content, keyboard } = current(message)
  if (group === undefined || content.kind === "service") return
  if (keyboard !== undefined && !state.switches.forwardsKeyboards) return
  const origin = { chat: chat.id, message: message.id, at: first(message).at }
  add(
    state,
    group,
    {
      author: message.author,
      content,
      origin,
      automatic: true,
      ...(keyboard === undefined ? {} : { keyboard })
    },
    at
  )
}

/** Adds a message under the chat's next id. */
export const post = (state: State, chat: Chat, draft: Draft, at: number): Message => {
  const message = add(state, chat, draft, at)
  if (chat.type === "channel") forwardToGroup(state, chat, message, at)
  return message
}

/** Adds a version; an absent keyboard removes the one that was there. */
export const revise = (
  state: State,
  chat: Chat,
  message: Message,
  next: Pick<Version, "content" | "keyboard" | "request">,
  at: number
): Message => {
  const revised: Message = { ...message, versions: [...message.versions, version(next, at)] }
  chat.messages.set(revised.id, revised)
  tell(state, chat, revised, true, at)
  return revised
}

/** The message is gone for readers; its history stays, its id is never used again. */
export const remove = (chat: Chat, message: Message, by: Author, at: number): void => {
  chat.messages.set(message.id, { ...message, deleted: { at, by } })
  chat.pinned = chat.pinned.filter((id) => id !== message.id)
}

/** A message that nobody wrote: it takes an id like any other. */
export const postService = (
  state: State,
  chat: Chat,
  author: Author,
  fields: Readonly<Record<string, unknown>>,
  at: number,
  request?: number
): Message =>
  post(
    state,
    chat,
    { author, content: { kind: "service", fields }, ...(request === undefined ? {} : { request }) },
    at
  )
