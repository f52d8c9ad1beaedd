// Looking at what stands in a chat, as far as a bot can. Never changes a channel: its posts are read by a copy in a private log chat, on the
// profile of a user, or by asking whether a message is there at all.
// @source reference/telegram-bot-api.md §5.3 (alternatives compared)
import { Context, type Effect } from "effect"
import type { CallError } from "./Telegram.ts"

export interface ChatRef {
  readonly id: number
  /** Without `@`. */
  readonly username?: string
}

/** Whether a chat is the one that the catalog calls so. */
export const isChat = (named: string, { id, username }: ChatRef): boolean =>
  named === `${id}` || (username !== undefined && named.toLowerCase() === `@${username.toLowerCase()}`)

/** A message as a reader sees it. */
export interface SeenMessage {
  readonly chat: ChatRef
  readonly messageId: number
  /** Every link that its text or caption and its keyboard lead to. */
  readonly links: ReadonlyArray<string>
  /** The messages of one album share it; a copy of one of them has none. */
  readonly album?: string
  /** When it was posted, epoch seconds. */
  readonly at: number
  /** A picture without words or buttons, as an album has behind its first. */
  readonly bare: boolean
  /** The first line of what it says. */
  readonly line: string
}

/** Of a text as people see it; what has no width is left out. */
export const firstLine = (text: string): string =>
  text.replaceAll("\u200b", "").trim().split("\n")[0]?.trim() ?? ""

export type Look =
  /** `copy`: the message in the log chat that shows it. */
  | { readonly _tag: "Seen"; readonly message: SeenMessage; readonly copy: number }
  /** Somebody has forwarded it to there from elsewhere; whatever it shows, no bot of ours has posted it. */
  | { readonly _tag: "Forward"; readonly copy: number }
  /** It is there, but cannot be copied: a service message. */
  | { readonly _tag: "Service" }
  /** Whatever is there cannot be copied: the chat protects its content. */
  | { readonly _tag: "Protected" }
  /** Not there, or not to be seen at this moment. */
  | { readonly _tag: "Absent" }

export class Reader extends Context.Tag("oncecast/telegram/Reader")<
  Reader,
  {
    /** The newest posts of the channel on a user's profile, newest first, at most 20; as they are at this moment. */
    readonly newest: (user: number) => Effect.Effect<ReadonlyArray<SeenMessage>, CallError>
    /** Copies the message into the log chat without a sound. The copy is to be removed when it was looked at. */
    readonly forward: (chat: string, messageId: number, logChat: string) => Effect.Effect<Look, CallError>
    /** Whether a message has this id. Nobody sees the question. */
    readonly exists: (chat: string, messageId: number) => Effect.Effect<boolean, CallError>
  }
>() {}

/** What `newest` gives at most. */
export const newestAtMost = 20
