// What people do in chats between two calls (E6, E7): admins post, edit, delete, pin, rename and change rights; users write and press buttons.
// Pure changes of a state at a time; the updates that bots get follow from them.
import { digest } from "./Chance.ts"
import { allRights, type Chat, isPresent, type Membership, makeChat } from "./Chat.ts"
import { type Author, current, type Message } from "./Messages.ts"
import { originOf, post, postService, remove, revise } from "./Posting.ts"
import type { Bot, State } from "./State.ts"
import { foundEntities } from "./text/FoundEntities.ts"
import { emit } from "./Updates.ts"
import { wireBot, wireChat, wireMember, wireMessage } from "./WireMessage.ts"

type Person = Extract<Author, { kind: "user" }>

export const admin: Person = { kind: "user", id: 900_001, name: "Admin" }

export const person = (id: number): Person =>
  id === admin.id ? admin : { kind: "user", id, name: `User ${id}` }

const textContent = (text: string) => ({
  kind: "text" as const,
  text: { text, entities: foundEntities(text) }
})

/** A post by another admin of the channel: takes the next id. */
export const postAsAdmin = (state: State, chat: Chat, text: string, at: number): Message =>
  post(state, chat, { author: admin, content: textContent(text) }, at)

/** Another admin edits a post, whoever wrote it; its keyboard stays. */
export const editAsAdmin = (state: State, chat: Chat, message: Message, text: string, at: number) => {
  const { keyboard, content } = current(message)
  const body = textContent(text)
  const next =
    content.kind === "photo" || content.kind === "document" ? { ...content, text: body.text } : body
  return revise(
    state,
    chat,
    message,
    { content: next, ...(keyboard === undefined ? {} : { keyboard }) },
    admin,
    at
  )
}

export const deleteAsAdmin = (state: State, chat: Chat, message: Message, at: number): void =>
  remove(state, chat, message, admin, at)

/** Whoever pins leaves a service message; pinning the newest pin again leaves none. */
export const pin = (
  state: State,
  chat: Chat,
  message: Message,
  by: Author,
  at: number,
  request?: number
): void => {
  if (chat.pinned.at(-1) === message.id) return
  chat.pinned = [...chat.pinned.filter((id) => id !== message.id), message.id]
  postService(state, chat, by, { fields: {}, pinned: message.id }, at, request)
}

/** A new title is a service message, as is a new photo. */
export const rename = (
  state: State,
  chat: Chat,
  title: string,
  by: Author,
  at: number,
  request?: number
): void => {
  chat.title = title
  postService(state, chat, by, { fields: { new_chat_title: title } }, at, request)
}

const photoSide = 160

/** The picture itself is not kept. */
export const newPhoto = (state: State, chat: Chat, by: Author, at: number): void => {
  const unique = `AQ${digest(state.seed, "chat photo", chat.id, chat.lastMessageId).slice(0, 20)}`
  const size = { file_id: `AgAC${unique}`, file_unique_id: unique, width: photoSide, height: photoSide }
  postService(state, chat, by, { fields: { new_chat_photo: [size] } }, at)
}

/** Changes what a bot is in a chat, and tells it. */
export const setMembership = (state: State, chat: Chat, bot: Bot, next: Membership, at: number): void => {
  const before = chat.members.get(bot.id)
  const came = isPresent(next) && before !== undefined && !isPresent(before)
  chat.members.set(bot.id, { ...next, ...(came ? { since: at } : {}) })
  if (before === undefined && next.status === "left") return
  const left: Membership = { status: "left", rights: next.rights }
  const body = {
    chat: wireChat(chat),
    from: { id: admin.id, is_bot: false, first_name: admin.name },
    date: Math.floor(at / 1000),
    old_chat_member: wireMember(wireBot(bot), before ?? left),
    new_chat_member: wireMember(wireBot(bot), next)
  }
  emit(state, bot.id, { kind: "my_chat_member", body, queue: `member ${chat.id}`, at })
}

/** A group becomes a supergroup: another chat with another id and the same members, whose ids begin anew. */
export const migrate = (state: State, chat: Chat, id: number, at: number): Chat => {
  const next = makeChat({ ...chat, id, type: "supergroup" })
  for (const [member, membership] of chat.members) next.members.set(member, membership)
  state.chats.set(id, next)
  postService(state, chat, admin, { fields: { migrate_to_chat_id: id } }, at)
  chat.migratedTo = id
  postService(state, next, admin, { fields: { migrate_from_chat_id: chat.id } }, at)
  return next
}

const privateChat = (state: State, bot: Bot, user: Person): Chat => {
  const chat = state.chats.get(user.id) ?? makeChat({ id: user.id, type: "private", title: user.name })
  state.chats.set(user.id, chat)
  const member = chat.members.get(bot.id)
  if (member === undefined || member.status === "left") {
    chat.members.set(bot.id, { status: "member", rights: { ...allRights, can_edit_messages: false } })
  }
  return chat
}

/** A user writes to a bot in private. Commands are marked as such. */
export const say = (state: State, bot: Bot, user: Person, text: string, at: number): Message =>
  post(state, privateChat(state, bot, user), { author: user, content: textContent(text) }, at)

/** A user forwards a message to a bot: a copy that says where it comes from. */
export const forward = (state: State, bot: Bot, user: Person, message: Message, at: number): Message => {
  const { content, keyboard } = current(message)
  const draft = { author: user, content, origin: originOf(message) }
  return post(
    state,
    privateChat(state, bot, user),
    { ...draft, ...(keyboard === undefined ? {} : { keyboard }) },
    at
  )
}

/** A user writes into a group, perhaps as an answer. */
export const sayIn = (
  state: State,
  chat: Chat,
  user: Person,
  text: string,
  at: number,
  reply?: number
): Message =>
  post(
    state,
    chat,
    { author: user, content: textContent(text), ...(reply === undefined ? {} : { reply }) },
    at
  )

/** Nobody is told of a press later than this. */
const pressLifeMs = 150_000

/** A user presses a button under a message of a bot; the id of the query, or undefined when there is no such button. */
export const press = (
  state: State,
  bot: Bot,
  user: Person,
  message: Message,
  data: string,
  at: number
): string | undefined => {
  const buttons = current(message).keyboard?.inline_keyboard.flat() ?? []
  if (!buttons.some((button) => button.callback_data === data)) return undefined
  state.presses += 1
  const query = `${Number.parseInt(digest(state.seed, "press", state.presses).slice(0, 13), 16)}`
  state.callbackQueries.set(query, at)
  const body = {
    id: query,
    from: { id: user.id, is_bot: false, first_name: user.name },
    message: wireMessage(state, message, bot.id),
    chat_instance: `${message.chat}`,
    data
  }
  emit(state, bot.id, { kind: "callback_query", body, queue: `user ${user.id}`, at, lifeMs: pressLifeMs })
  return query
}
