// What a product costs now and what it cost before, of all the prices that its source names. Exact decimals with a currency, or nothing.
import { Option } from "effect"
import type { Offer } from "../../../domain/Item.ts"
import { compare, type Money } from "../../../domain/Money.ts"
import { currencyNamed } from "../../reading/Currency.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { amountInField, isLowestOfSeveral, priceInField, priceInText } from "../../reading/Price.ts"
import type { Product } from "./Product.ts"

export interface PriceContext {
  /** Epoch ms: which sales are on. */
  readonly nowMs: number
  /** What prices mean that name no currency. */
  readonly currency?: string | undefined
  /** "field": dot-decimal by the format's specification; "text": written for people, "1.299" is a thousand. */
  readonly prices: "field" | "text"
}

export type Prices = Pick<Offer, "price" | "oldPrice" | "priceIsFrom">

/** Zero in digits is a missing price, not a gift; "free" in words is one. */
const isUnknown = (amount: string, text: string): boolean => !/[1-9]/.test(amount) && /\d/.test(text)

const read = (text: string | undefined, currency: string | undefined, context: PriceContext) => {
  if (text === undefined) return undefined
  const price = (context.prices === "field" ? priceInField : priceInText)(text, currency)
  return price === undefined || isUnknown(price.amount, text) ? undefined : price
}

/** Whether the sale is on; one without dates always is. "2026-11-01T00:00+0100/2026-11-30T24:00+0100". */
const isOn = ({ saleEnd, salePeriod, saleStart }: Product["texts"], nowMs: number): boolean => {
  const [from = saleStart, to = saleEnd] = salePeriod?.split("/") ?? []
  return nowMs >= (feedDate(from ?? "") ?? 0) && nowMs <= (feedDate(to ?? "") ?? Number.POSITIVE_INFINITY)
}

const isAbove = (one: Money | undefined, other: Money): boolean =>
  one !== undefined && one !== other && Option.contains(compare(one, other), 1)

/** The old price is one only where it is above the price. */
export const pricesOf = (product: Product, context: PriceContext): Prices => {
  const { texts } = product
  const currency =
    (texts.currency === undefined ? undefined : currencyNamed(texts.currency)) ?? context.currency
  const regular = read(texts.price, currency, context)
  const sale = isOn(texts, context.nowMs)
    ? read(texts.salePrice, regular?.currency ?? currency, context)
    : undefined
  const price = sale ?? regular
  if (price === undefined) return {}
  const old = read(texts.oldPrice, price.currency, context)
  const before = [old, regular].find((one) => isAbove(one, price))
  const isFrom =
    product.priceIsFrom || isLowestOfSeveral((sale === undefined ? texts.price : texts.salePrice) ?? "")
  return {
    price,
    ...(isFrom ? { priceIsFrom: true } : {}),
    ...(before === undefined ? {} : { oldPrice: before })
  }
}

/** Whether it has a price that means nothing only because nobody says in which currency. */
export const lacksCurrency = (product: Product, prices: Prices): boolean =>
  prices.price === undefined && /[1-9]/.test(amountInField(product.texts.price ?? "") ?? "")
