// What is worth telling readers again about an offer: a price drop, back in stock, gone. Enters: what readers were last told, the prices
// since, what is known of it now. Leaves: at most one event, what is to be remembered, and when to look again even if nothing changes. Pure;
// time is given. Promises: a price that flaps, was raised to be lowered, or is a slip fires nothing; a missing price, 0 or another currency
// is no data, not a change, but for a currency that lasts; what is looked at twice in the same state gives the same.
import { Option } from "effect"
import type { EventRules, OfferEvent } from "../domain/Event.ts"
import type { Availability } from "../domain/Item.ts"
import { compare, discountPercent, equals, type Money, toNumber } from "../domain/Money.ts"
import type { Millis } from "../domain/Names.ts"

/** A price, and since when it was so. */
export interface PricePoint {
  readonly at: Millis
  readonly price: Money
}

/** What is known of an offer at a time. */
export interface Observation {
  readonly at: Millis
  readonly price?: Money
  /** Absent: the source does not say. */
  readonly availability?: Availability
  /** Since when its source does not list it; absent: it does. */
  readonly absentSince?: Millis
}

/** What is remembered of an offer for a channel. */
export interface Told {
  /** The price from which a drop is measured: of the last post about it, or a higher one that has settled. */
  readonly price: Option.Option<Money>
  /** When readers were last told something. */
  readonly at: Millis
  /** Since when the price is above `price`, and the lowest of that time. */
  readonly above: Option.Option<PricePoint>
  /** Since when it cannot be bought. */
  readonly outSince: Option.Option<Millis>
  /** It has not been listed for so long that it counts as gone. */
  readonly gone: boolean
  /** Readers were told so. */
  readonly goneTold: boolean
  /** Where "back" was told last: how it was before, in case that is called off. */
  readonly cameBack: Option.Option<Pick<Told, "goneTold"> & { readonly outSince: Millis }>
}

/** What is remembered when an offer is published for the first time. */
export const firstTold = (price: Option.Option<Money>, at: Millis): Told => ({
  ...{ price, at, above: Option.none(), outSince: Option.none() },
  ...{ gone: false, goneTold: false, cameBack: Option.none() }
})

/** What readers want to hear of, and under which rules. */
export interface Wish extends EventRules {
  readonly tells: ReadonlySet<OfferEvent>
}

export interface PriceVerdict {
  readonly event: Option.Option<OfferEvent>
  readonly told: Told
  /** When time alone may change the verdict. */
  readonly lookAt: Option.Option<Millis>
}

const isBelow = (a: Money, b: Money): boolean => Option.contains(compare(a, b), -1)

/** The price as far as it says something: above 0, in the currency that readers were told. */
export const dataIn = (
  { price }: Pick<Observation, "price">,
  told: Pick<Told, "price">
): Money | undefined => {
  if (price === undefined || toNumber(price) <= 0) return undefined
  return Option.match(told.price, {
    onNone: () => price,
    onSome: ({ currency }) => (price.currency === currency ? price : undefined)
  })
}

/** Since when the price is in another currency than readers were told, and the lowest of that time; none when it is not. */
const otherCurrency = (
  { price: told }: Pick<Told, "price">,
  { at, price }: Observation,
  history: ReadonlyArray<PricePoint>
): Option.Option<PricePoint> => {
  if (price === undefined || toNumber(price) <= 0) return Option.none()
  if (!Option.exists(told, ({ currency }) => currency !== price.currency)) return Option.none()
  const before = history.findLastIndex((point) => point.price.currency !== price.currency)
  const run = history.slice(before + 1).filter((point) => toNumber(point.price) > 0)
  const lowest = run.reduce((low, point) => (isBelow(point.price, low) ? point.price : low), price)
  return Option.some({ at: run[0]?.at ?? at, price: lowest })
}

const isAtMost = (a: Money, b: Money): boolean => Option.exists(compare(a, b), (order) => order <= 0)

/** How much below what readers were told, percent; 0 when it is not. */
export const offOf = (price: Money, told: Money): number =>
  Option.getOrElse(discountPercent(told, price), () => 0)

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
  rules: EventRules
): boolean => {
  const off = offOf(price, before)
  const isReal = (point: PricePoint) =>
    point.price.currency === price.currency &&
    toNumber(point.price) > 0 &&
    offOf(point.price, before) < rules.slip
  const from = now - rules.lowestOfMs
  return off >= rules.percent && off < rules.slip && isLowest(price, history.filter(isReal), from)
}

/** What readers were told, moved up to a higher price that has lasted. */
const settled = (told: Told, price: Money | undefined, now: Millis, { settleMs }: EventRules): Told => {
  if (price === undefined) return told
  if (Option.isNone(told.price)) return { ...told, price: Option.some(price) }
  if (!isBelow(told.price.value, price)) return { ...told, above: Option.none() }
  const lowest = Option.match(told.above, {
    onNone: (): PricePoint => ({ at: now, price }),
    onSome: (above) => (isBelow(price, above.price) ? { ...above, price } : above)
  })
  // A clock that was set back begins the time anew.
  const above = { ...lowest, at: Math.min(lowest.at, now) }
  if (now - above.at < settleMs) return { ...told, above: Option.some(above) }
  // What is above the price that has settled begins its own time.
  const rest = isBelow(above.price, price) ? Option.some({ at: now, price }) : Option.none()
  return { ...told, price: Option.some(above.price), above: rest }
}

