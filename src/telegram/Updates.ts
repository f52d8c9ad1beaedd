// What Telegram tells a bot: posts that it can see, presses of buttons, words of people, changes of its rights. Told at least once, in order,
// for a day; whoever handles one remembers its id.
// @source reference/telegram-bot-api.md §6 (getUpdates)
import type { Effect } from "effect"
import type { ChatRef, SeenMessage } from "./Reader.ts"
import type { CallError } from "./Telegram.ts"

export type Update = {
  readonly id: number
} /** A post in a channel of which the bot is a member, by somebody else. */ & (
  | { readonly _tag: "ChannelPost"; readonly message: SeenMessage }
  /** Telegram has copied a channel's post into its discussion group; `message` is the post in the channel. */
  | { readonly _tag: "AutoForward"; readonly message: SeenMessage }
  | {
      readonly _tag: "Press"
      readonly press: string
      readonly person: number
      readonly data: string
      /** The message under which the button stands. */
      readonly messageId: number
    }
  /** A person writes to the bot in private. `forwarded`: the channel post that it is a forward of. */
  | {
      readonly _tag: "Words"
      readonly person: number
      readonly text: string
      readonly forwarded?: SeenMessage
    }
  /** What the bot may do in a chat has changed. */
  | { readonly _tag: "Rights"; readonly chat: ChatRef }
  /** Nothing that concerns us. */
  | { readonly _tag: "Other" }
)

/** One bot's updates as Telegram brings them by itself, instead of being asked. */
export interface PushedUpdates {
  readonly me: Updates["me"]
  /** Tells Telegram where to; ends asking for them. */
  readonly announce: Effect.Effect<void, CallError>
  /** While nobody listens here nothing is taken, so that Telegram brings it again: to another process perhaps. So it is at first. */
  readonly listen: (yes: boolean) => Effect.Effect<void>
  /** Waits for the next one. What is not confirmed comes again. */
  readonly next: Effect.Effect<{ readonly update: Update; readonly confirm: Effect.Effect<void> }>
}

/** One bot's updates. Only one process at a time may ask for them. */
export interface Updates {
  readonly me: Effect.Effect<{ readonly id: number; readonly username: string }, CallError>
  /** The updates after this one, at most 100; waits for the first up to `waitSeconds` (0 to 50), then there are none. */
  readonly after: (last: number, waitSeconds: number) => Effect.Effect<ReadonlyArray<Update>, CallError>
}
