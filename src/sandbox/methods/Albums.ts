// sendMediaGroup: photos, or documents, under one media_group_id, no keyboard. What Telegram refuses is told with the item's number, untranslated.
// @source reference/telegram-bot-api.md §2 "album", §4 "failed to send message #k"; td MessageContent.cpp check_message_group_message_contents
import { Either } from "effect"
import { writableChat } from "../Access.ts"
import type { Chat } from "../Chat.ts"
import { badRequest, type Judged, type Refusal, rewritten } from "../Errors.ts"
import { type FileKind, fileKind } from "../FileIds.ts"
import { checkAlbum, checkCaption } from "../Limits.ts"
import { albumRefusal, type JudgedMedia, keep, mediaOf } from "../Media.ts"
import type { Content, Message } from "../Messages.ts"
import { albumId, post } from "../Posting.ts"
import type { State } from "../State.ts"
import { wireMessage } from "../WireMessage.ts"
import { captionOf, deliveryOf, replyOf } from "./Composing.ts"
import type { Call, Method } from "./Method.ts"
import { asRecord, flagOf, listOf, type Params, textOf } from "./Params.ts"

interface Item {
  readonly kind: FileKind
  readonly judged: JudgedMedia
  readonly content: () => Content
}

/** What one item may say wrong is told as being about the list. */
const inList = (refusal: Refusal): Refusal => {
  const text = refusal.description.replace(/^Bad Request: /, "")
  return rewritten(400, `can't parse InputMedia: ${text.slice(0, 1).toUpperCase()}${text.slice(1)}`)
}

const itemOf = (state: State, call: Call, raw: Params, index: number): Judged<Item> =>
  Either.gen(function* () {
    const kind = fileKind(textOf(raw, "type"))
    if (kind === undefined) {
      return yield* badRequest("this emulator takes only photos and documents in albums")
    }
    const text = yield* Either.mapLeft(captionOf(raw, state.switches), inList)
    const missing = "can't parse InputMedia: media not found"
    const judged = yield* Either.mapLeft(
      mediaOf(state, call, kind, textOf(raw, "media") || "attach://", missing),
      (refusal) => albumRefusal(index, refusal)
    )
    yield* checkCaption(text.text, state.switches.lengthUnit, "send")
    const flags = { above: flagOf(raw, "show_caption_above_media"), spoiler: flagOf(raw, "has_spoiler") }
    return { kind, judged, content: () => ({ kind, media: keep(state, judged), text, ...flags }) }
  })

const together = (items: ReadonlyArray<Item>, raw: ReadonlyArray<Params>): Judged<void> => {
  if (new Set(items.map(({ kind }) => kind)).size > 1) {
    return badRequest("document can't be mixed with other media types")
  }
  const above = new Set(raw.map((item) => flagOf(item, "show_caption_above_media")))
  return above.size > 1
    ? badRequest("parameter show_caption_above_media must be the same for all messages")
    : Either.right(undefined)
}

/** Posts the first `count` items; one alone is no album. */
const postItems = (
  state: State,
  call: Call,
  chat: Chat,
  items: ReadonlyArray<Item>,
  reply: { readonly reply?: number },
  at: number,
  count = items.length
): ReadonlyArray<Message> => {
  const { bot, params, request } = call
  const album = items.length > 1 ? { album: albumId(state.seed, request) } : {}
  const shared = {
    author: { kind: "bot" as const, id: bot.id },
    request,
    ...reply,
    ...deliveryOf(params, chat)
  }
  return items
    .slice(0, count)
    .map(({ content }) => post(state, chat, { ...shared, ...album, content: content() }, at))
}

export const sendMediaGroup: Method = (state, call, now) =>
  Either.gen(function* () {
    const { params, bot } = call
    const media = (listOf(params, "media") ?? []).map(asRecord)
    yield* checkAlbum(media.length)
    const items = yield* Either.all(media.map((raw, index) => itemOf(state, call, raw, index)))
    yield* together(items, media)
    const chat = yield* writableChat(
      state,
      bot.id,
      textOf(params, "chat_id"),
      `${items[0]?.kind ?? "photo"}s`
    )
    const reply = yield* replyOf(params, chat, now)
    const cost = state.switches.albumCost === "one" ? 1 : items.length
    return {
      budget: { chat: chat.id, cost, messages: items.length },
      commit: (at: number) =>
        postItems(state, call, chat, items, reply, at).map((message) => wireMessage(state, message, bot.id)),
      commitFirst: (count: number, at: number) =>
        postItems(state, call, chat, items, reply, at, count).map(({ id }) => id)
    }
  })