const outWords: ReadonlySet<Availability> = new Set<Availability>(["out-of-stock", "discontinued"])

/** Whether it can be bought; nothing when the source does not say. */
export const canBuy = ({
  availability,
  absentSince
}: Pick<Observation, "availability" | "absentSince">): boolean | undefined => {
  if (absentSince !== undefined) return false
  return availability === undefined ? undefined : !outWords.has(availability)
}

const isGone = ({ at, absentSince }: Observation, { outMs }: EventRules): boolean =>
  absentSince !== undefined && at - absentSince >= outMs

const stockEvent = (told: Told, seen: Observation, { outMs, tells }: Wish): OfferEvent | undefined => {
  if (told.gone && seen.absentSince !== undefined) {
    return !told.goneTold && tells.has("gone") ? "gone" : undefined
  }
  const outForMs = Option.match(told.outSince, { onNone: () => 0, onSome: (since) => seen.at - since })
  const can = canBuy(seen)
  const isBack = can === true || (can === undefined && told.goneTold)
  return tells.has("back") && isBack && Option.isSome(told.outSince) && outForMs >= outMs ? "back" : undefined
}

/** Since when it cannot be bought, after this. A source that does not say leaves it, but for what was missing and is listed again. */
const outAfter = (told: Told, seen: Observation): Told["outSince"] => {
  const can = canBuy(seen)
  if (can === false) return Option.orElse(told.outSince, () => Option.some(seen.at))
  return can === true || told.goneTold ? Option.none() : told.outSince
}

/** When the time comes at which it counts as gone, a higher price or another currency settles, or readers have rested from the last event. */
const lookAt = (
  told: Told,
  seen: Observation,
  other: Option.Option<PricePoint>,
  rules: EventRules,
  waits: boolean
): Option.Option<Millis> => {
  const times = [
    ...Option.toArray(other).map(({ at }) => at + rules.settleMs),
    ...(seen.absentSince === undefined || told.gone ? [] : [seen.absentSince + rules.outMs]),
    ...Option.toArray(told.above).map((above) => above.at + rules.settleMs),
    ...(waits ? [told.at + rules.coolDownMs] : [])
  ]
  return times.length === 0 ? Option.none() : Option.some(Math.min(...times))
}

const tellsDrop = (
  told: Told,
  seen: Observation,
  price: Money | undefined,
  history: ReadonlyArray<PricePoint>,
  wish: Wish
) =>
  wish.tells.has("drop") &&
  price !== undefined &&
  canBuy(seen) !== false &&
  Option.exists(told.price, (before) => isDrop(price, before, history, seen.at, wish))

/** Judges an offer. `history`: its prices, oldest first, the one that it has now may be the last. */
export const judge = (
  remembered: Told,
  seen: Observation,
  history: ReadonlyArray<PricePoint>,
  wish: Wish
): PriceVerdict => {
  const other = otherCurrency(remembered, seen, history)
  const isAnew = Option.exists(other, ({ at }) => seen.at - at >= wish.settleMs)
  const told: Told = {
    ...remembered,
    ...(isAnew ? { price: Option.map(other, ({ price }) => price), above: Option.none() } : {}),
    // A clock that was set back begins the rest anew.
    ...{ at: Math.min(remembered.at, seen.at), gone: isGone(seen, wish) }
  }
  const pending = isAnew ? Option.none() : other
  const price = dataIn(seen, told)
  const stock = stockEvent(told, seen, wish)
  const due = stock ?? (tellsDrop(told, seen, price, history, wish) ? "drop" : undefined)
  if (due !== undefined && seen.at - told.at >= wish.coolDownMs) {
    const after: Told = {
      price: price === undefined ? told.price : Option.some(price),
      at: seen.at,
      above: Option.none(),
      outSince: outAfter(told, seen),
      gone: told.gone,
      goneTold: due === "gone",
      cameBack:
        due === "back"
          ? Option.map(told.outSince, (outSince) => ({ outSince, goneTold: told.goneTold }))
          : Option.none()
    }
    return { event: Option.some(due), told: after, lookAt: lookAt(after, seen, pending, wish, false) }
  }
  // What it comes back from is remembered until readers can be told.
  const outSince = stock === "back" ? told.outSince : outAfter(told, seen)
  const goneTold = told.goneTold && (canBuy(seen) === false || stock === "back")
  const after = { ...settled(told, price, seen.at, wish), outSince, goneTold }
  return { event: Option.none(), told: after, lookAt: lookAt(after, seen, pending, wish, due !== undefined) }
}
