// The sample shop: twelve products at a time, all functions of seed and time. A new one comes every five minutes and the oldest goes; prices move
// every minute or so somewhere in the shop, availability now and then. A restart continues; nothing is stored.
import { chance, pick } from "../Chance.ts"
import { brands, series, type Ware, wares } from "./Words.ts"
import { xml } from "./Xml.ts"

/** Product 0 came then: 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600_000
const minute = 60_000
const newEveryMs = 5 * minute

export interface Product {
  readonly n: number
  readonly id: string
  readonly name: string
  readonly brand: string
  readonly category: string
  readonly description: string
  /** Euro cents. */
  readonly listPrice: number
  /** Euro cents; absent: no sale. */
  readonly salePrice: number | undefined
  readonly availability: "in_stock" | "out_of_stock" | "preorder"
}

/** Which step of its own rhythm a product is in: `fromMinutes` to twice that, each at its own offset. */
const stepOf = (seed: number, n: number, what: string, fromMinutes: number, now: number) => {
  const period = minute * (fromMinutes + pick(fromMinutes + 1, seed, n, what, "period"))
  return Math.floor((now + pick(period, seed, n, what, "offset")) / period)
}

/** A price that looks like one: whole euros from 200 on, else ending in 90 cents. */
const rounded = (cents: number) =>
  cents >= 20_000 ? Math.round(cents / 100) * 100 : Math.round(cents / 100) * 100 - 10

const discounts = [0, 0, 0, 5, 10, 10, 15, 20, 25, 30]

const availabilities = [
  "in_stock",
  "in_stock",
  "in_stock",
  "in_stock",
  "in_stock",
  "in_stock",
  "out_of_stock",
  "preorder"
] as const

const fallback: Ware = { noun: "thing", category: "Other", specs: [""], from: 10, to: 20 }

export const product = (seed: number, n: number, now: number): Product => {
  const ware = wares[n % wares.length] ?? fallback
  const of = <A>(choices: ReadonlyArray<A>, what: string) => choices[pick(choices.length, seed, n, what)]
  const brand = of(brands, "brand") ?? ""
  const spec = of(ware.specs, "spec") ?? ""
  const listPrice = rounded(100 * (ware.from + chance(seed, n, "price") * (ware.to - ware.from)))
  const discount =
    discounts[pick(discounts.length, seed, n, "discount", stepOf(seed, n, "price", 6, now))] ?? 0
  const stock = stepOf(seed, n, "stock", 12, now)
  return {
    n,
    id: `S-${n}`,
    name: `${brand} ${of(series, "series")} ${ware.noun}, ${spec}`,
    brand,
    category: ware.category,
    description: `The ${ware.noun} of the ${brand} family: ${spec}. Two years of warranty, 30 days to send it back.`,
    listPrice,
    salePrice: discount === 0 ? undefined : rounded((listPrice * (100 - discount)) / 100),
    availability: availabilities[pick(availabilities.length, seed, n, "stock", stock)] ?? "in_stock"
  }
}

/** What the shop has at `now`, newest first. */
export const products = (seed: number, now: number): ReadonlyArray<Product> => {
  const newest = Math.floor((now - epoch) / newEveryMs)
  return wares
    .map((_, back) => newest - back)
    .filter((n) => n >= 0)
    .map((n) => product(seed, n, now))
}

export const euros = (cents: number): string => `${(cents / 100).toFixed(2)} EUR`

const item = (base: string, one: Product): string => `
    <item>
      <g:id>${one.id}</g:id>
      <title>${xml(one.name)}</title>
      <link>${base}/shop/${one.n}</link>
      <description>${xml(one.description)}</description>
      <g:image_link>${base}/pictures/shop-${one.n}.png</g:image_link>
      <g:price>${euros(one.listPrice)}</g:price>${one.salePrice === undefined ? "" : `\n      <g:sale_price>${euros(one.salePrice)}</g:sale_price>`}
      <g:availability>${one.availability}</g:availability>
      <g:condition>new</g:condition>
      <g:brand>${xml(one.brand)}</g:brand>
      <g:mpn>${xml(one.brand.slice(0, 3).toUpperCase())}-${one.n}</g:mpn>
      <g:product_type>${xml(one.category)}</g:product_type>
    </item>`

/** RSS 2.0 with Google Merchant fields; `base` is the server's own address. @source https://support.google.com/merchants/answer/7052112 */
export const shopFeed = (
  base: string,
  seed: number,
  now: number
): string => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
  <channel>
    <title>Sample Store</title>
    <link>${base}/shop</link>
    <description>An invented shop whose prices change every minute</description>${products(seed, now)
      .map((one) => item(base, one))
      .join("")}
  </channel>
</rss>
`
