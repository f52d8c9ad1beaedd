// What goes first in a channel: a number that is stored with the delivery when it is admitted; higher goes first, equal ones in the order of
// admission. Pure. Promises: always a whole number that the store can hold; the same item found at the same time gets the same one.
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"
import { evaluate } from "../domain/Score.ts"
import { discountOf, numberOf } from "./Facets.ts"

/** Three decimals of a score count. */
const decimals = 1000

/** Items of one moment that keep their order among each other. */
const places = 1000

const most = Number.MAX_SAFE_INTEGER

const stored = (value: number): number => Math.max(-most, Math.min(most, Math.round(value)))

/** `place`: among the items that are admitted together, oldest first. Without `first`, a channel that drops its lowest goes by discount. */
export const priorityOf = (item: Item, channel: Channel, now: Millis, place: number): number => {
  const { first, overflow } = channel
  switch (first?._tag) {
    case "Newest":
      return stored(Math.min(item.publishedAt ?? now, now) * places + Math.min(place, places - 1))
    case "Score":
      return stored(evaluate(first.score, (field) => numberOf(item, field, now)) * decimals)
    case undefined:
      return overflow === "drop-lowest" ? Math.floor(discountOf(item) ?? 0) : 0
  }
}
