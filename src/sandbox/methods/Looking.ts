// getMe, getChat, getChatMember, getChatAdministrators, getUserPersonalChatMessages, getFile: reads without effect or cost (E9).
// @source https://core.telegram.org/bots/api
import { Either } from "effect"
import { chatFor, isAdministrator } from "../Access.ts"
import { type Chat, isBlind } from "../Chat.ts"
import { badRequest } from "../Errors.ts"
import { filePath, originalOf, readFileId } from "../FileIds.ts"
import type { Message } from "../Messages.ts"
import type { State } from "../State.ts"
import type { Json } from "../Wire.ts"
import { wireBot, wireChat, wireMember, wireMessage } from "../WireMessage.ts"
import { answer, type Method } from "./Method.ts"
import { integerOf, textOf } from "./Params.ts"

const maxPersonal = 20
const maxDownloadBytes = 20 * 1024 * 1024

export const getMe: Method = (_, { bot }) =>
  answer({
    ...wireBot(bot),
    can_join_groups: true,
    can_read_all_group_messages: bot.readsGroups,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false
  })

/** A channel knows its discussion group, and the group its channel. */
const linkOf = (state: State, chat: Chat): Json => {
  const channel = [...state.chats.values()].find(({ linkedChat }) => linkedChat === chat.id)
  const linked = chat.linkedChat ?? channel?.id
  return linked === undefined ? {} : { linked_chat_id: linked }
}

export const getChat: Method = (state, { bot, params }) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, bot.id, textOf(params, "chat_id"), "look")
    const pinned = chat.messages.get(chat.pinned.at(-1) ?? 0)
    return yield* answer({
      ...wireChat(chat),
      ...(chat.username === undefined ? {} : { active_usernames: [chat.username] }),
      ...(chat.description === "" ? {} : { description: chat.description }),
      ...(chat.protectedContent ? { has_protected_content: true } : {}),
      ...linkOf(state, chat),
      ...(pinned === undefined ? {} : { pinned_message: wireMessage(state, pinned, bot.id) }),
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: {
        unlimited_gifts: false,
        limited_gifts: false,
        unique_gifts: false,
        premium_subscription: false,
        gifts_from_channels: false
      }
    })
  })

const userOf = (state: State, id: number): Json => {
  const bot = state.bots.get(id)
  return bot === undefined ? { id, is_bot: false, first_name: `User ${id}` } : wireBot(bot)
}

export const getChatMember: Method = (state, { bot, params }) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, bot.id, textOf(params, "chat_id"), "look")
    const id = integerOf(params, "user_id")
    if (id === undefined) return yield* badRequest("invalid user_id specified")
    const member = chat.members.get(id)
    return yield* member === undefined
      ? badRequest("member not found")
      : answer(wireMember(userOf(state, id), member))
  })

export const getChatAdministrators: Method = (state, { bot, params }) =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, bot.id, textOf(params, "chat_id"), "member")
    if (chat.type === "private") {
      return yield* badRequest("there are no administrators in the private chat")
    }
    const members = [...chat.members].filter(([, member]) => isAdministrator(member))
    return yield* answer(members.map(([id, member]) => wireMember(userOf(state, id), member)))
  })

/** A message as it stood at a time, if it did. */
const asOf = (message: Message, at: number): ReadonlyArray<Message> => {
  const [oldest, ...later] = message.versions
  const isThere = oldest.at <= at && (message.deleted === undefined || message.deleted.at > at)
  return isThere ? [{ ...message, versions: [oldest, ...later.filter((version) => version.at <= at)] }] : []
}

/** The newest posts of the channel on a user's profile, newest first; as they stand, unless the switch for the lag or a fault says otherwise. */
export const getUserPersonalChatMessages: Method = (state, { bot, params }, now) => {
  const chat = state.chats.get(state.personalChats.get(integerOf(params, "user_id") ?? 0) ?? 0)
  if (chat === undefined) return badRequest("user not found")
  const limit = Math.min(maxPersonal, Math.max(1, integerOf(params, "limit") ?? maxPersonal))
  const shown = [...chat.messages.values()]
    .filter(({ id }) => !isBlind(chat, id, "personal", now))
    .flatMap((message) => asOf(message, now - state.switches.personalChatLagMs))
  return answer(
    shown
      .slice(-limit)
      .reverse()
      .map((message) => wireMessage(state, message, bot.id))
  )
}

export const getFile: Method = (state, { bot, params }) => {
  const written = textOf(params, "file_id")
  if (written === "") return badRequest("file_id not specified")
  const file = readFileId(written)
  const bytes = file === undefined ? undefined : state.files.get(originalOf(file.unique))
  if (file === undefined || bytes === undefined || file.botId !== bot.id) {
    return badRequest("invalid file_id")
  }
  if (bytes.length > maxDownloadBytes) return badRequest("file is too big")
  return answer({
    file_id: written,
    file_unique_id: file.unique,
    file_size: bytes.length,
    file_path: filePath(file)
  })
}
