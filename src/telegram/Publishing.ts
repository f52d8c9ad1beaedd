// The Telegram contract in terms of the Bot API: sendMessage, sendPhoto, sendMediaGroup, the edits and deletions of what was sent, and what a
// bot may do in a chat. One request per call, but for the one edit whose answer Telegram is known to get wrong.
import { Effect, Option, Schema } from "effect"
import { type Api, InputFile, InputMediaBuilder } from "grammy"
import type { Post } from "../domain/Post.ts"
import { traced } from "../Spans.ts"
import { type Calls, chatOf, decoded, html, orDoneAlready } from "./Calls.ts"
import {
  type CallError,
  type ChatAccess,
  type Photo,
  type SentPost,
  Telegram,
  type TelegramError
} from "./Telegram.ts"
import { verdict } from "./Verdict.ts"

export const publishing = (calls: Calls) =>
  Telegram.of({
    send: traced("Telegram.send")((chat, post, photos = []) => send(calls, chat, post, photos)),
    edit: traced("Telegram.edit")((chat, messageId, post) => edit(calls, chat, messageId, post)),
    remove: traced("Telegram.remove")((chat, ids) => remove(calls, chat, ids)),
    me: me(calls).pipe(Effect.withSpan("Telegram.me")),
    access: traced("Telegram.access")((chat) => access(calls, chat))
  })

const markupOf = (post: Post) =>
  post.buttons.length === 0 ? {} : { reply_markup: { inline_keyboard: post.buttons.map((row) => [...row]) } }

/** Without it, if it stands no longer. */
const replyOf = ({ replyTo }: Post) =>
  replyTo === undefined
    ? {}
    : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }

const previewOf = ({ previewUrl }: Post) => ({
  link_preview_options:
    previewUrl === undefined ? { is_disabled: true } : { is_disabled: false, url: previewUrl }
})

const send = (
  calls: Calls,
  chat: string,
  post: Post,
  photos: ReadonlyArray<Photo>
): Effect.Effect<SentPost, TelegramError> => {
  const options = { disable_notification: post.silent, ...html, ...markupOf(post), ...replyOf(post) }
  const [first, ...more] = photos
  if (first === undefined) {
    return sent(
      "sendMessage",
      1,
      calls.send("sendMessage", (api) =>
        api.sendMessage(chatOf(chat), post.html, { ...options, ...previewOf(post) })
      )
    )
  }
  if (more.length === 0) {
    return sent(
      "sendPhoto",
      1,
      calls.send("sendPhoto", (api) =>
        api.sendPhoto(chatOf(chat), fileOf(first), { ...options, caption: post.html })
      )
    )
  }
  const media = [
    InputMediaBuilder.photo(fileOf(first), { caption: post.html, ...html }),
    ...more.map((photo) => InputMediaBuilder.photo(fileOf(photo)))
  ]
  return sent(
    "sendMediaGroup",
    photos.length,
    calls.send("sendMediaGroup", (api) =>
      api.sendMediaGroup(chatOf(chat), media, { disable_notification: post.silent, ...replyOf(post) })
    )
  )
}

const SentMessage = Schema.Struct({
  message_id: Schema.Int.pipe(Schema.positive()),
  chat: Schema.optional(Schema.Struct({ id: Schema.Int }))
})
const decodeSent = Schema.decodeUnknownOption(Schema.Union(Schema.Array(SentMessage), SentMessage))

/**
 * Id 0 means "accepted, and scheduled by the server": the post will stand under an id that nobody told us. Fewer messages than were
 * sent: an album that stands in part.
 */
const sent = (
  method: string,
  count: number,
  call: Effect.Effect<unknown, TelegramError>
): Effect.Effect<SentPost, TelegramError> =>
  Effect.flatMap(call, (answer) => {
    const messages = Option.match(decodeSent(answer), {
      onNone: () => [],
      onSome: (found) => ("message_id" in found ? [found] : found)
    })
    const [first] = messages
    return first === undefined || messages.length !== count
      ? Effect.fail(verdict(method, "send", { _tag: "Unclear", detail: "accepted without its message ids" }))
      : Effect.succeed({
          messageIds: messages.map((message) => message.message_id).sort((a, b) => a - b),
          ...(first.chat === undefined ? {} : { chatId: first.chat.id })
        })
  })

/**
 * "message not found" can follow an edit that was carried out: asked once more, the answer is the true one.
 * @source reference/telegram-bot-api.md §4 (telegram-bot-api Client.cpp 6343)
 */
const isMisleading = (error: CallError) =>
  error._tag === "TelegramRefused" && /(?<!edit )message not found/i.test(error.description)

const edit = (calls: Calls, chat: string, messageId: number, post: Post) => {
  const options = { ...html, ...markupOf(post) }
  const once: Effect.Effect<unknown, CallError> =
    post.photoUrls.length === 0
      ? calls.repeatable("editMessageText", (api) =>
          api.editMessageText(chatOf(chat), messageId, post.html, { ...options, ...previewOf(post) })
        )
      : calls.repeatable("editMessageCaption", (api) =>
          api.editMessageCaption(chatOf(chat), messageId, { ...options, caption: post.html })
        )
  return Effect.retry(once, { times: 1, while: isMisleading }).pipe(orDoneAlready("message is not modified"))
}

const remove = (calls: Calls, chat: string, ids: ReadonlyArray<number>) => {
  const [first, ...more] = ids
  if (first === undefined) return Effect.void
  const one = (api: Api) => api.deleteMessage(chatOf(chat), first)
  const all = (api: Api) => api.deleteMessages(chatOf(chat), [...ids])
  return (
    more.length === 0 ? calls.repeatable("deleteMessage", one) : calls.repeatable("deleteMessages", all)
  ).pipe(orDoneAlready("message to delete not found"))
}

const User = Schema.Struct({
  id: Schema.Int,
  username: Schema.optionalWith(Schema.String, { default: () => "" })
})

export const me = (calls: Calls) =>
  Effect.flatMap(
    calls.repeatable("getMe", (api) => api.getMe()),
    decoded("getMe", User)
  )

const access = Effect.fnUntraced(function* (calls: Calls, chat: string) {
  const found = yield* calls.repeatable("getChat", (api) => api.getChat(chatOf(chat)))
  const { id } = yield* me(calls)
  const member = yield* calls.repeatable("getChatMember", (api) => api.getChatMember(chatOf(chat), id))
  const creator = member.status === "creator"
  const admin = member.status === "administrator"
  const elsewhere = found.type !== "channel" && (member.status === "member" || admin)
  return {
    id: found.id,
    title: found.title ?? found.username ?? chat,
    type: found.type,
    canPost: creator || elsewhere || (admin && member.can_post_messages === true),
    canEditOthers: creator || (admin && member.can_edit_messages === true),
    canDeleteOthers: creator || (admin && member.can_delete_messages),
    protectedContent: found.has_protected_content === true,
    ...(found.linked_chat_id === undefined ? {} : { linkedChat: found.linked_chat_id })
  } satisfies ChatAccess
})

/** grammY writes the name into a header unquoted. */
const fileOf = (photo: Photo) => new InputFile(photo.bytes, photo.fileName.replace(/[^\w.-]/g, "_"))
