// Talking with a person: a message with buttons in a private chat, and the answer to a press. Repeating is harmless here: a question that
// is asked twice is answered once.
import { Context, type Effect } from "effect"
import type { CallError } from "./Telegram.ts"

export interface CallbackButton {
  readonly text: string
  /** Comes back with the press; 1 to 64 bytes. */
  readonly data: string
}

export class Conversation extends Context.Tag("oncecast/telegram/Conversation")<
  Conversation,
  {
    /** Says something to a person who has written to the bot before; the id of the message. `html` is Telegram's. */
    readonly say: (
      person: number,
      html: string,
      buttons?: ReadonlyArray<ReadonlyArray<CallbackButton>>
    ) => Effect.Effect<number, CallError>
    /** Puts something else in the place of what was said, without buttons. */
    readonly amend: (person: number, messageId: number, html: string) => Effect.Effect<void, CallError>
    /** Ends the waiting of a button that was pressed; `text` shows for a moment. An answer that comes too late is none. */
    readonly answer: (press: string, text: string) => Effect.Effect<void, CallError>
  }
>() {}
