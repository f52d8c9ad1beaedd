// The Google Merchant fields of a feed item → an offer. Only direct children count: the price inside `g:shipping` is not the price.
// @source https://support.google.com/merchants/answer/7052112 (product data specification, 2026-11)
import { Option } from "effect"
import type { Offer } from "../../../domain/Item.ts"
import { compare, type Money } from "../../../domain/Money.ts"
import { availabilityOf } from "../../reading/Availability.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { plainText } from "../../reading/PlainText.ts"
import { priceInField } from "../../reading/Price.ts"
import { childrenNamed, firstText, type XmlElement } from "../../xml/XmlElement.ts"

/** Some shops write the field names without the namespace. */
const field = (item: XmlElement, name: string): string | undefined => {
  const text = firstText(item, [`g:${name}`, name])
  return text === undefined ? undefined : plainText(text)
}

/** Whether a sale is on at `nowMs`; a sale without dates always is. "2026-11-01T00:00+0100/2026-11-30T24:00+0100". */
const isEffective = (period: string | undefined, nowMs: number): boolean => {
  const [from, to] = (period ?? "").split("/")
  return nowMs >= (feedDate(from ?? "") ?? 0) && nowMs <= (feedDate(to ?? "") ?? Number.POSITIVE_INFINITY)
}

const prices = (item: XmlElement, nowMs: number): { readonly price?: Money; readonly oldPrice?: Money } => {
  const regular = priceInField(field(item, "price") ?? "")
  const period = field(item, "sale_price_effective_date")
  const sale = isEffective(period, nowMs)
    ? priceInField(field(item, "sale_price") ?? "", regular?.currency)
    : undefined
  if (sale === undefined) return regular === undefined ? {} : { price: regular }
  const cheaper = regular !== undefined && Option.contains(compare(sale, regular), -1)
  return cheaper ? { price: sale, oldPrice: regular } : { price: sale }
}

const optional = <K extends string>(
  key: K,
  value: string | undefined
): { readonly [P in K]?: string } | object => (value === undefined || value === "" ? {} : { [key]: value })

/** Whether the item is an offer: it has an id and a price of its own, by Google's names with or without their namespace. */
const isOffer = (item: XmlElement): boolean =>
  childrenNamed(item, "g:id").length > 0 ||
  childrenNamed(item, "g:price").length > 0 ||
  (childrenNamed(item, "id").length > 0 && childrenNamed(item, "price").length > 0)

/** The offer that an item is; undefined for articles. `nowMs` decides whether a dated sale price holds. */
export const offerOf = (item: XmlElement, nowMs: number): Offer | undefined => {
  if (!isOffer(item)) return undefined
  const availability = availabilityOf(field(item, "availability") ?? "")
  return {
    ...optional("id", field(item, "id")),
    ...optional("group", field(item, "item_group_id")),
    ...prices(item, nowMs),
    ...(availability === undefined ? {} : { availability }),
    ...optional("brand", field(item, "brand")),
    ...optional("gtin", field(item, "gtin")),
    ...optional("mpn", field(item, "mpn")),
    ...optional("condition", field(item, "condition"))
  }
}
