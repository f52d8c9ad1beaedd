// Talking with a person: a message with buttons or a file in a private chat, the answer to a press, and the menu of commands. Repeating is
// harmless here: a question that is asked twice is answered once.
import { Context, type Effect } from "effect"
import type { CallError } from "./Telegram.ts"

export interface CallbackButton {
  readonly text: string
  /** Comes back with the press; 1 to 64 bytes. */
  readonly data: string
}

export type Buttons = ReadonlyArray<ReadonlyArray<CallbackButton>>

export interface Document {
  readonly fileName: string
  readonly bytes: Uint8Array
  /** Plain text under it. */
  readonly caption: string
}

/** As the apps list it when somebody types a slash. */
export interface MenuEntry {
  /** Without the slash. */
  readonly command: string
  readonly description: string
}

export class Conversation extends Context.Tag("oncecast/telegram/Conversation")<
  Conversation,
  {
    /** Says something to a person who has written to the bot before; the id of the message. `html` is Telegram's. */
    readonly say: (person: number, html: string, buttons?: Buttons) => Effect.Effect<number, CallError>
    /** Puts something else in the place of what was said, with these buttons or none. */
    readonly amend: (
      person: number,
      messageId: number,
      html: string,
      buttons?: Buttons
    ) => Effect.Effect<void, CallError>
    readonly sendDocument: (person: number, document: Document) => Effect.Effect<void, CallError>
    /** What the apps show everybody who writes to the bot in private. */
    readonly setMenu: (entries: ReadonlyArray<MenuEntry>) => Effect.Effect<void, CallError>
    /** Ends the waiting of a button that was pressed; `text` shows for a moment. An answer that comes too late is none. */
    readonly answer: (press: string, text: string) => Effect.Effect<void, CallError>
  }
>() {}
