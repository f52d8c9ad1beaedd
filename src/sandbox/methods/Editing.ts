// editMessageText, -Caption, -Media, -ReplyMarkup (E12). Order of judgement: the new content parses, the chat is open, the message is there, it
// may be edited, it has such a part, it is not too long, it would change. An edit without reply_markup removes the keyboard.
// @source reference/telegram-bot-api.md §4, §5.2
import { Either } from "effect"
import { chatFor, hasRight, isAdministrator, isOwn, membership } from "../Access.ts"
import { type Chat, readable } from "../Chat.ts"
import { badRequest, type Judged } from "../Errors.ts"
import { type FileKind, fileKind } from "../FileIds.ts"
import { checkCaption, checkText } from "../Limits.ts"
import { keep, mediaOf, mediaRefusal } from "../Media.ts"
import { type Content, current, type Message, sameKeyboard, unchanged } from "../Messages.ts"
import { revise } from "../Posting.ts"
import type { State } from "../State.ts"
import type { Keyboard } from "../Wire.ts"
import { wireMessage } from "../WireMessage.ts"
import { bodyOf, captionOf, keyboardOf, previewOf } from "./Composing.ts"
import type { Call, Method, Prepared } from "./Method.ts"
import { asRecord, flagOf, integerOf, recordOf, textOf } from "./Params.ts"

const notModified =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"

interface Target {
  readonly chat: Chat
  readonly message: Message
}

/** An own post that an admin deleted may still stand in the server's cache; the edit then fails one step later. */
const isStale = (state: State, message: Message | undefined, botId: number) =>
  state.switches.staleAfterAdminDelete && message?.deleted?.by.kind === "user" && isOwn(message, botId)

/** In a channel an own post too, as long as the bot may post there. @source td MessagesManager.cpp, can_edit_message */
const mayEdit = (chat: Chat, message: Message, botId: number) => {
  if (current(message).content.kind === "service" || message.origin !== undefined) return false
  const own = isOwn(message, botId)
  if (chat.type !== "channel") return own
  return hasRight(chat, botId, "can_edit_messages") || (own && hasRight(chat, botId, "can_post_messages"))
}

const target = (state: State, call: Call, now: number): Judged<Target> =>
  Either.gen(function* () {
    const chat = yield* chatFor(state, call.bot.id, textOf(call.params, "chat_id"), "member")
    const id = integerOf(call.params, "message_id")
    if (id === undefined) return yield* badRequest("message identifier is not specified")
    if (chat.type === "channel" && !isAdministrator(membership(chat, call.bot.id))) {
      return yield* badRequest("need administrator rights in the channel chat")
    }
    if (isStale(state, chat.messages.get(id), call.bot.id)) return yield* badRequest("MESSAGE_ID_INVALID")
    const message = readable(chat, id, "edit", now)
    if (message === undefined) return yield* badRequest("message to edit not found")
    if (!mayEdit(chat, message, call.bot.id)) return yield* badRequest("message can't be edited")
    return { chat, message }
  })

const editing = (
  state: State,
  call: Call,
  { chat, message }: Target,
  next: { readonly content: Content; readonly keyboard?: Keyboard },
  before: () => void = () => undefined
): Judged<Prepared> => {
  if (unchanged(current(message), next, state.switches.previewCounts)) return badRequest(notModified)
  return Either.right({
    budget: { chat: chat.id, cost: 1, messages: 0 },
    commit: (at) => {
      before()
      const standing = chat.messages.get(message.id) ?? message
      const by = { kind: "bot" as const, id: call.bot.id }
      const revised = revise(state, chat, standing, { ...next, request: call.request }, by, at)
      return wireMessage(state, revised, call.bot.id)
    }
  })
}

export const editMessageText: Method = (state, call, now) =>
  Either.gen(function* () {
    const text = yield* bodyOf(call.params, state.switches)
    const found = yield* target(state, call, now)
    if (current(found.message).content.kind !== "text") {
      return yield* badRequest("there is no text in the message to edit")
    }
    const markup = yield* keyboardOf(call.params, found.chat)
    yield* checkText(text.text, state.switches.lengthUnit, "edit")
    const content = { kind: "text" as const, text, ...previewOf(call.params) }
    return yield* editing(state, call, found, { content, ...markup })
  })

export const editMessageCaption: Method = (state, call, now) =>
  Either.gen(function* () {
    const text = yield* captionOf(call.params, state.switches)
    const found = yield* target(state, call, now)
    const { content } = current(found.message)
    if (content.kind !== "photo" && content.kind !== "document") {
      return yield* badRequest("there is no caption in the message to edit")
    }
    const markup = yield* keyboardOf(call.params, found.chat)
    yield* checkCaption(text.text, state.switches.lengthUnit, "edit")
    const above = flagOf(call.params, "show_caption_above_media")
    return yield* editing(state, call, found, { content: { ...content, text, above }, ...markup })
  })

/** An album holds photos only, or documents only. */
const keepsKind = ({ message }: Target, kind: FileKind) =>
  message.album === undefined || current(message).content.kind === kind

export const editMessageMedia: Method = (state, call, now) =>
  Either.gen(function* () {
    const raw = asRecord(recordOf(call.params, "media"))
    const kind = fileKind(textOf(raw, "type"))
    if (kind === undefined) return yield* badRequest("this emulator edits only photos and documents")
    const text = yield* captionOf(raw, state.switches)
    const medium = mediaOf(state, call, kind, textOf(raw, "media") || "attach://", "media not found")
    const judged = yield* Either.mapLeft(medium, mediaRefusal)
    const found = yield* target(state, call, now)
    if (!keepsKind(found, kind)) return yield* badRequest("can't change media type in the album")
    const markup = yield* keyboardOf(call.params, found.chat)
    yield* checkCaption(text.text, state.switches.lengthUnit, "edit")
    const content = {
      kind,
      media: judged.media,
      text,
      above: flagOf(raw, "show_caption_above_media"),
      spoiler: flagOf(raw, "has_spoiler")
    }
    return yield* editing(state, call, found, { content, ...markup }, () => keep(state, judged))
  })

/** Compares the keyboard only; an item of an album cannot have one and is always "not modified". */
export const editMessageReplyMarkup: Method = (state, call, now) =>
  Either.gen(function* () {
    const found = yield* target(state, call, now)
    const markup = yield* keyboardOf(call.params, found.chat)
    const { content, keyboard } = current(found.message)
    if (found.message.album !== undefined || sameKeyboard(keyboard, markup.keyboard)) {
      return yield* badRequest(notModified)
    }
    return yield* editing(state, call, found, { content, ...markup })
  })
