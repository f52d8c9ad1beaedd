// A product as its source describes it → an item with an offer: texts made clean, addresses absolute, prices decimal, barcodes checked.
// The same for every product format. What makes no sense is left out, never guessed.
import type { Availability, Item, Offer } from "../../../domain/Item.ts"
import { maxBodyLength } from "../../../domain/Item.ts"
import { gtinDigits } from "../../../identity/Gtin.ts"
import { availabilityOf } from "../../reading/Availability.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { fragment } from "../../reading/Fragment.ts"
import { absolute } from "../../reading/Links.ts"
import { clean, cut, escaped, plainText } from "../../reading/PlainText.ts"
import { maxImages } from "../rss/FeedImages.ts"
import type { Option, Product } from "./Product.ts"
import { type PriceContext, pricesOf } from "./ProductPrices.ts"

export interface ProductContext extends PriceContext {
  /** Where relative addresses lead. */
  readonly base: string
}

type Writable<T> = { -readonly [key in keyof T]: T[key] }

const line = (text: string | undefined, length = 200): string | undefined =>
  text === undefined ? undefined : plainText(text, length) || undefined

const identifier = (text: string | undefined): string | undefined =>
  text === undefined || /^[!-~]{1,500}$/.test(text) ? text : cut(clean(text).trim(), 500) || undefined

const separator = /\s*[>»→]\s*|\s+[/|]\s+/

/** "Home > Light", "Home / Light" → the names from the root down; a number alone is an id in somebody's taxonomy. */
const pathIn = (text: string): ReadonlyArray<string> => {
  const path = plainText(text, 1_000)
  return /^\d+$/.test(path) ? [] : path.split(separator).filter((name) => name !== "")
}

const pathsOf = ({ lists, paths, texts }: Product): ReadonlyArray<ReadonlyArray<string>> => {
  const own = [...paths, ...lists.category.map(pathIn)].filter((path) => path.length > 0)
  const foreign = own.length > 0 || texts.taxonomy === undefined ? [] : pathIn(texts.taxonomy)
  return foreign.length === 0 ? own : [foreign]
}

const stockOf = (quantity: string | undefined): "in-stock" | "out-of-stock" | undefined => {
  const digits = /^[\s<>~]*(-?\d{1,9})/.exec(quantity ?? "")?.[1]
  return digits === undefined ? undefined : Number(digits) > 0 ? "in-stock" : "out-of-stock"
}

/** None left counts more than "available"; only what can be ordered anyway does not need a stock. */
const availability = ({ availability: said, quantity }: Product["texts"]): Availability | undefined => {
  const answer = said === undefined ? undefined : (availabilityOf(said) ?? stockOf(said))
  const stock = stockOf(quantity)
  return stock === "out-of-stock" && (answer === undefined || answer === "in-stock")
    ? stock
    : (answer ?? stock)
}

const firstGtin = (texts: ReadonlyArray<string>): string | undefined => {
  for (const text of texts) {
    const digits =
      gtinDigits(text) ??
      text
        .split(/[,;|]/)
        .map(gtinDigits)
        .find((one) => one !== undefined)
    if (digits !== undefined) return digits
  }
  return undefined
}

const isYes = (text: string | undefined): boolean =>
  text !== undefined && /^\s*(?:true|yes|y|1|да|так)\s*$/i.test(text)

const optionsOf = ({ options }: Product): ReadonlyArray<Option> => {
  const kept: Array<Option> = []
  for (const option of options) {
    const name = plainText(option.name, 100)
    const value = plainText(option.value, 200)
    if (name !== "" && value !== "") kept.push({ name, value })
  }
  return kept
}

/** The offer that a product is. Prices: see `pricesOf`; a barcode counts only with a right check digit. */
export const offerOf = (product: Product, context: PriceContext, paths = pathsOf(product)): Offer => {
  const { lists, texts } = product
  // Not spread together from twenty optional parts: there are hundreds of thousands of offers, and it would take as long as parsing.
  const offer: Writable<Offer> = {}
  const id = identifier(texts.id)
  if (id !== undefined) offer.id = id
  const group = identifier(texts.group)
  if (group !== undefined) offer.group = group
  const { oldPrice, price, priceIsFrom } = pricesOf(product, context)
  if (price !== undefined) offer.price = price
  if (priceIsFrom !== undefined) offer.priceIsFrom = priceIsFrom
  if (oldPrice !== undefined) offer.oldPrice = oldPrice
  const available = availability(texts)
  if (available !== undefined) offer.availability = available
  const brand = line(texts.brand)
  if (brand !== undefined) offer.brand = brand
  const gtin = firstGtin(lists.gtin)
  if (gtin !== undefined) offer.gtin = gtin
  const mpn = line(texts.mpn)
  if (mpn !== undefined) offer.mpn = mpn
  const condition = line(texts.condition)?.toLowerCase()
  if (condition !== undefined) offer.condition = condition
  if (paths[0] !== undefined) offer.categoryPath = paths[0]
  const options = optionsOf(product)
  if (options.length > 0) offer.options = options
  if (isYes(texts.adult)) offer.adult = true
  return offer
}

const imagesOf = ({ lists }: Product, base: string): ReadonlyArray<string> => {
  const urls: Array<string> = []
  for (const list of [lists.image, lists.moreImages]) {
    for (const text of list) {
      // Tables join them by commas, which also stand in addresses.
      for (const part of text.includes(",") ? text.split(/,(?=\s*(?:https?:|$))/) : [text]) {
        const url = urls.length < maxImages ? absolute(part, base) : undefined
        if (url !== undefined && !urls.includes(url)) urls.push(url)
      }
    }
  }
  return urls
}

/** Some formats ask for plain text, and shops write HTML all the same: what looks like markup is. */
const markupOf = (description: string): string =>
  !/[<>&\n]/.test(description)
    ? description.trim()
    : /<[a-z!/]|&(?:#\d|#x[\da-f]|[a-z]{2,31};)/i.test(description)
      ? description.trim()
      : escaped(description.trim()).replace(/\r?\n\s*/g, "<br>\n")

/** The item that a product is. */
export const itemOf = (product: Product, context: ProductContext): Item => {
  const { texts } = product
  const link = absolute(texts.link, context.base)
  const body = fragment(markupOf(texts.description ?? ""), link ?? context.base, maxBodyLength)
  const images = imagesOf(product, context.base)
  const paths = pathsOf(product)
  const item: Writable<Item> = {
    title: plainText(texts.title ?? ""),
    body: body.html,
    images: images.length > 0 ? images : body.images.slice(0, 1),
    categories: [...new Set(paths.map((path) => path.join(" > ")))],
    offer: offerOf(product, context, paths)
  }
  if (link !== undefined) item.link = link
  const date = texts.date === undefined ? undefined : feedDate(texts.date)
  if (date !== undefined) item.publishedAt = date
  return item
}
