// A channel as the catalog describes it: a Telegram chat with its pace, quiet hours, capacity and look. What it chooses is in Choice.ts.
import type { Choice } from "./Choice.ts"
import { defaultEventRules, type EventRules, type ItemEvent } from "./Event.ts"
import type { ChannelId } from "./Names.ts"

export interface Pace {
  /** Least time between two calls that touch the chat, in milliseconds. */
  readonly gapMs: number
  /** Calls in any sliding 60 s. */
  readonly perMinute: number
}

/** Wall-clock hours of `zone` (IANA) in which nothing is posted (`hold`) or posts make no sound (`silent`); may span midnight. */
export interface QuietHours {
  /** Minutes after midnight. */
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly mode: "hold" | "silent"
}

/** What happens when the queue is full: the sources wait, or something queued makes room (counted and logged). */
export type Overflow = "wait" | "drop-oldest" | "drop-lowest"

/** What happens when it is not known whether a send arrived: find out, ask a person, send again, or give up. */
export type OnUnknown = "verify" | "park" | "resend" | "drop"

/** How long finding out takes, in milliseconds. */
export interface Verification {
  /** From the last moment at which a byte may have left until the first look: a request may still be carried out that long. */
  readonly waitMs: number
  /** Between the first look that finds nothing and the second one, which decides. */
  readonly againMs: number
  /** When nothing could be found out by then, a person decides. */
  readonly giveUpMs: number
}

/** What becomes of a post whose item is gone: it is marked, deleted as long as Telegram permits that (else marked), or left alone. */
export type OnGone = "mark" | "delete" | "keep"

export interface Channel extends Choice {
  readonly id: ChannelId
  /** "@name" or the numeric id as text. */
  readonly chat: string
  readonly pace: Pace
  readonly quiet?: QuietHours
  /** Deliveries that may wait at once. */
  readonly capacity: number
  readonly overflow: Overflow
  /** A built-in name, or the template file's text. */
  readonly template: Template
  /** Further looks that take turns with `template`, post by post. */
  readonly variants?: ReadonlyArray<Template>
  /** How prices, dates and lists are written (BCP 47); absent: "en". */
  readonly locale?: string
  /** A template of the line that every post ends with. */
  readonly label?: string
  readonly onUnknown: OnUnknown
  readonly verify: Verification
  /** A private chat of the bot into which a post may be copied to look at it. */
  readonly logChat?: string
  /** A user on whose profile this channel stands: its newest posts can be read there. */
  readonly profileOf?: number
  /** Where a post bears its marker: in the link to its item (hidden where it shows none), or always hidden. */
  readonly marker: "link" | "hidden"
  /** Pictures of an item that a post carries at most, 0 to 10; from 2 on it is an album. */
  readonly photos: number
  readonly silent: boolean
  /** How long a post follows the changes of its item, in milliseconds; 0: never. */
  readonly followMs: number
  readonly onGone: OnGone
  /** What is told of an item. */
  readonly events: ReadonlyArray<ItemEvent>
  readonly drops: EventRules
}

export type Template =
  | { readonly _tag: "BuiltIn"; readonly name: "article" | "product" }
  | { readonly _tag: "File"; readonly path: string; readonly text: string }

/** What a catalog means that names nothing but the chat. */
export const channelDefaults: Omit<Channel, "id" | "chat"> = {
  pace: { gapMs: 3_000, perMinute: 15 },
  capacity: 10_000,
  overflow: "wait",
  template: { _tag: "BuiltIn", name: "article" },
  onUnknown: "verify",
  verify: { waitMs: 90_000, againMs: 60_000, giveUpMs: 3_600_000 },
  marker: "link",
  photos: 1,
  silent: false,
  followMs: 2_592_000_000,
  onGone: "mark",
  events: ["new"],
  drops: defaultEventRules
}
