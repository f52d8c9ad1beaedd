// What is worth telling readers again about an offer that was published: a price drop, back in stock, gone. Enters: what readers were last
// told, the prices since, what a poll sees now. Leaves: at most one event, and what is to be remembered. Pure; time is given. Promises: a
// price that flaps, was raised to be lowered, or is a slip fires nothing; a missing price, 0 or another currency is no data, not a change.
import { Option } from "effect"
import type { Availability } from "../domain/Item.ts"
import { compare, discountPercent, equals, type Money, toNumber } from "../domain/Money.ts"
import type { Millis } from "../domain/Names.ts"

export type PriceEvent = "price-drop" | "back-in-stock" | "gone"

export interface PriceRules {
  /** A drop is at least so much below what readers were last told, percent. */
  readonly dropPercent: number
  /** It is also below every other price of so many days. */
  readonly lowestOfDays: number
  /** Between two events of an offer, ms. */
  readonly coolDownMs: number
  /** A higher price counts as the usual one, from which a drop is measured, once it has lasted so long, ms. */
  readonly settleMs: number
  /** A price so much below is taken for a slip, percent. */
  readonly slipPercent: number
  /** Out of stock or gone for less is not worth a word, ms. */
  readonly outMs: number
}

const hour = 3_600_000
const day = 24 * hour

/** The 30 days are the European rule for announced reductions. @source Directive 98/6/EC, Article 6a, read 2026-11-25 */
export const defaultPriceRules: PriceRules = {
  dropPercent: 5,
  lowestOfDays: 30,
  coolDownMs: day,
  settleMs: 7 * day,
  slipPercent: 90,
  outMs: 6 * hour
}

/** A price, and since when it was so. */
export interface PricePoint {
  readonly at: Millis
  readonly price: Money
}

/** What a poll sees of an offer. */
export interface Observation {
  readonly at: Millis
  readonly price?: Money
  /** Absent: the source does not say. */
  readonly availability?: Availability
  /** Whether the source still lists it. */
  readonly listed: boolean
}

/** What is remembered of an offer that was published. */
export interface Told {
  /** The price from which a drop is measured: of the last post about it, or a higher one that has settled. */
  readonly price: Option.Option<Money>
  /** When readers were last told something. */
  readonly at: Millis
  /** Since when the price is above `price`, and the lowest of that time. */
  readonly above: Option.Option<PricePoint>
  /** Since when it cannot be bought. */
  readonly outSince: Option.Option<Millis>
  /** Readers were told that it is gone. */
  readonly gone: boolean
}

/** What is remembered when an offer is published for the first time. */
export const firstTold = (price: Option.Option<Money>, at: Millis): Told => ({
  price,
  at,
  above: Option.none(),
  outSince: Option.none(),
  gone: false
})

export interface PriceVerdict {
  readonly event: Option.Option<PriceEvent>
  readonly told: Told
}

const isBelow = (a: Money, b: Money): boolean => Option.contains(compare(a, b), -1)

/** The price as far as it says something: above 0, in the currency that readers were told. */
const dataIn = ({ price }: Observation, told: Told): Money | undefined => {
  if (price === undefined || toNumber(price) <= 0) return undefined
  return Option.match(told.price, {
    onNone: () => price,
    onSome: ({ currency }) => (price.currency === currency ? price : undefined)
  })
}

const isAtMost = (a: Money, b: Money): boolean => Option.exists(compare(a, b), (order) => order <= 0)

/** How much below what readers were told, percent; 0 when it is not. */
const offOf = (price: Money, told: Money): number => Option.getOrElse(discountPercent(told, price), () => 0)

/** Whether the price is below every other that held at any time since `from`; `history` is oldest first. */
const isLowest = (price: Money, history: ReadonlyArray<PricePoint>, from: Millis): boolean => {
  // As long as it has been what it is now, it is itself.
  const others = history.slice(0, history.findLastIndex((point) => !equals(point.price, price)) + 1)
  return others.every((point, place) => {
    const until = history[place + 1]?.at ?? Number.POSITIVE_INFINITY
    return until <= from || !isAtMost(point.price, price)
  })
}

