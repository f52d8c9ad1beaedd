// What becomes of a delivery that waits while its offer changes. Pure. Promises: when it is sent, what it tells is so, and is what readers
// are taken to know from then on.
import { Option } from "effect"
import { type EventRules, eventOf } from "../domain/Event.ts"
import type { DeliveryId } from "../domain/Names.ts"
import { canBuy, dataIn, type Observation, offOf, type Told } from "./PriceEvents.ts"
import type { Remembered, Waiting } from "./TellingRows.ts"

const isStillSo = ({ key, before }: Waiting, seen: Observation, { percent }: EventRules): boolean => {
  switch (eventOf(key)) {
    case "new":
      return true
    case "gone":
      return seen.absentSince !== undefined
    case "back":
      return canBuy(seen) !== false
    case "drop": {
      const price = dataIn(seen, { price: before })
      const isCheap = !Option.exists(before, (told) => price !== undefined && offOf(price, told) < percent)
      return isCheap && canBuy(seen) !== false
    }
  }
}

/** Readers were not told that it is back: it is out since it was before. */
const outAgain = ({ cameBack }: Told): Partial<Told> =>
  Option.match(cameBack, {
    onNone: () => ({}),
    onSome: ({ outSince, goneTold }) => ({ outSince: Option.some(outSince), goneTold })
  })

/** `silent`: what is remembered of the offer if nothing is told. */
export const asWaiting = (
  waiting: Waiting,
  silent: Remembered,
  seen: Observation,
  rules: EventRules
): { readonly remembered: Remembered; readonly callOff?: DeliveryId } => {
  const { told } = silent
  const event = eventOf(waiting.key)
  // Of what is new readers know nothing yet: in whatever currency it will be, it is measured from there.
  const price = Option.fromNullable(dataIn(seen, event === "new" ? { price: Option.none() } : told))
  if (isStillSo(waiting, seen, rules)) {
    // It will show the offer as it is by then.
    const at = event === "new" ? seen.at : told.at
    const shown = { ...told, at, price: Option.orElse(price, () => told.price), above: Option.none() }
    return { remembered: { ...silent, told: shown } }
  }
  const asBefore = {
    ...told,
    price: Option.orElse(waiting.before, () => told.price),
    ...(event === "back" ? outAgain(told) : {})
  }
  return { remembered: { ...silent, told: asBefore }, callOff: waiting.delivery }
}
