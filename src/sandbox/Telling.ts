// Which bots hear of a message, and as what (E14). In a channel a bot never hears of its own posts, in a group only of what concerns it unless it is
// an administrator or its privacy mode is off; nobody hears of what was written before it came.
// @source reference/telegram-bot-api.md §6; telegram-bot-api Client.cpp need_skip_update_message; https://core.telegram.org/bots/features#privacy-mode
import { type Chat, isPresent, type Membership } from "./Chat.ts"
import { current, first, type Message, shownText } from "./Messages.ts"
import type { Bot, State } from "./State.ts"
import { emit } from "./Updates.ts"
import { wireMessage } from "./WireMessage.ts"

const isService = (message: Message) => current(message).content.kind === "service"

const isOwn = (state: State, message: Message, bot: Bot) =>
  !message.automatic &&
  message.author.kind === "bot" &&
  message.author.id === bot.id &&
  !(isService(message) && state.switches.ownServiceMessages)

const isAddressed = (chat: Chat, message: Message, bot: Bot) => {
  const { text, entities } = shownText(message)
  const answered = chat.messages.get(message.reply ?? 0)?.author
  const named = entities.some(
    ({ type, offset, length }) =>
      (type === "bot_command" && !text.slice(offset, offset + length).includes("@")) ||
      text
        .slice(offset, offset + length)
        .toLowerCase()
        .endsWith(`@${bot.username.toLowerCase()}`)
  )
  return named || (answered?.kind === "bot" && answered.id === bot.id)
}

const mayHear = (chat: Chat, message: Message, bot: Bot, member: Membership) =>
  chat.type === "channel" ||
  chat.type === "private" ||
  bot.readsGroups ||
  member.status === "administrator" ||
  isService(message) ||
  isAddressed(chat, message, bot)

const hears = (state: State, chat: Chat, message: Message, bot: Bot, member: Membership) =>
  isPresent(member) &&
  !isOwn(state, message, bot) &&
  first(message).at >= (member.since ?? 0) &&
  (chat.type !== "channel" || state.switches.witness || message.author.kind !== "bot") &&
  mayHear(chat, message, bot, member)

/** Tells every bot that hears of it. */
export const tell = (state: State, chat: Chat, message: Message, edited: boolean, at: number): void => {
  const kind = `${edited ? "edited_" : ""}${chat.type === "channel" ? "channel_post" : "message"}`
  for (const [id, member] of chat.members) {
    const bot = state.bots.get(id)
    if (bot === undefined || !hears(state, chat, message, bot, member)) continue
    emit(state, id, { kind, body: wireMessage(state, message, id), queue: `${chat.id}`, at })
  }
}
