// Chats that must rest until a given time because Telegram said so, and the pause of everything when two chats are flooded together.
// Times are epoch milliseconds, as the outbox keeps them durably. A hold is only ever made longer; it ends when one of both clocks says so, for
// the date may be set back meanwhile, and the other one stands still while the machine is suspended. Pure of effects.
import { later, type Moment } from "../domain/MonotonicTime.ts"
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

const leftOf = (end: Moment, now: Moment): number =>
  Math.min(end.date - now.date, end.monotonic - now.monotonic)

const longAgo: Moment = { date: 0, monotonic: Number.NEGATIVE_INFINITY }

const longer = (before: Moment, until: Millis, now: Moment): Moment => {
  const end = later(now, until - now.date)
  return leftOf(end, now) > leftOf(before, now) ? end : before
}

export class Holds {
  readonly #chats = new Map<string, Moment>()
  #all = longAgo
  #flood: { readonly chat: string; readonly at: number } | undefined

  hold(chat: string, until: Millis, now: Moment): void {
    this.#chats.set(chat, longer(this.#chats.get(chat) ?? longAgo, until, now))
  }

  holdAll(until: Millis, now: Moment): void {
    this.#all = longer(this.#all, until, now)
  }

  /** A 429 for `chat`: holds it, and everything if another chat was flooded within 60 s. True if everything is held. */
  flooded(chat: string, until: Millis, now: Moment): boolean {
    const at = now.monotonic
    const together =
      this.#flood !== undefined && this.#flood.chat !== chat && at - this.#flood.at < togetherMs
    this.#flood = { chat, at }
    this.hold(chat, until, now)
    if (together) this.holdAll(until, now)
    return together
  }

  /** The wait of a call to `chat` that is held now; a long one in parts. */
  ask(chat: string, now: Moment): Wait | undefined {
    const own = leftOf(this.#chats.get(chat) ?? longAgo, now)
    const all = leftOf(this.#all, now)
    const left = Math.max(own, all)
    if (left <= 0) {
      this.#chats.delete(chat)
      return undefined
    }
    return {
      _tag: "Wait",
      ms: Math.min(left, longestLookMs),
      key: own >= all ? `hold:${chat}` : "hold"
    }
  }

  held(now: Moment): Held {
    const isOn = (end: Moment) => leftOf(end, now) > 0
    const dateOf = (end: Moment) => now.date + leftOf(end, now)
    return {
      all: isOn(this.#all) ? dateOf(this.#all) : undefined,
      chats: new Map([...this.#chats].flatMap(([chat, end]) => (isOn(end) ? [[chat, dateOf(end)]] : [])))
    }
  }
}
