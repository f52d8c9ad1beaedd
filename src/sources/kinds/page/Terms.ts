// What the offers of a product say together: the price to show, the one before, whether it can be had. Of several offers the cheapest that
// can be had counts; a price of 0 is none. Exact decimals only; never a guess.
import { Option } from "effect"
import type { Availability } from "../../../domain/Item.ts"
import { compare, equals, type Money } from "../../../domain/Money.ts"
import { availabilityOf } from "../../reading/Availability.ts"
import { currencyNamed } from "../../reading/Currency.ts"
import { priceInField } from "../../reading/Price.ts"
import { listPrice, salePrice } from "./PriceSpecification.ts"
import { conditionOf } from "./ProductFacts.ts"
import { isA, type Thing, textNamed, thingsNamed, valuesNamed } from "./Thing.ts"

export interface Terms {
  readonly price?: Money
  readonly oldPrice?: Money
  readonly priceIsFrom?: boolean
  readonly availability?: Availability
  readonly condition?: string
}

/** What a reader knows beside the offers. */
export interface Circumstances {
  /** Epoch ms: which of several dated prices holds. */
  readonly now: number
  /** What the page says its prices are in, for offers that do not. */
  readonly currency?: string | undefined
}

interface Quote extends Terms {
  readonly price?: Money
}

const aggregate: ReadonlySet<string> = new Set(["AggregateOffer"])

/** A text that is a price above zero; the offer's currency when the text names none. */
const moneyOf = (text: string | undefined, currency: string | undefined): Money | undefined => {
  const money = priceInField(text ?? "", currency)
  return money === undefined || /^[0.]*$/.test(money.amount) ? undefined : money
}

const currencyOf = (offer: Thing, specifications: ReadonlyArray<Thing>): string | undefined =>
  [offer, ...specifications]
    .map((thing) => textNamed(thing, "priceCurrency", "currency"))
    .map((text) => (text === undefined ? undefined : currencyNamed(text)))
    .find((code) => code !== undefined)

const isAbove = (price: Money, other: Money): boolean => Option.contains(compare(price, other), 1)

const quoteOf = (offer: Thing, outer: Circumstances): Quote => {
  const specifications = thingsNamed(offer, "priceSpecification")
  const currency = currencyOf(offer, specifications) ?? outer.currency
  const sale = salePrice(specifications, outer.now)
  const low = textNamed(offer, "lowPrice")
  const price =
    moneyOf(textNamed(offer, "price"), currency) ?? moneyOf(low, currency) ?? moneyOf(sale?.text, currency)
  const high = moneyOf(textNamed(offer, "highPrice"), currency)
  const old = moneyOf(listPrice(specifications, outer.now), currency)
  const isFrom =
    price !== undefined && ((high !== undefined && isAbove(high, price)) || (sale?.isLowest ?? false))
  const availability = availabilityOf(textNamed(offer, "availability", "itemAvailability") ?? "")
  const condition = conditionOf(offer)
  return {
    ...(price === undefined ? {} : { price }),
    ...(price !== undefined && old !== undefined && isAbove(old, price) ? { oldPrice: old } : {}),
    ...(isFrom ? { priceIsFrom: true } : {}),
    ...(availability === undefined ? {} : { availability }),
    ...(condition === undefined ? {} : { condition })
  }
}

/** An aggregate gives the offers in it when they have prices, else itself. */
const quotesOf = (offer: Thing, outer: Circumstances): ReadonlyArray<Quote> => {
  const own = quoteOf(offer, outer)
  if (!isA(offer, aggregate)) return [own]
  const currency = currencyOf(offer, []) ?? outer.currency
  const inner = thingsNamed(offer, "offers").map((one) => quoteOf(one, { ...outer, currency }))
  const priced = inner.some(({ price }) => price !== undefined)
  return priced && own.price === undefined ? inner : [{ ...(bestAvailability(inner) ?? {}), ...own }]
}

const ranks: ReadonlyArray<Availability> = [
  ...(["in-stock", "preorder", "backorder", "out-of-stock", "discontinued"] as const)
]

const bestAvailability = (
  quotes: ReadonlyArray<Quote>
): { readonly availability: Availability } | undefined => {
  const availability = ranks.find((rank) => quotes.some((quote) => quote.availability === rank))
  return availability === undefined ? undefined : { availability }
}

/** Those that satisfy the wish, or all when none does. */
const preferring = (quotes: ReadonlyArray<Quote>, wish: (quote: Quote) => boolean): ReadonlyArray<Quote> => {
  const wished = quotes.filter(wish)
  return wished.length > 0 ? wished : quotes
}

const canBeHad = ({ availability }: Quote) =>
  availability !== "out-of-stock" && availability !== "discontinued"

const cheapest = (quotes: ReadonlyArray<Quote>): Terms => {
  const [first, ...others] = quotes
  const lowest = others.reduce<Quote | undefined>(
    (best, quote) =>
      best?.price !== undefined && quote.price !== undefined && isAbove(best.price, quote.price)
        ? quote
        : best,
    first
  )
  const price = lowest?.price
  if (lowest === undefined || price === undefined) return {}
  const differ = quotes.some((quote) => quote.price !== undefined && !equals(quote.price, price))
  return { ...lowest, ...(differ ? { priceIsFrom: true } : {}) }
}

/** The terms of a product from all of its offers. */
export const termsOf = (offers: ReadonlyArray<Thing>, circumstances: Circumstances): Terms => {
  const quotes = offers.flatMap((offer) => quotesOf(offer, circumstances))
  const isNew = ({ condition }: Quote) => condition === undefined || condition === "new"
  const pool = preferring(
    preferring(
      quotes.filter(({ price }) => price !== undefined),
      isNew
    ),
    canBeHad
  )
  const [first] = pool
  const comparable = pool.filter(({ price }) => price?.currency === first?.price?.currency)
  const condition = quotes.map((quote) => quote.condition).find((one) => one !== undefined)
  return {
    ...(condition === undefined ? {} : { condition }),
    ...cheapest(comparable),
    ...(bestAvailability(quotes) ?? {})
  }
}

/** The offers of a product; some pages write the price on the product itself. */
export const offersOf = (product: Thing): ReadonlyArray<Thing> => {
  const offers = thingsNamed(product, "offers")
  return offers.length === 0 && valuesNamed(product, "price").length > 0 ? [product] : offers
}
