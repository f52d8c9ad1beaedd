// The hand behind the curtain (E6, E7, E16, E20, E22): makes bots and chats, acts as people, plans faults, reads everything out. Each change takes
// effect between two calls. Chats are named "@name" or by id; one that is not there is `NotThere`.
import { type Effect, Schema } from "effect"
import type { CallRecord, Windows } from "./CallLog.ts"
import type { Chat, ChatType, Membership, Rights } from "./Chat.ts"
import type { FaultRule } from "./Faults.ts"
import type { Message } from "./Messages.ts"
import type { RatePolicy } from "./RateModel.ts"
import type { Duplicate } from "./Readout.ts"
import type { Snapshot } from "./Snapshot.ts"
import type { WebPhoto } from "./State.ts"

/** A chat, message or bot that control was asked about does not exist. */
export class NotThere extends Schema.TaggedError<NotThere>("oncecast/sandbox/NotThere")("NotThere", {
  what: Schema.String
}) {
  override get message(): string {
    return `The sandbox has no ${this.what}.`
  }
}

export interface NewChat {
  /** Default: channel. */
  readonly type?: ChatType
  /** Public: with or without `@`. */
  readonly username?: string
  /** Default: the next free one of the form that the type has. */
  readonly id?: number
  readonly title?: string
  readonly protectedContent?: boolean
  readonly linkedChat?: number
  /** What every bot is there at first. Default: administrator with all rights. */
  readonly bots?: Membership
}

export interface Control {
  /** Everything as at the start: chats, files, faults and logs are gone. */
  readonly reset: Effect.Effect<void>
  readonly addBot: (token: string, username?: string) => Effect.Effect<{ readonly id: number }>
  readonly addChat: (chat: NewChat) => Effect.Effect<{ readonly id: number }>
  /** Absent rights of an administrator are all rights; the bot is told by `my_chat_member`. `bot` defaults to the only one. */
  readonly setMembership: (
    chat: string,
    status: Membership["status"],
    rights?: Partial<Rights>,
    bot?: number
  ) => Effect.Effect<void, NotThere>
  readonly setChat: (
    chat: string,
    change: Partial<Pick<Chat, "title" | "protectedContent" | "linkedChat">>
  ) => Effect.Effect<void, NotThere>
  readonly postAsAdmin: (chat: string, text: string) => Effect.Effect<Message, NotThere>
  readonly editAsAdmin: (chat: string, id: number, text: string) => Effect.Effect<void, NotThere>
  readonly deleteAsAdmin: (chat: string, id: number) => Effect.Effect<void, NotThere>
  /** A user writes to a bot in private. */
  readonly say: (user: number, text: string, bot?: number) => Effect.Effect<Message, NotThere>
  /** A user forwards a message of a chat to a bot in private. */
  readonly forwardAs: (
    user: number,
    chat: string,
    id: number,
    bot?: number
  ) => Effect.Effect<Message, NotThere>
  /** A user presses a callback button; gives the query's id. */
  readonly press: (chat: string, id: number, data: string, user?: number) => Effect.Effect<string, NotThere>
  /** What Telegram's fetcher finds at an address. */
  readonly webPhoto: (address: string, photo: WebPhoto) => Effect.Effect<void>
  /** The message cannot be read for so long, although readers see it. */
  readonly blind: (chat: string, id: number, ms: number) => Effect.Effect<void, NotThere>
  /** The channel on a user's profile. */
  readonly personalChat: (user: number, chat: string) => Effect.Effect<void, NotThere>
  readonly fault: (rule: FaultRule) => Effect.Effect<void>
  readonly clearFaults: Effect.Effect<void>
  readonly rate: (policy: Partial<RatePolicy>) => Effect.Effect<void>

  readonly chats: Effect.Effect<ReadonlyArray<Chat>>
  readonly standing: (chat: string) => Effect.Effect<ReadonlyArray<Message>, NotThere>
  readonly history: (chat: string) => Effect.Effect<ReadonlyArray<Message>, NotThere>
  readonly duplicateTexts: (chat: string) => Effect.Effect<ReadonlyArray<Duplicate>, NotThere>
  readonly duplicateMarkers: (
    chat: string,
    pattern: RegExp
  ) => Effect.Effect<ReadonlyArray<Duplicate>, NotThere>
  readonly calls: (method?: string) => Effect.Effect<ReadonlyArray<CallRecord>>
  /** The busiest second and minute of arriving sends and edits, of one chat or of all. */
  readonly windows: (chat?: string) => Effect.Effect<Windows, NotThere>
  readonly file: (unique: string) => Effect.Effect<Uint8Array, NotThere>
  readonly dump: Effect.Effect<Snapshot>
  readonly load: (snapshot: Snapshot, files: ReadonlyMap<string, Uint8Array>) => Effect.Effect<void>
}
