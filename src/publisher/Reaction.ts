// What follows from a failed attempt. Enters: what is known about the post, and what the channel has been through. Leaves: the outcome to
// record, and what to remember. Pure; the waits are epoch milliseconds, chance enters as a number from 0 to 1.
import type { DeliveryId, Millis } from "../domain/Names.ts"
import type { Outcome } from "../outbox/Outbox.ts"
import type { TelegramError, TelegramRefused } from "../telegram/Telegram.ts"

/** What the channel has been through since all was well; kept by its fiber only, a restart begins anew. */
export interface Trouble {
  /** Calls in a row that did not reach Telegram. */
  readonly unreachable: number
  /** Refusals in a row that were the channel's. */
  readonly refused: number
  readonly deliveries: ReadonlyMap<DeliveryId, DeliveryTrouble>
}

export interface DeliveryTrouble {
  /** Answers that nobody has seen before. */
  readonly unclear: number
  /** Telegram did not take more pictures of it. */
  readonly mostPhotos: number
}

export interface Reaction {
  readonly outcome: Outcome
  readonly trouble: Trouble
  /** `error`: a person must act. */
  readonly level: "warning" | "error"
  /** Nothing goes to the chat before this. */
  readonly flooded?: Millis
}

export interface Attempted {
  readonly delivery: DeliveryId
  /** Pictures that it carried. */
  readonly photos: number
  readonly now: Millis
  /** From 0 to 1. */
  readonly chance: number
}

export const calm: Trouble = { unreachable: 0, refused: 0, deliveries: new Map() }

const noTrouble: DeliveryTrouble = { unclear: 0, mostPhotos: Number.POSITIVE_INFINITY }

/** How often an answer that nobody has seen before is tried. */
const maxUnclear = 3

const second = 1000
const minute = 60 * second

export const troubleOf = (trouble: Trouble, delivery: DeliveryId): DeliveryTrouble =>
  trouble.deliveries.get(delivery) ?? noTrouble

/** After a post that stands. */
export const afterSuccess = (trouble: Trouble, delivery: DeliveryId): Trouble => ({
  ...calm,
  deliveries: forgotten(trouble.deliveries, delivery)
})

/** @source reference/telegram-bot-api.md §1.5 (429) and §4 (classes) */
export const react = (trouble: Trouble, error: TelegramError, attempted: Attempted): Reaction => {
  const { now, chance } = attempted
  switch (error._tag) {
    case "TelegramFlood": {
      const until = now + error.retryAfterSeconds * second + second + Math.round(chance * second)
      return { outcome: later("flood", until, error.message), trouble, level: "warning", flooded: until }
    }
    case "TelegramUnreachable": {
      const wait = doubled(second, 5 * minute, trouble.unreachable) * (1 - chance / 2)
      return {
        outcome: later("trouble", now + Math.round(wait), error.message),
        trouble: { ...trouble, unreachable: trouble.unreachable + 1 },
        level: "warning"
      }
    }
    case "TelegramUnknown":
      return { outcome: { _tag: "Unknown", reason: error.message }, trouble, level: "error" }
    case "TelegramRefused":
      return refusal({ ...trouble, unreachable: 0 }, error, attempted)
  }
}

const refusal = (
  trouble: Trouble,
  error: TelegramRefused,
  { delivery, photos, now }: Attempted
): Reaction => {
  const own = troubleOf(trouble, delivery)
  const remember = (change: Partial<DeliveryTrouble>): Trouble => ({
    ...trouble,
    deliveries: new Map(trouble.deliveries).set(delivery, { ...own, ...change })
  })
  const forGood: Reaction = {
    outcome: { _tag: "Refused", reason: error.message },
    trouble: { ...trouble, deliveries: forgotten(trouble.deliveries, delivery) },
    level: "error"
  }
  switch (error.blame) {
    case "post":
      return forGood
    case "media":
      // An album gives way to one picture, one picture to none.
      return photos > 0
        ? {
            outcome: later("delivery", now, error.message),
            trouble: remember({ mostPhotos: photos > 1 ? 1 : 0 }),
            level: "warning"
          }
        : forGood
    case "channel":
      return {
        outcome: later("trouble", now + doubled(minute, 60 * minute, trouble.refused), error.message),
        trouble: { ...trouble, refused: trouble.refused + 1 },
        level: "error"
      }
    case "configuration":
      return { outcome: later("trouble", now + 5 * minute, error.message), trouble, level: "error" }
    case "gone":
    case "unclear":
      return own.unclear + 1 >= maxUnclear
        ? forGood
        : {
            outcome: later("delivery", now + doubled(minute, 60 * minute, own.unclear * 2), error.message),
            trouble: remember({ unclear: own.unclear + 1 }),
            level: "warning"
          }
  }
}

const later = (scope: "flood" | "trouble" | "delivery", until: Millis, reason: string): Outcome => ({
  _tag: "Deferred",
  until,
  scope,
  reason
})

const doubled = (first: number, most: number, times: number): number => Math.min(most, first * 2 ** times)

const forgotten = (
  deliveries: ReadonlyMap<DeliveryId, DeliveryTrouble>,
  delivery: DeliveryId
): ReadonlyMap<DeliveryId, DeliveryTrouble> => new Map([...deliveries].filter(([id]) => id !== delivery))
