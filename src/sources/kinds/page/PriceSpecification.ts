// The price specifications of an offer → the price it is sold at, and the one it was or is listed at. Delivery charges, prices per unit,
// for members and outside their dates are none of both.
// @source https://schema.org/priceSpecification, https://developers.google.com/search/docs/appearance/structured-data/merchant-listing, 2026-11
import { feedDate } from "../../reading/FeedDate.ts"
import { bareName, isA, type Thing, textNamed, valuesNamed } from "./Thing.ts"

const charges: ReadonlySet<string> = new Set(["DeliveryChargeSpecification", "PaymentChargeSpecification"])

const listTypes = /^(?:listprice|strikethroughprice|srp|msrp|regularprice|minimumadvertisedprice)$/i

const day = 86_400_000

/** A date without a time lasts to its end. */
const isCurrent = (specification: Thing, now: number): boolean => {
  const from = feedDate(textNamed(specification, "validFrom") ?? "")
  const written = textNamed(specification, "validThrough", "priceValidUntil") ?? ""
  const until = feedDate(written)
  const end = until === undefined || /\d:\d/.test(written) ? until : until + day
  return (from === undefined || from <= now) && (end === undefined || now <= end)
}

const isPrice = (specification: Thing): boolean =>
  !isA(specification, charges) &&
  valuesNamed(specification, "referenceQuantity").length === 0 &&
  valuesNamed(specification, "validForMemberTier").length === 0

const isListed = (specification: Thing): boolean =>
  listTypes.test(bareName(textNamed(specification, "priceType") ?? ""))

const current = (specifications: ReadonlyArray<Thing>, now: number) =>
  specifications.filter((one) => isPrice(one) && isCurrent(one, now))

/** The text of the selling price; `isLowest` when it is the lower end of a range. */
export const salePrice = (
  specifications: ReadonlyArray<Thing>,
  now: number
): { readonly text: string; readonly isLowest: boolean } | undefined => {
  const priced = current(specifications, now).filter(
    (one) => textNamed(one, "price", "minPrice") !== undefined
  )
  // A price list alone is what is asked for.
  const chosen = priced.find((one) => !isListed(one)) ?? priced[0]
  const text = chosen && textNamed(chosen, "price", "minPrice")
  return text === undefined || chosen === undefined
    ? undefined
    : { text, isLowest: textNamed(chosen, "price") === undefined }
}

/** The text of the list price. */
export const listPrice = (specifications: ReadonlyArray<Thing>, now: number): string | undefined => {
  const listed = current(specifications, now).find(isListed)
  return listed && textNamed(listed, "price")
}
