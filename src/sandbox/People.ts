// What people do in chats between two calls (E6, E7): admins post, edit, delete and change rights; users write to bots and press buttons.
// Pure changes of a state at a time; the updates that bots get follow from them.
import { type Chat, type Membership, makeChat } from "./Chat.ts"
import { type Author, current, first, type Message } from "./Messages.ts"
import { post, remove, revise } from "./Posting.ts"
import type { Bot, State } from "./State.ts"
import { foundEntities } from "./text/FoundEntities.ts"
import { emit } from "./Updates.ts"
import { wireBot, wireChat, wireMember, wireMessage } from "./WireMessage.ts"

export const admin: Author = { kind: "user", id: 777_000, name: "Admin" }

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
  return revise(state, chat, message, { content: next, ...(keyboard === undefined ? {} : { keyboard }) }, at)
}

export const deleteAsAdmin = (chat: Chat, message: Message, at: number): void =>
  remove(chat, message, admin, at)

/** Changes what a bot is in a chat, and tells it. */
export const setMembership = (state: State, chat: Chat, bot: Bot, next: Membership, at: number): void => {
  const before = chat.members.get(bot.id)
  chat.members.set(bot.id, next)
  if (before === undefined && next.status === "left") return
  const left: Membership = { status: "left", rights: next.rights }
  const change = {
    chat: wireChat(chat),
    from: { id: admin.id, is_bot: false, first_name: "Admin" },
    date: Math.floor(at / 1000),
    old_chat_member: wireMember(wireBot(bot), before ?? left),
    new_chat_member: wireMember(wireBot(bot), next)
  }
  emit(state, bot.id, "my_chat_member", change, at)
}

const privateChat = (state: State, bot: Bot, user: Extract<Author, { kind: "user" }>): Chat => {
  const chat = state.chats.get(user.id) ?? makeChat({ id: user.id, type: "private", title: user.name })
  state.chats.set(user.id, chat)
  const membership = chat.members.get(bot.id)
  if (membership === undefined || membership.status === "left") {
    chat.members.set(bot.id, {
      status: "member",
      rights: { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }
    })
  }
  return chat
}

/** A user writes to a bot. Commands are marked as such. */
export const say = (
  state: State,
  bot: Bot,
  user: Extract<Author, { kind: "user" }>,
  text: string,
  at: number
): Message => {
  const chat = privateChat(state, bot, user)
  return post(state, chat, { author: user, content: textContent(text) }, at)
}

/** A user forwards a message to a bot: a copy that says where it comes from. */
export const forward = (
  state: State,
  bot: Bot,
  user: Extract<Author, { kind: "user" }>,
  message: Message,
  at: number
): Message => {
  const { content, keyboard } = current(message)
  const origin = message.origin ?? { chat: message.chat, message: message.id, at: first(message).at }
  const draft = { author: user, content, origin, ...(keyboard === undefined ? {} : { keyboard }) }
  return post(state, privateChat(state, bot, user), draft, at)
}

/** A user presses a button under a message of a bot; the id of the query, or undefined when there is no such button. */
export const press = (
  state: State,
  bot: Bot,
  user: Extract<Author, { kind: "user" }>,
  message: Message,
  data: string,
  at: number
): string | undefined => {
  const buttons = current(message).keyboard?.inline_keyboard.flat() ?? []
  if (!buttons.some((button) => button.callback_data === data)) return undefined
  const id = `${bot.id}${state.lastUpdateId + 1}`
  state.callbackQueries.add(id)
  const from = { id: user.id, is_bot: false, first_name: user.name }
  const body = {
    id,
    from,
    message: wireMessage(state, message, bot.id),
    chat_instance: `${message.chat}`,
    data
  }
  emit(state, bot.id, "callback_query", body, at)
  return id
}
