// The hand behind the curtain (E6, E7, E11, E14–E23): makes bots and chats, acts as people, plans faults, reads everything out. Each change takes
// effect between two calls. Chats are named "@name" or by id; what is not there is `NotThere`.
import { type Effect, Schema } from "effect"
import type { ClockChange, ClockReading } from "./AdjustableClock.ts"
import type { CallRecord, Windows } from "./CallLog.ts"
import type { Chat, ChatType, Membership, Rights, Technique } from "./Chat.ts"
import type { FaultRule } from "./Faults.ts"
import type { EmulatorOptions } from "./Machine.ts"
import type { Message } from "./Messages.ts"
import type { RatePolicy } from "./RateModel.ts"
import type { Duplicate, Touched } from "./Readout.ts"
import type { Snapshot } from "./Snapshot.ts"
import type { NewBot } from "./State.ts"
import type { Switches } from "./Switches.ts"
import type { UpdateFault } from "./Updates.ts"

/** A chat, message or bot that control was asked about does not exist. */
export class NotThere extends Schema.TaggedError<NotThere>("oncecast/sandbox/NotThere")("NotThere", {
  what: Schema.String
}) {
  override get message(): string {
    return `The sandbox has no ${this.what}.`
  }
}

/** Absent rights of an administrator are all rights. */
export interface Standing {
  readonly status: Membership["status"]
  readonly rights?: Partial<Rights>
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
  readonly bots?: Standing
  /** People, or bots that are something else than the others. */
  readonly members?: ReadonlyArray<Standing & { readonly id: number }>
}

/** What Telegram's fetcher finds: bytes, or a constant of the server such as WEBPAGE_CURL_FAILED; after a while. */
export type WebFind =
  | { readonly bytes: Uint8Array; readonly delayMs?: number }
  | { readonly failure: string; readonly delayMs?: number }

export interface ChatChange {
  /** By an admin: leaves a service message, as does `photo`. */
  readonly title?: string
  /** A new picture of the chat; which one is not kept. */
  readonly photo?: boolean
  readonly description?: string
  readonly protectedContent?: boolean
  readonly linkedChat?: number
}

/** Which messages cannot be read: one, all from an id on, or the whole chat. */
export interface BlindSpot {
  readonly id?: number
  readonly from?: number
  /** Default: every call that looks up a single message. */
  readonly techniques?: ReadonlyArray<Technique>
}

type Acting<A> = Effect.Effect<A, NotThere>

/** Makes the world and the weather. */
export interface Arranging {
  /** Everything as at the start: chats, files, faults and logs are gone, calls that wait are given up. */
  readonly reset: Effect.Effect<void>
  /** The same with other options; those that are absent are as at the start. */
  readonly resetTo: (options: EmulatorOptions) => Effect.Effect<void>
  readonly addBot: (
    token: string,
    username?: string,
    readsGroups?: NewBot["readsGroups"]
  ) => Effect.Effect<{ readonly id: number }>
  /** Its token opens nothing any more: 401. */
  readonly revokeBot: (bot: number) => Acting<void>
  readonly addChat: (chat: NewChat) => Effect.Effect<{ readonly id: number }>
  readonly setChat: (chat: string, change: ChatChange) => Acting<void>
  /** A group becomes a supergroup with an id of its own. */
  readonly migrate: (chat: string) => Acting<{ readonly id: number }>
  /** The bot is told by `my_chat_member`. `bot` defaults to the only one. */
  readonly setMembership: (
    chat: string,
    status: Membership["status"],
    rights?: Partial<Rights>,
    bot?: number
  ) => Acting<void>
  /** The channel on a user's profile. */
  readonly personalChat: (user: number, chat: string) => Acting<void>
  /** What Telegram's fetcher finds at an address from now on; what it remembers stays. */
  readonly webPhoto: (address: string, find: WebFind) => Effect.Effect<void>
  /** The fetcher remembers nothing of this address, or of any. */
  readonly forgetFetches: (address?: string) => Effect.Effect<void>
  readonly switches: (change: Partial<Switches>) => Effect.Effect<Switches>
  readonly fault: (rule: FaultRule) => Effect.Effect<void>
  readonly updateFault: (fault: UpdateFault) => Effect.Effect<void>
  /** Calls and updates go their way undisturbed; blind spots stay. */
  readonly clearFaults: Effect.Effect<void>
  /** These messages cannot be read for so long, although readers see them. */
  readonly blind: (chat: string, spot: BlindSpot | number, ms: number) => Acting<void>
  /** For all chats, or one. */
  readonly rate: (policy: Partial<RatePolicy>, chat?: string) => Acting<void>
  /** A flood wait of so many seconds in one chat or everywhere, whatever the policy says. */
  readonly flood: (seconds: number, chat?: string) => Acting<void>
  /** Moves an emulator's own clock; one that has none is in the hands of its test. */
  readonly clock: (change: ClockChange) => Acting<ClockReading>
  readonly load: (snapshot: Snapshot, files: ReadonlyMap<string, Uint8Array>) => Effect.Effect<void>
}

/** Acts as people do. */
export interface ActingAsPeople {
  readonly postAsAdmin: (chat: string, text: string) => Acting<Message>
  readonly editAsAdmin: (chat: string, id: number, text: string) => Acting<void>
  readonly deleteAsAdmin: (chat: string, id: number) => Acting<void>
  readonly pinAsAdmin: (chat: string, id: number) => Acting<void>
  /** A user writes to a bot in private. */
  readonly say: (user: number, text: string, bot?: number) => Acting<Message>
  /** A user forwards a message of a chat to a bot in private. */
  readonly forwardTo: (user: number, chat: string, id: number, bot?: number) => Acting<Message>
  /** A user writes into a group, perhaps as an answer to a message. */
  readonly sayIn: (chat: string, user: number, text: string, reply?: number) => Acting<Message>
  /** A user presses a callback button; gives the query's id. */
  readonly press: (chat: string, id: number, data: string, user?: number) => Acting<string>
}

/** Reads everything out; changes nothing. */
export interface Reading {
  readonly chats: Effect.Effect<ReadonlyArray<Chat>>
  readonly standing: (chat: string) => Acting<ReadonlyArray<Message>>
  readonly history: (chat: string) => Acting<ReadonlyArray<Message>>
  readonly duplicateTexts: (chat: string) => Acting<ReadonlyArray<Duplicate>>
  readonly duplicateMarkers: (chat: string, pattern: RegExp) => Acting<ReadonlyArray<Duplicate>>
  /** Posts of people that a bot edited, deleted or reacted to. */
  readonly foreign: (chat: string) => Acting<ReadonlyArray<Touched>>
  readonly calls: (method?: string) => Effect.Effect<ReadonlyArray<CallRecord>>
  /** Calls that were done, and whose clients never got the whole answer. */
  readonly unanswered: Effect.Effect<ReadonlyArray<CallRecord>>
  /** Calls that were done after their clients had lost the answer. */
  readonly late: Effect.Effect<ReadonlyArray<CallRecord>>
  /** The busiest second and minute of arriving sends and edits, of one chat or of all. */
  readonly windows: (chat?: string) => Acting<Windows>
  readonly file: (unique: string) => Acting<Uint8Array>
  readonly dump: Effect.Effect<Snapshot>
}

export interface Control extends Arranging, ActingAsPeople, Reading {}
