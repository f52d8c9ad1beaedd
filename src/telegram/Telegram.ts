// Telegram as the publisher sees it: send one post, keep it true, and learn for certain what is certain. The only contract behind which the
// Bot API is known. Promises: no call is repeated by itself; each error says what is known about the post; no error carries the token.
import { Context, type Effect, Schema } from "effect"
import type { Post } from "../domain/Post.ts"

/** Certainly not done: the chat (or everything) must wait. Hold back all calls to the chat for `retryAfterSeconds`. */
export class TelegramFlood extends Schema.TaggedError<TelegramFlood>("oncecast/telegram/TelegramFlood")(
  "TelegramFlood",
  {
    method: Schema.String,
    retryAfterSeconds: Schema.Number
  }
) {
  override get message(): string {
    return `Telegram asks to wait ${this.retryAfterSeconds} s before the next ${this.method}.`
  }
}

/**
 * Certainly not done: Telegram said no. `post`: never take this post again. `media`: go on with fewer pictures. `gone`: the message that
 * the call is about is not there, or cannot be seen. `channel`: nothing can be done there until a person mends it; look again now and
 * then. `configuration`: token or server address are wrong; nothing works. `unclear`: an answer nobody has seen before; try a few
 * times, then refuse the post.
 */
export class TelegramRefused extends Schema.TaggedError<TelegramRefused>("oncecast/telegram/TelegramRefused")(
  "TelegramRefused",
  {
    method: Schema.String,
    blame: Schema.Literal("post", "media", "gone", "channel", "configuration", "unclear"),
    code: Schema.Number,
    description: Schema.String
  }
) {
  override get message(): string {
    return `Telegram refused ${this.method}: ${this.description} (${this.code}).`
  }
}

/** Not sent: no byte of the request reached Telegram; or a call that may simply be repeated broke off. Try again after a back-off. */
export class TelegramUnreachable extends Schema.TaggedError<TelegramUnreachable>(
  "oncecast/telegram/TelegramUnreachable"
)("TelegramUnreachable", { method: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `Telegram cannot be reached for ${this.method}: ${this.detail}.`
  }
}

/** Nobody knows whether it was sent. Never send again without evidence. */
export class TelegramUnknown extends Schema.TaggedError<TelegramUnknown>("oncecast/telegram/TelegramUnknown")(
  "TelegramUnknown",
  { method: Schema.String, detail: Schema.String }
) {
  override get message(): string {
    return `It is not known whether Telegram carried out ${this.method}: ${this.detail}.`
  }
}

export type TelegramError = TelegramFlood | TelegramRefused | TelegramUnreachable | TelegramUnknown

/** How a call fails that may simply be repeated: nothing about it can be unknown. */
export type CallError = Exclude<TelegramError, TelegramUnknown>

export interface Photo {
  readonly bytes: Uint8Array
  /** With the extension of its type. */
  readonly fileName: string
}

export interface SentPost {
  /** In the chat's own numbering, ascending; several for an album. */
  readonly messageIds: ReadonlyArray<number>
  /** The chat's number, whatever it was called by. */
  readonly chatId?: number
}

/** What `check` shows about a chat, and what recovery needs to know of it. */
export interface ChatAccess {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly canPost: boolean
  readonly canEditOthers: boolean
  readonly canDeleteOthers: boolean
  /** Its posts cannot be forwarded. */
  readonly protectedContent: boolean
  /** The discussion group of a channel. */
  readonly linkedChat?: number
}

export class Telegram extends Context.Tag("oncecast/telegram/Telegram")<
  Telegram,
  {
    /** A text post; with one photo a photo post, with several an album. `chat` is "@name" or a numeric id as text. */
    readonly send: (
      chat: string,
      post: Post,
      photos?: ReadonlyArray<Photo>
    ) => Effect.Effect<SentPost, TelegramError>
    /** Puts text and buttons of `post` in the place of what stands there; done as well when that is what stands there already. */
    readonly edit: (chat: string, messageId: number, post: Post) => Effect.Effect<void, CallError>
    /** Takes own messages away; done as well when they are gone already. Telegram permits it for 48 hours. */
    readonly remove: (chat: string, messageIds: ReadonlyArray<number>) => Effect.Effect<void, CallError>
    /** The bot's own name. */
    readonly me: Effect.Effect<{ readonly id: number; readonly username: string }, CallError>
    readonly access: (chat: string) => Effect.Effect<ChatAccess, CallError>
  }
>() {}
