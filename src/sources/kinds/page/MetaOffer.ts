// What the meta elements of a page say of the product on it: the last resort for what its structured data lacks.
import type { Money } from "../../../domain/Money.ts"
import { availabilityOf } from "../../reading/Availability.ts"
import { currencyIn, currencyNamed } from "../../reading/Currency.ts"
import { given } from "../../reading/Given.ts"
import { amountInText, priceInText } from "../../reading/Price.ts"
import type { PageMeta } from "./PageMeta.ts"
import type { Terms } from "./Terms.ts"

export interface MetaOffer extends Terms {
  readonly id?: string
  readonly group?: string
  readonly brand?: string
  readonly gtin?: string
  readonly mpn?: string
}

/** "product", "og:product", "product.item", "wayfairus:product". */
export const isProductPage = (meta: PageMeta): boolean =>
  /(?:^|:)product(?:\.item)?$/i.test(meta.text("og:type") ?? "") ||
  meta.text("product:price:amount", "og:price:amount", "product:sale_price:amount") !== undefined

export const metaCurrency = (meta: PageMeta): string | undefined =>
  currencyNamed(
    meta.text("product:price:currency", "og:price:currency", "product:sale_price:currency", "og:currency") ??
      ""
  )

const moneyOf = (text: string | undefined, currency: string | undefined): Money | undefined => {
  const amount = amountInText(text ?? "")
  const code = currencyIn(text ?? "") ?? currency
  return amount === undefined || code === undefined || /^[0.]*$/.test(amount)
    ? undefined
    : { amount, currency: code }
}

/** Twitter cards give any two facts, each with its name: a price only counts with a currency. */
const twitterPrice = (meta: PageMeta): Money | undefined =>
  ["1", "2"]
    .filter((n) => /price|preis|prix|precio|цена|ціна/i.test(meta.text(`twitter:label${n}`) ?? ""))
    .map((n) => priceInText(meta.text(`twitter:data${n}`) ?? "", metaCurrency(meta)))
    .find((money) => money !== undefined)

const prices = (meta: PageMeta): { readonly price?: Money; readonly oldPrice?: Money } => {
  const currency = metaCurrency(meta)
  const money = (...names: ReadonlyArray<string>) => moneyOf(meta.text(...names), currency)
  const regular = money("product:price:amount", "og:price:amount")
  const sale = money("product:sale_price:amount")
  const before = money("product:original_price:amount", "og:price:standard_amount")
  const price = sale ?? regular ?? twitterPrice(meta)
  return { ...given("price", price), ...given("oldPrice", before ?? (sale && regular)) }
}

/** Everything there is; whether the old price is above the price is for the caller to see. */
export const metaOfferOf = (meta: PageMeta): MetaOffer => ({
  ...prices(meta),
  ...given("availability", availabilityOf(meta.text("product:availability", "og:availability") ?? "")),
  ...given("condition", meta.text("product:condition")?.toLowerCase()),
  ...given("id", meta.text("product:retailer_item_id")),
  ...given("group", meta.text("product:item_group_id", "product:retailer_group_id")),
  ...given("brand", meta.text("product:brand", "og:brand")),
  ...given("gtin", meta.text("product:gtin", "product:ean", "product:upc", "product:isbn")),
  ...given("mpn", meta.text("product:mfr_part_no"))
})
