// Telegram as the publisher sees it: send one post, and learn for certain what is certain. The only contract behind which the Bot API is
// known. Promises: no call is repeated by itself; each error says what is known about the post; no error carries the token.
import { Context, type Effect, Schema } from "effect"
import type { Post } from "../domain/Post.ts"

/** Certainly not sent: the chat (or everything) must wait. Hold back all calls to the chat for `retryAfterSeconds`. */
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
 * Certainly not sent: Telegram said no. `post`: never take this post again. `media`: go on without the photo. `channel`: nothing
 * can be posted there until a person mends it; look again now and then. `configuration`: token or server address are wrong; nothing
 * works. `unclear`: an answer nobody has seen before; try a few times, then refuse the post.
 */
export class TelegramRefused extends Schema.TaggedError<TelegramRefused>("oncecast/telegram/TelegramRefused")(
  "TelegramRefused",
  {
    method: Schema.String,
    blame: Schema.Literal("post", "media", "channel", "configuration", "unclear"),
    code: Schema.Number,
    description: Schema.String
  }
) {
  override get message(): string {
    return `Telegram refused ${this.method}: ${this.description} (${this.code}).`
  }
}

/** Certainly not sent: no byte of the request reached Telegram. Try again after a back-off. */
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

export interface Photo {
  readonly bytes: Uint8Array
  /** With the extension of its type. */
  readonly fileName: string
}

export interface SentPost {
  /** In the chat's own numbering; several for an album. */
  readonly messageIds: ReadonlyArray<number>
}

/** What `check` shows about a chat. */
export interface ChatAccess {
  readonly title: string
  readonly type: string
  readonly canPost: boolean
  readonly canEditOthers: boolean
}

export class Telegram extends Context.Tag("oncecast/telegram/Telegram")<
  Telegram,
  {
    /** A text post, or with `photo` a photo post. `chat` is "@name" or a numeric id as text. */
    readonly send: (chat: string, post: Post, photo?: Photo) => Effect.Effect<SentPost, TelegramError>
    /** The bot's own name. */
    readonly me: Effect.Effect<{ readonly id: number; readonly username: string }, TelegramError>
    readonly access: (chat: string) => Effect.Effect<ChatAccess, TelegramError>
  }
>() {}
