// A channel as the catalog describes it: a Telegram chat with its pace, quiet hours, capacity and look.
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

/** What happens when it cannot be known whether a send arrived. */
export type OnUnknown = "verify" | "park" | "resend" | "drop"

export interface Channel {
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
  readonly onUnknown: OnUnknown
  /** Whether a post carries the item's main image. */
  readonly photo: boolean
  readonly silent: boolean
}

export type Template =
  | { readonly _tag: "BuiltIn"; readonly name: "article" | "product" }
  | { readonly _tag: "File"; readonly path: string; readonly text: string }
