// Telegram over the Bot API (grammY's `Api`, our own transport). Enters: a rendered post. Leaves: message ids, or what is known.
// Promises: one HTTP request per call and never a second; an interrupted call has no socket left; nothing that leaves this file, in
// words or as a cause, holds the token.
import { Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { Api, InputFile } from "grammy"
import type { Post } from "../domain/Post.ts"
import { botApiFetch } from "./BotApiFetch.ts"
import { observe } from "./Observe.ts"
import { type ChatAccess, type Photo, type SentPost, Telegram, type TelegramError } from "./Telegram.ts"
import { type MethodClass, verdict } from "./Verdict.ts"

export interface BotApiOptions {
  readonly token: Redacted.Redacted
  /** Where the Bot API is served, without a trailing slash. Default https://api.telegram.org. */
  readonly apiRoot?: string
  /**
   * How long an answer may take. Default 120 s: the server sits out flood waits of up to 60 s and then still carries the call out, so
   * a shorter wait only makes unknown outcomes.
   * @source reference/telegram-bot-api.md §1.2 (hidden waits) and §5.1
   */
  readonly timeout?: Duration.DurationInput
  /** How long a connection may take; nothing has been sent by then. Default 15 s. */
  readonly connectTimeout?: Duration.DurationInput
}

/** Telegram, as the Bot API serves it. Makes no call by itself: a wrong token shows with the first one. */
export const layerBotApi = (options: BotApiOptions): Layer.Layer<Telegram> =>
  Layer.sync(Telegram, () => {
    const call = makeCall(options)
    return Telegram.of({
      send: Effect.fn("Telegram.send")((chat, post, photo) => send(call, chat, post, photo)),
      me: me(call).pipe(Effect.withSpan("Telegram.me")),
      access: Effect.fn("Telegram.access")((chat) => access(call, chat))
    })
  })

type Call = <A>(
  method: string,
  kind: MethodClass,
  request: (api: Api) => Promise<A>
) => Effect.Effect<A, TelegramError>

/** An `Api` per call: what ends one request ends no other. */
const makeCall = (options: BotApiOptions): Call => {
  const token = Redacted.value(options.token)
  const timeout = Duration.decode(options.timeout ?? "120 seconds")
  const connectTimeoutMs = Duration.toMillis(options.connectTimeout ?? "15 seconds")
  const apiEndedBy = (end: AbortSignal) =>
    new Api(token, {
      ...(options.apiRoot === undefined ? {} : { apiRoot: options.apiRoot }),
      fetch: botApiFetch({ connectTimeoutMs, end }),
      // Our own clock ends a call, so that its socket can say how far it got; grammY's must never be first.
      timeoutSeconds: Duration.toSeconds(timeout) * 2 + 60
    })
  return Effect.fnUntraced(function* (method, kind, request) {
    const end = new AbortController()
    const abort = Effect.sync(() => end.abort())
    const deadline = yield* Effect.fork(Effect.zipRight(Effect.sleep(timeout), abort))
    return yield* Effect.tryPromise({
      try: () => request(apiEndedBy(end.signal)),
      catch: (error) => verdict(method, kind, observe(error, token))
    }).pipe(
      Effect.onInterrupt(() => abort),
      Effect.ensuring(Fiber.interrupt(deadline))
    )
  })
}

const send = (
  call: Call,
  chat: string,
  post: Post,
  photo: Photo | undefined
): Effect.Effect<SentPost, TelegramError> => {
  const options = {
    parse_mode: "HTML" as const,
    disable_notification: post.silent,
    ...(post.buttons.length === 0
      ? {}
      : { reply_markup: { inline_keyboard: post.buttons.map((row) => [...row]) } })
  }
  if (photo !== undefined) {
    return call("sendPhoto", "send", (api) =>
      api.sendPhoto(chatOf(chat), fileOf(photo), { ...options, caption: post.html })
    ).pipe(Effect.flatMap((message) => sent("sendPhoto", message)))
  }
  const preview =
    post.previewUrl === undefined ? { is_disabled: true } : { is_disabled: false, url: post.previewUrl }
  return call("sendMessage", "send", (api) =>
    api.sendMessage(chatOf(chat), post.html, { ...options, link_preview_options: preview })
  ).pipe(Effect.flatMap((message) => sent("sendMessage", message)))
}

/** Id 0 means "accepted, and scheduled by the server": the post will stand under an id that nobody told us. */
const sent = (method: string, message: { readonly message_id?: unknown }) =>
  typeof message?.message_id === "number" && message.message_id > 0
    ? Effect.succeed<SentPost>({ messageIds: [message.message_id] })
    : Effect.fail(verdict(method, "send", { _tag: "Unclear", detail: "accepted without a message id" }))

const me = (call: Call) =>
  call("getMe", "other", (api) => api.getMe()).pipe(
    Effect.map((user) => ({ id: user.id, username: user.username }))
  )

const access = Effect.fnUntraced(function* (call: Call, chat: string) {
  const found = yield* call("getChat", "other", (api) => api.getChat(chatOf(chat)))
  const { id } = yield* me(call)
  const member = yield* call("getChatMember", "other", (api) => api.getChatMember(chatOf(chat), id))
  const creator = member.status === "creator"
  const admin = member.status === "administrator"
  const elsewhere = found.type !== "channel" && (member.status === "member" || admin)
  return {
    title: found.title ?? found.username ?? chat,
    type: found.type,
    canPost: creator || elsewhere || (admin && member.can_post_messages === true),
    canEditOthers: creator || (admin && member.can_edit_messages === true)
  } satisfies ChatAccess
})

/** Ids go as numbers: as text only names are documented. */
const chatOf = (chat: string): string | number => (/^-?\d{1,15}$/.test(chat) ? Number(chat) : chat)

/** grammY writes the name into a header unquoted. */
const fileOf = (photo: Photo) => new InputFile(photo.bytes, photo.fileName.replace(/[^\w.-]/g, "_"))
