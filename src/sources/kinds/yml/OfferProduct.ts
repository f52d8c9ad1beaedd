// One offer element of a shop catalog → a product. One pass over its children, each of which is looked up by name once: catalogs hold
// hundreds of thousands of them. Only direct children count.
import { elementsOf, textOf, type XmlElement } from "../../xml/XmlElement.ts"
import { type Field, Product } from "../shop/Product.ts"
import type { Categories } from "./Categories.ts"
import { type NameParts, nameElements, offerName } from "./OfferName.ts"

class Draft extends Product {
  readonly names: NameParts = {}
  disabled = false
}

const fields = (field: Field, ...names: ReadonlyArray<string>) => names.map((name) => [name, field] as const)

/** Elements whose text is a field, in every dialect. */
const plain: ReadonlyMap<string, Field> = new Map([
  ...fields("link", "url", "link"),
  ...fields("image", "picture", "image"),
  ...fields("currency", "currencyid", "currency_id"),
  ...fields("oldPrice", "oldprice", "old_price", "price_old", "priceold"),
  ...fields("salePrice", "price_promo"),
  ...fields("brand", "vendor", "brand"),
  ...fields("mpn", "vendorcode", "vendor_code", "article", "code"),
  ...fields("gtin", "barcode", "ean", "gtin"),
  ...fields("description", "description"),
  ...fields("quantity", "count", "quantity", "quantity_in_stock", "stock_quantity"),
  ...fields("availability", "available", "stock", "presence"),
  ...fields("group", "group_id"),
  ...fields("id", "id"),
  ...fields("adult", "adult"),
  ...fields("condition", "state")
])

type Reading = (draft: Draft, element: XmlElement, categories: Categories) => void

const isTrue = (text: string): boolean => /^(?:true|1|yes)$/i.test(text)

const price: Reading = (draft, element) => {
  draft.add("price", textOf(element))
  draft.priceIsFrom ||= isTrue(element.attributes["from"] ?? "")
}

const priceIn =
  (currency: string): Reading =>
  (draft, element) => {
    const text = textOf(element)
    if (text === "" || draft.texts.price !== undefined) return
    draft.add("price", text)
    draft.add("currency", currency)
  }

const param: Reading = (draft, element) => {
  const value = textOf(element)
  const unit = element.attributes["unit"] ?? ""
  draft.addOption(element.attributes["name"] ?? "", value === "" || unit === "" ? value : `${value} ${unit}`)
}

/** Megamarket: how many each warehouse has. */
const outlets: Reading = (draft, element) => {
  const stocks = elementsOf(element).flatMap(({ attributes }) => attributes["instock"] ?? [])
  if (stocks.length > 0) draft.add("quantity", stocks.some((stock) => Number(stock) > 0) ? "1" : "0")
}

/** Kaspi: whether each shop has it. */
const availabilities: Reading = (draft, element) => {
  const answers = elementsOf(element).map(({ attributes }) => attributes["available"] ?? "")
  if (answers.length > 0) draft.add("availability", answers.some(isTrue) ? "yes" : "no")
}

/** Kaspi: what it costs in each city. */
const cityPrices: Reading = (draft, element) => {
  const prices = elementsOf(element).map(textOf)
  const [lowest = ""] = prices.filter((text) => Number(text) > 0).sort((a, b) => Number(a) - Number(b))
  draft.add("price", lowest)
  draft.priceIsFrom ||= new Set(prices).size > 1
}

const special: ReadonlyMap<string, Reading> = new Map([
  ["price", price],
  ["priceruah", priceIn("UAH")],
  ["priceusd", priceIn("USD")],
  ["pricerusd", priceIn("USD")],
  ["param", param],
  ["outlets", outlets],
  ["availabilities", availabilities],
  ["cityprices", cityPrices],
  ["categoryid", (draft, element, categories) => draft.addPath(categories.pathOf(textOf(element)))],
  ["condition", (draft, element) => draft.add("condition", element.attributes["type"] ?? textOf(element))],
  ["disabled", (draft, element) => (draft.disabled ||= isTrue(textOf(element)))],
  [
    "age",
    (draft, element) => {
      if (element.attributes["unit"] !== "month" && Number(textOf(element)) >= 18) draft.add("adult", "true")
    }
  ],
  ...nameElements.map((name): readonly [string, Reading] => [
    name,
    (draft, element) => {
      const text = textOf(element)
      if (text !== "") draft.names[name] ??= text
    }
  ])
])

/** What is read of an element; the maker is both a field and a part of the name. */
interface Known {
  readonly field: Field | undefined
  readonly reading: Reading | undefined
}

const known: ReadonlyMap<string, Known> = new Map(
  [...plain.keys(), ...special.keys()].map((name) => [
    name,
    { field: plain.get(name), reading: special.get(name) }
  ])
)

/** `available` as attribute decides before all else; absent it means yes, empty (Prom) no. */
const settleAvailability = (draft: Draft, attribute: string | undefined): void => {
  const said = attribute ?? draft.texts.availability ?? "true"
  draft.texts.availability =
    draft.disabled || said === "" || said === "0" ? "false" : said === "1" ? "true" : said
}

/** The product that an offer describes. */
export const productOf = (offer: XmlElement, categories: Categories): Product => {
  const draft = new Draft()
  const { attributes } = offer
  draft.add("id", attributes["id"] ?? attributes["sku"] ?? "")
  draft.add("group", attributes["group_id"] ?? "")
  for (const child of offer.children) {
    if (typeof child === "string") continue
    const of = known.get(child.name)
    if (of === undefined) continue
    if (of.field !== undefined) draft.add(of.field, textOf(child))
    of.reading?.(draft, child, categories)
  }
  draft.add("title", offerName(draft.names, attributes["type"] ?? ""))
  settleAvailability(draft, attributes["available"])
  return draft
}
