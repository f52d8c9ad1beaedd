// Messages, chats and users in the form in which methods answer them (E8): dates in seconds, the channel as sender, photo sizes with file ids.
// @source https://core.telegram.org/bots/api#message
import type { Chat, Membership } from "./Chat.ts"
import { fileId } from "./FileIds.ts"
import { type Author, current, first, type Message, type StoredMedia } from "./Messages.ts"
import type { Bot, State } from "./State.ts"
import type { Json } from "./Wire.ts"

const seconds = (ms: number) => Math.floor(ms / 1000)

export const wireBot = (bot: Bot): Json => ({
  id: bot.id,
  is_bot: true,
  first_name: bot.name,
  username: bot.username
})

export const wireChat = (chat: Chat): Json => ({
  id: chat.id,
  type: chat.type,
  ...(chat.type === "private" ? { first_name: chat.title } : { title: chat.title }),
  ...(chat.username === undefined ? {} : { username: chat.username })
})

/** Sides of the copies that Telegram keeps of a photo, beside one that fits the original. */
const copies = [90, 320, 800]
const largest = 1280

/** Smallest first; the last is the picture itself, scaled down to 1280 when it is larger. */
const photoSizes = (media: StoredMedia, botId: number): ReadonlyArray<Json> => {
  const long = Math.max(media.width, media.height, 1)
  return [...copies.filter((side) => side < long), Math.min(long, largest)].map((side, index, all) => {
    const last = index === all.length - 1
    const unique = last ? media.unique : `${media.unique}s${side}`
    return {
      file_id: fileId("photo", botId, unique),
      file_unique_id: unique,
      width: Math.max(1, Math.round((media.width * side) / long)),
      height: Math.max(1, Math.round((media.height * side) / long)),
      file_size: last ? media.bytes : Math.ceil((media.bytes * side * side) / (long * long))
    }
  })
}

const wirePinned = (state: State, chatId: number, id: number, botId: number): Json => {
  const chat = state.chats.get(chatId)
  const pinned = chat?.messages.get(id)
  if (chat === undefined) return {}
  if (pinned === undefined || pinned.deleted !== undefined)
    return { chat: wireChat(chat), message_id: id, date: 0 }
  const { reply: _, ...plain } = pinned
  return wireMessage(state, plain, botId)
}

const wireContent = (state: State, message: Message, botId: number): Json => {
  const { content } = current(message)
  switch (content.kind) {
    case "service":
      return content.pinned === undefined
        ? content.fields
        : { ...content.fields, pinned_message: wirePinned(state, message.chat, content.pinned, botId) }
    case "text": {
      const { text, entities } = content.text
      return {
        text,
        ...(entities.length > 0 ? { entities } : {}),
        ...(content.preview === undefined ? {} : { link_preview_options: content.preview })
      }
    }
    default: {
      const { text, entities } = content.text
      const { unique, name, mime, bytes } = content.media
      return {
        ...(content.kind === "photo"
          ? { photo: photoSizes(content.media, botId) }
          : {
              document: {
                file_id: fileId("document", botId, unique),
                file_unique_id: unique,
                file_name: name,
                mime_type: mime,
                file_size: bytes
              }
            }),
        ...(text === "" ? {} : { caption: text }),
        ...(entities.length > 0 ? { caption_entities: entities } : {}),
        ...(content.above ? { show_caption_above_media: true } : {}),
        ...(content.spoiler ? { has_media_spoiler: true } : {})
      }
    }
  }
}

/** The user in whose name Telegram itself forwards into discussion groups. */
const telegram: Json = { id: 777_000, is_bot: false, first_name: "Telegram" }

const wireAuthor = (state: State, author: Author): Json => {
  const bot = author.kind === "bot" ? state.bots.get(author.id) : undefined
  if (bot !== undefined) return wireBot(bot)
  return { id: author.id, is_bot: false, first_name: author.kind === "user" ? author.name : `${author.id}` }
}

const wireSender = (state: State, chat: Chat, message: Message): Json => {
  if (chat.type === "channel") return { sender_chat: wireChat(chat) }
  const source = message.automatic ? state.chats.get(message.origin?.chat ?? 0) : undefined
  return source === undefined
    ? { from: wireAuthor(state, message.author) }
    : { from: telegram, sender_chat: wireChat(source) }
}

const wireOrigin = (state: State, message: Message): Json => {
  const { origin } = message
  const source = origin === undefined ? undefined : state.chats.get(origin.chat)
  if (source === undefined || origin === undefined) return {}
  const date = seconds(origin.at)
  return {
    forward_origin:
      source.type === "channel"
        ? { type: "channel", chat: wireChat(source), message_id: origin.message, date }
        : { type: "user", sender_user: wireAuthor(state, origin.author), date },
    ...(message.automatic ? { is_automatic_forward: true } : {})
  }
}

const wireReply = (state: State, chat: Chat, message: Message, botId: number): Json => {
  const answered = message.reply === undefined ? undefined : chat.messages.get(message.reply)
  if (answered === undefined || answered.deleted !== undefined) return {}
  const { reply: _, ...plain } = answered
  return { reply_to_message: wireMessage(state, plain, botId) }
}

/** The message as `botId` sees it: file ids differ per bot. */
export const wireMessage = (state: State, message: Message, botId: number): Json => {
  const chat = state.chats.get(message.chat)
  const version = current(message)
  return {
    message_id: message.id,
    ...(chat === undefined ? {} : { ...wireSender(state, chat, message), chat: wireChat(chat) }),
    date: seconds(first(message).at),
    ...(message.versions.length > 1 ? { edit_date: seconds(version.at) } : {}),
    ...wireOrigin(state, message),
    ...(chat === undefined ? {} : wireReply(state, chat, message, botId)),
    ...(message.album === undefined ? {} : { media_group_id: message.album }),
    ...(message.protected ? { has_protected_content: true } : {}),
    ...wireContent(state, message, botId),
    ...(version.keyboard === undefined ? {} : { reply_markup: version.keyboard })
  }
}

export const wireMember = (user: Json, { status, rights }: Membership): Json => ({
  user,
  status,
  ...(status === "administrator"
    ? {
        ...rights,
        can_be_edited: false,
        is_anonymous: false,
        can_manage_chat: true,
        can_restrict_members: false,
        can_promote_members: false,
        can_change_info: false,
        can_invite_users: false,
        can_manage_video_chats: false
      }
    : {}),
  ...(status === "creator" ? { is_anonymous: false } : {})
})
