// Chats that must rest until a given time because Telegram said so, and the pause of everything when two chats are flooded together.
// Times are epoch milliseconds, as the outbox keeps them durably. A hold is only ever made longer. Pure of effects.
import type { Millis } from "../domain/Names.ts"
import type { Wait } from "./SlidingLog.ts"

/** Two chats flooded within this time mean that the bot as a whole is too fast: Telegram does not say which it was. */
const togetherMs = 60_000

/** A long wait is looked at again now and then, so that it ends on time when the machine's date is corrected. */
const longestLookMs = 60_000

/** What is held: everything until `all`, single chats until their time. Holds that have passed are left out. */
export interface Held {
  readonly all: Millis | undefined
  readonly chats: ReadonlyMap<string, Millis>
}

export class Holds {
  readonly #chats = new Map<string, Millis>()
  #all = 0
  #flood: { readonly chat: string; readonly at: Millis } | undefined

  hold(chat: string, until: Millis): void {
    this.#chats.set(chat, Math.max(until, this.#chats.get(chat) ?? 0))
  }

  holdAll(until: Millis): void {
    this.#all = Math.max(until, this.#all)
  }

  /** A 429 for `chat`: holds it, and everything if another chat was flooded within 60 s. True if everything is held. */
  flooded(chat: string, until: Millis, now: Millis): boolean {
    const together =
      this.#flood !== undefined && this.#flood.chat !== chat && now - this.#flood.at < togetherMs
    this.#flood = { chat, at: now }
    this.hold(chat, until)
    if (together) this.holdAll(until)
    return together
  }

  /** The wait of a call to `chat` that is held now; a long one in parts. */
  ask(chat: string, now: Millis): Wait | undefined {
    const own = this.#chats.get(chat) ?? 0
    const until = Math.max(own, this.#all)
    if (until <= now) {
      this.#chats.delete(chat)
      return undefined
    }
    return {
      _tag: "Wait",
      ms: Math.min(until - now, longestLookMs),
      key: own >= this.#all ? `hold:${chat}` : "hold"
    }
  }

  held(now: Millis): Held {
    return {
      all: this.#all > now ? this.#all : undefined,
      chats: new Map([...this.#chats].filter(([, until]) => until > now))
    }
  }
}
