// The only ways in which a chat's messages change — post, revise, react, remove — and the copies in discussion groups that follow (E5, E14).
// Everything was checked before; nothing here refuses.
import { chance, digest } from "./Chance.ts"
import type { Chat } from "./Chat.ts"
import {
  type Author,
  type Content,
  current,
  first,
  type Message,
  type Reaction,
  type Version
} from "./Messages.ts"
import type { State } from "./State.ts"
import { tell } from "./Telling.ts"

export type Draft = Pick<Version, "content" | "keyboard" | "request"> &
  Partial<Pick<Message, "silent" | "protected" | "album" | "origin" | "reply" | "automatic">> & {
    readonly author: Author
  }

type Change = Pick<Version, "content" | "keyboard" | "request">

const version = (draft: Change, by: Author, at: number): Version => ({
  content: draft.content,
  at,
  by,
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

const gapOneIn = 4

/** The chat's next id; on a switch it skips one now and then. */
const nextId = (state: State, chat: Chat): number => {
  const skips = state.switches.idGaps && chance(state.seed, "gap", chat.id, chat.lastMessageId) < 1 / gapOneIn
  return chat.lastMessageId + (skips ? 2 : 1)
}

const add = (state: State, chat: Chat, draft: Draft, at: number): Message => {
  chat.lastMessageId = nextId(state, chat)
  const message: Message = {
    id: chat.lastMessageId,
    chat: chat.id,
    author: draft.author,
    silent: draft.silent ?? false,
    protected: draft.protected ?? chat.protectedContent,
    automatic: draft.automatic ?? false,
    versions: [version(draft, draft.author, at)],
    ...(draft.album === undefined ? {} : { album: draft.album }),
    ...(draft.origin === undefined ? {} : { origin: draft.origin }),
    ...(draft.reply === undefined ? {} : { reply: draft.reply })
  }
  chat.messages.set(message.id, message)
  forgetOld(state, chat)
  tell(state, chat, message, false, at)
  return message
}

/** A `media_group_id`; the same parts always give the same one. */
export const albumId = (...parts: ReadonlyArray<string | number>): string =>
  `${Number.parseInt(digest("album", ...parts).slice(0, 12), 16)}`

/** Where a message comes from when it is forwarded. */
export const originOf = (message: Message) =>
  message.origin ?? { chat: message.chat, message: message.id, at: first(message).at, author: message.author }

const groupOf = (state: State, chat: Chat): Chat | undefined =>
  chat.type === "channel" ? state.chats.get(chat.linkedChat ?? 0) : undefined

/** Telegram itself copies a channel's post into the linked discussion group, the items of an album as an album. */
const forwardToGroup = (state: State, chat: Chat, message: Message, at: number) => {
  const group = groupOf(state, chat)
  const { content, keyboard } = current(message)
  if (group === undefined || content.kind === "service") return
  if (keyboard !== undefined && !state.switches.forwardsKeyboards) return
  const album = message.album === undefined ? {} : { album: albumId(state.seed, group.id, message.album) }
  const markup = keyboard === undefined ? {} : { keyboard }
  const draft = { author: message.author, content, origin: originOf(message), automatic: true }
  add(state, group, { ...draft, ...album, ...markup }, at)
}

const copyIn = (group: Chat, message: Message): Message | undefined =>
  [...group.messages.values()].find(
    ({ automatic, deleted, origin }) =>
      automatic && deleted === undefined && origin?.chat === message.chat && origin.message === message.id
  )

/** Adds a message under the chat's next id. */
export const post = (state: State, chat: Chat, draft: Draft, at: number): Message => {
  const message = add(state, chat, draft, at)
  forwardToGroup(state, chat, message, at)
  return message
}

const addVersion = (state: State, chat: Chat, message: Message, next: Version): Message => {
  const revised: Message = { ...message, versions: [...message.versions, next] }
  chat.messages.set(revised.id, revised)
  tell(state, chat, revised, true, next.at)
  return revised
}

/** Adds a version; an absent keyboard removes the one that was there. The copy in the discussion group follows. */
export const revise = (
  state: State,
  chat: Chat,
  message: Message,
  next: Change,
  by: Author,
  at: number
): Message => {
  const revised = addVersion(state, chat, message, version(next, by, at))
  const group = groupOf(state, chat)
  const copy = group && copyIn(group, message)
  if (group !== undefined && copy !== undefined && state.switches.copyFollowsEdits) {
    addVersion(state, group, copy, version(next, by, at))
  }
  return revised
}

export const react = (chat: Chat, message: Message, reaction: Reaction): void => {
  chat.messages.set(message.id, { ...message, reactions: [...(message.reactions ?? []), reaction] })
}

/** The message is gone for readers; its history stays, its id is never used again. */
export const remove = (
  state: State,
  chat: Chat,
  message: Message,
  by: Author,
  at: number,
  request?: number
): void => {
  const end = { at, by, ...(request === undefined ? {} : { request }) }
  chat.messages.set(message.id, { ...message, deleted: end })
  chat.pinned = chat.pinned.filter((id) => id !== message.id)
  const group = groupOf(state, chat)
  const copy = group && copyIn(group, message)
  if (group !== undefined && copy !== undefined && state.switches.copyFollowsDeletion) {
    remove(state, group, copy, by, at, request)
  }
}

/** A message that nobody wrote: it takes an id like any other. */
export const postService = (
  state: State,
  chat: Chat,
  author: Author,
  what: Omit<Extract<Content, { readonly kind: "service" }>, "kind">,
  at: number,
  request?: number
): Message =>
  post(
    state,
    chat,
    { author, content: { kind: "service", ...what }, ...(request === undefined ? {} : { request }) },
    at
  )
