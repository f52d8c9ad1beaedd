// The mapped fields of a JSON item → the offer that it is. Prices are exact; one that is none, or has no currency, is a fault of the mapping.
import { Option } from "effect"
import type { Availability, Offer } from "../../../domain/Item.ts"
import { compare, equals, type Money } from "../../../domain/Money.ts"
import { availabilityOf } from "../../reading/Availability.ts"
import { currencyNamed } from "../../reading/Currency.ts"
import { given } from "../../reading/Given.ts"
import { plainText } from "../../reading/PlainText.ts"
import { priceInField, priceInText } from "../../reading/Price.ts"
import type { Fields } from "./Fields.ts"

/** "1999" with two decimals → "19.99". */
const fromMinor = (digits: string, decimals: number): string => {
  const padded = digits.padStart(decimals + 1, "0")
  return decimals === 0 ? digits : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`
}

/** ISO 4217 for "no currency": stands in until it is known whether the text names one. */
const unknown = "XXX"

const moneyOf = (text: string, currency: string, decimals: number | undefined): Money | undefined => {
  if (text.startsWith("-")) return undefined
  if (decimals !== undefined) {
    return /^\d{1,15}$/.test(text) ? { amount: fromMinor(text, decimals), currency } : undefined
  }
  if (/^(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/.test(text)) return { amount: text, currency }
  // Other bare numbers are dot-decimal too; whatever else stands there is written for people.
  return /^\d*\.?\d+$/.test(text) ? priceInField(text, currency) : priceInText(text, currency)
}

const decimalsOf = (fields: Fields): number | undefined => {
  const text = fields.text("decimals")
  if (text === undefined) return undefined
  if (/^[0-6]$/.test(text)) return Number(text)
  fields.misfit("decimals", `gives "${text}", which is not a number from 0 to 6`)
  return undefined
}

const currencyOf = (fields: Fields): string | undefined => {
  const text = fields.text("currency")
  const code = text === undefined ? undefined : currencyNamed(text)
  if (text !== undefined && code === undefined)
    fields.misfit("currency", `gives "${text}", which is no currency`)
  return code
}

/** The prices that a field gives, each with its currency. */
const pricesIn = (
  fields: Fields,
  name: "price" | "oldPrice",
  currency: string | undefined,
  decimals: number | undefined
): ReadonlyArray<Money> =>
  fields.texts(name).flatMap((text) => {
    const money = moneyOf(text, currency ?? unknown, decimals)
    if (money === undefined) fields.misfit(name, `gives "${text.slice(0, 60)}", which is no price`)
    else if (money.currency === unknown)
      fields.misfit(name, `gives "${text.slice(0, 60)}" without a currency; say it: currency: "=EUR"`)
    else return [money]
    return []
  })

const lowest = (prices: ReadonlyArray<Money>): Money | undefined =>
  prices.reduce<Money | undefined>(
    (best, price) => (best !== undefined && !Option.contains(compare(best, price), 1) ? best : price),
    undefined
  )

const pricing = (fields: Fields): Pick<Offer, "price" | "oldPrice" | "priceIsFrom"> => {
  const currency = currencyOf(fields)
  const decimals = decimalsOf(fields)
  const prices = pricesIn(fields, "price", currency, decimals)
  const [first] = prices
  const price = lowest(prices.filter((one) => one.currency === first?.currency))
  if (price === undefined) return {}
  const old = pricesIn(fields, "oldPrice", currency, decimals).find((one) =>
    Option.contains(compare(one, price), 1)
  )
  return {
    price,
    ...(old === undefined ? {} : { oldPrice: old }),
    ...(prices.some((one) => !equals(one, price)) ? { priceIsFrom: true } : {})
  }
}

/** Words, true or false, or how many are there. */
const availabilityIn = (text: string): Availability | undefined =>
  /^-?\d+(?:\.\d+)?$/.test(text) ? (Number(text) > 0 ? "in-stock" : "out-of-stock") : availabilityOf(text)

/** Of several variants one that can be had is enough. */
const availabilityFrom = (fields: Fields): Availability | undefined => {
  const texts = fields.texts("availability")
  const known = texts.flatMap((text) => availabilityIn(text) ?? [])
  const [first] = texts
  if (known.length === 0 && first !== undefined)
    fields.misfit("availability", `gives "${first.slice(0, 60)}", which says neither yes nor no`)
  return known.includes("in-stock") ? "in-stock" : known[0]
}

const ratingFrom = (fields: Fields): number | undefined => {
  const text = fields.text("rating")
  const value = Number(text?.replace(",", "."))
  if (text === undefined || (value >= 0 && value <= 5)) return text === undefined ? undefined : value
  fields.misfit("rating", `gives "${text.slice(0, 60)}", which is not from 0 to 5`)
  return undefined
}

const line = (fields: Fields, name: "id" | "group" | "brand" | "gtin" | "mpn" | "condition") =>
  plainText(fields.text(name) ?? "", 200)

/** The offer; nothing where the catalog maps none of its fields: then the item is an article. */
export const offerFrom = (fields: Fields): Offer | undefined => {
  if (!fields.has("price", "availability", "brand", "gtin", "mpn", "group")) return undefined
  const reviews = Number(fields.text("reviews") ?? Number.NaN)
  return {
    ...given("id", line(fields, "id")),
    ...given("group", line(fields, "group")),
    ...pricing(fields),
    ...given("availability", availabilityFrom(fields)),
    ...given("brand", line(fields, "brand")),
    ...given("gtin", line(fields, "gtin")),
    ...given("mpn", line(fields, "mpn")),
    ...given("condition", line(fields, "condition").toLowerCase()),
    ...given("rating", ratingFrom(fields)),
    ...(Number.isInteger(reviews) && reviews >= 0 ? { reviews } : {})
  }
}
