// May this bot do this in this chat? The chat or the exact refusal leaves (E6).
// @source reference/telegram-bot-api.md §4 (telegram-bot-api Client.cpp check_chat_access)
import { Either } from "effect"
import { type Chat, type Membership, noRights, type Rights } from "./Chat.ts"
import { badRequest, forbidden, type Judged, type Refusal } from "./Errors.ts"
import type { Message } from "./Messages.ts"
import { createChat, findChat, type State } from "./State.ts"

const stranger: Membership = { status: "left", rights: noRights }

export const membership = (chat: Chat, botId: number): Membership => chat.members.get(botId) ?? stranger

export const isAdministrator = ({ status }: Membership) => status === "administrator" || status === "creator"

const migrated = (to: number): Refusal => ({
  code: 400,
  description: "Bad Request: group chat was upgraded to a supergroup chat",
  parameters: { migrate_to_chat_id: to }
})

const outside = (chat: Chat, { status }: Membership): Judged<void> => {
  if (chat.type === "private") {
    if (status === "kicked") return forbidden("bot was blocked by the user")
    return status === "left"
      ? forbidden("bot can't initiate conversation with a user")
      : Either.right(undefined)
  }
  if (status === "kicked") return forbidden(`bot was kicked from the ${chat.type} chat`)
  return status === "left"
    ? forbidden(`bot is not a member of the ${chat.type} chat`)
    : Either.right(undefined)
}

/** The chat that `chat_id` names, if the bot may look at it. A public one may be looked at from outside, but not by whom it threw out. */
export const chatFor = (
  state: State,
  botId: number,
  chatId: string,
  access: "look" | "member"
): Judged<Chat> =>
  Either.gen(function* () {
    if (chatId === "") return yield* badRequest("chat_id is empty")
    const known = findChat(state, chatId)
    const chat = known ?? (state.unknownChats === "create" ? createChat(state, chatId, botId) : undefined)
    if (chat === undefined) return yield* badRequest("chat not found")
    if (chat.migratedTo !== undefined) return yield* Either.left(migrated(chat.migratedTo))
    const member = membership(chat, botId)
    const open = access === "look" && chat.username !== undefined && member.status !== "kicked"
    if (!open) yield* outside(chat, member)
    return chat
  })

/** The chat, if the bot may write there; `what` stands in the refusal: "text messages", "photos". */
export const writableChat = (state: State, botId: number, chatId: string, what: string): Judged<Chat> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, botId, chatId, "member")
    const member = membership(chat, botId)
    if (chat.type === "private") return chat
    if (chat.type === "channel" && !isAdministrator(member)) {
      return yield* badRequest("need administrator rights in the channel chat")
    }
    // In groups administrators may always write, and members unless they are restricted.
    const may = member.rights.can_post_messages || (chat.type !== "channel" && isAdministrator(member))
    return may ? chat : yield* badRequest(`not enough rights to send ${what} to the chat`)
  })

/** Rights count for administrators only. */
export const hasRight = (chat: Chat, botId: number, right: keyof Rights): boolean => {
  const member = membership(chat, botId)
  return isAdministrator(member) && member.rights[right]
}

export const isOwn = (message: Message, botId: number) =>
  message.author.kind === "bot" && message.author.id === botId && !message.automatic