const isDrop = (
  price: Money,
  before: Money,
  history: ReadonlyArray<PricePoint>,
  now: Millis,
  rules: PriceRules
): boolean => {
  const off = offOf(price, before)
  const isReal = (point: PricePoint) =>
    point.price.currency === price.currency &&
    toNumber(point.price) > 0 &&
    offOf(point.price, before) < rules.slipPercent
  const from = now - rules.lowestOfDays * day
  return off >= rules.dropPercent && off < rules.slipPercent && isLowest(price, history.filter(isReal), from)
}

/** What readers were told, moved up to a higher price that has lasted. */
const settled = (told: Told, price: Money | undefined, now: Millis, { settleMs }: PriceRules): Told => {
  if (price === undefined) return told
  if (Option.isNone(told.price)) return { ...told, price: Option.some(price) }
  if (!isBelow(told.price.value, price)) return { ...told, above: Option.none() }
  const lowest = Option.match(told.above, {
    onNone: (): PricePoint => ({ at: now, price }),
    onSome: (above) => (isBelow(price, above.price) ? { ...above, price } : above)
  })
  // A clock that was set back begins the time anew.
  const above = { ...lowest, at: Math.min(lowest.at, now) }
  return now - above.at >= settleMs
    ? { ...told, price: Option.some(above.price), above: Option.none() }
    : { ...told, above: Option.some(above) }
}

const outWords: ReadonlySet<Availability> = new Set<Availability>(["out-of-stock", "discontinued"])

/** Whether it can be bought; nothing when the source does not say. */
const canBuy = ({ availability, listed }: Observation): boolean | undefined =>
  listed ? (availability === undefined ? undefined : !outWords.has(availability)) : false

const stockEvent = (told: Told, seen: Observation, { outMs }: PriceRules): PriceEvent | undefined => {
  const outForMs = Option.match(told.outSince, { onNone: () => 0, onSome: (since) => seen.at - since })
  if (!seen.listed) return !told.gone && outForMs >= outMs ? "gone" : undefined
  const isBack = canBuy(seen) === true || (told.gone && canBuy(seen) === undefined)
  return isBack && Option.isSome(told.outSince) && outForMs >= outMs ? "back-in-stock" : undefined
}

/** Since when it cannot be bought, after this observation. One that does not say leaves it, but for what was gone and is listed again. */
const outAfter = (told: Told, seen: Observation): Told["outSince"] => {
  const can = canBuy(seen)
  if (can === false) return Option.orElse(told.outSince, () => Option.some(seen.at))
  return can === true || told.gone ? Option.none() : told.outSince
}

/** Judges an observation. `history`: the offer's prices before it, oldest first. */
export const judgePrice = (
  told: Told,
  seen: Observation,
  history: ReadonlyArray<PricePoint>,
  rules: PriceRules = defaultPriceRules
): PriceVerdict => {
  const price = dataIn(seen, told)
  const rested = seen.at - told.at >= rules.coolDownMs
  const stock = stockEvent(told, seen, rules)
  const isCheaper =
    price !== undefined &&
    canBuy(seen) !== false &&
    Option.exists(told.price, (before) => isDrop(price, before, history, seen.at, rules))
  const drop = isCheaper ? "price-drop" : undefined
  const event = rested ? (stock ?? drop) : undefined
  if (event === undefined) {
    // What it comes back from is remembered until readers can be told.
    const outSince = stock === "back-in-stock" ? told.outSince : outAfter(told, seen)
    return { event: Option.none(), told: { ...settled(told, price, seen.at, rules), outSince } }
  }
  return {
    event: Option.some(event),
    told: {
      price: price === undefined ? told.price : Option.some(price),
      at: seen.at,
      above: Option.none(),
      outSince: outAfter(told, seen),
      gone: event === "gone"
    }
  }
}
