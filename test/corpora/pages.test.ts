// Pages of the corpora through the page reader: official examples in their three syntaxes, saved shop pages, brands, ratings.
import { describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { ratingIn } from "../../src/sources/kinds/page/Rating.ts"
import { plainText } from "../../src/sources/reading/PlainText.ts"
import { bytesOf, exists, filesOf, jsonOf, requireCorpora } from "./Corpora.ts"
import { type Check, judge, tight } from "./PageChecks.ts"
import { htmlPage, readPage } from "./Pages.ts"

requireCorpora()

describe("schema.org's own examples", () => {
  const folders = [
    ...new Set(filesOf("schemaorg-products").map((path) => path.split("/").slice(0, 2).join("/")))
  ]

  it("say the same in JSON-LD and in microdata; RDFa alone is no product data, by design", async () => {
    const checks: Array<Check> = []
    for (const folder of folders) {
      const read = async (syntax: string) =>
        exists(`${folder}/${syntax}.html`)
          ? await readPage(htmlPage(new TextDecoder().decode(bytesOf(`${folder}/${syntax}.html`))))
          : undefined
      const [json, microdata, rdfa] = [await read("json"), await read("microdata"), await read("rdfa")]
      if (rdfa !== undefined) checks.push({ name: `${folder} rdfa`, wanted: [], got: rdfa.items })
      if (json === undefined || microdata === undefined) continue
      for (const [field, factOf] of facts)
        checks.push({
          name: `${folder} ${field}`,
          wanted: factOf(json.items[0]),
          got: factOf(microdata.items[0])
        })
    }
    judge("schemaorg-products", checks)
  })
})

const facts: ReadonlyArray<readonly [field: string, of: (item: Item | undefined) => unknown]> = [
  ["title", (item) => item?.title],
  ["body", (item) => (item === undefined ? undefined : plainText(item.body))],
  ["images", (item) => item?.images],
  ["price", (item) => item?.offer?.price],
  ["from", (item) => item?.offer?.priceIsFrom],
  ["old price", (item) => item?.offer?.oldPrice],
  ["availability", (item) => item?.offer?.availability],
  ["brand", (item) => item?.offer?.brand],
  ["ids", (item) => [item?.offer?.id, item?.offer?.group, item?.offer?.gtin, item?.offer?.mpn]],
  ["rating", (item) => [item?.offer?.rating, item?.offer?.reviews]],
  ["options", (item) => item?.offer?.options],
  ["category", (item) => item?.offer?.categoryPath]
]

const Expected = Schema.Record({
  key: Schema.String,
  value: Schema.Struct({
    price: Schema.optional(Schema.NullOr(Schema.Number)),
    currency: Schema.optional(Schema.String),
    url: Schema.optional(Schema.String),
    image: Schema.optional(Schema.String)
  })
})

describe("saved pages of shops", () => {
  it("give the price that their collector found, within half a second a page", async () => {
    const expected = Schema.decodeUnknownSync(Expected)(jsonOf("metascraper-shopping/expect.json"))
    const checks: Array<Check> = []
    for (const [file, { currency, image, price, url }] of Object.entries(expected)) {
      const path = `metascraper-shopping/${file}`
      const { elapsedMs, items } = await readPage(bytesOf(path))
      const [item] = items
      const amount = item?.offer?.price?.amount
      if (price !== undefined)
        checks.push({
          name: `${path} price`,
          wanted: price,
          got: amount === undefined ? null : Number(amount)
        })
      if (currency !== undefined)
        checks.push({ name: `${path} currency`, wanted: currency, got: item?.offer?.price?.currency })
      if (url !== undefined) checks.push({ name: `${path} url`, wanted: url, got: item?.link })
      if (image !== undefined) checks.push({ name: `${path} image`, wanted: image, got: item?.images[0] })
      checks.push({ name: `${path} in time`, wanted: true, got: elapsedMs < 500 })
    }
    judge("metascraper-shopping", checks)
  })
})

const Brands = Schema.Array(Schema.Struct({ html: Schema.String, value: Schema.NullOr(Schema.String) }))
const Ratings = Schema.Array(
  Schema.Struct({
    html: Schema.String,
    ratingValue: Schema.NullOr(Schema.Number),
    bestRating: Schema.NullOr(Schema.Number)
  })
)

describe("what shops write", () => {
  it("as brands: words, or the words of a logo", async () => {
    const brands = Schema.decodeUnknownSync(Brands)(jsonOf("zyte-parsers/brand_values.json"))
    const checks: Array<Check> = []
    for (const [index, { html, value }] of brands.entries()) {
      const product = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">x</h1><div itemprop="brand">${html}</div></div>`
      const { items } = await readPage(htmlPage(product))
      checks.push({
        name: `zyte-parsers/brand ${index}`,
        wanted: tight(value),
        got: tight(items[0]?.offer?.brand)
      })
    }
    judge("zyte-parsers/brand", checks)
  })

  it("as ratings: the value, and the best one where the text itself says it", () => {
    const ratings = Schema.decodeUnknownSync(Ratings)(jsonOf("zyte-parsers/rating_values.json"))
    const checks = ratings.flatMap(({ bestRating, html, ratingValue }, index): ReadonlyArray<Check> => {
      const text = plainText(html)
      const found = ratingIn(text)
      const name = `zyte-parsers/rating ${index}`
      return [
        { name: `${name} value`, wanted: ratingValue, got: found?.value ?? null },
        ...(found?.best === undefined ? [] : [{ name: `${name} best`, wanted: bestRating, got: found.best }])
      ]
    })
    judge("zyte-parsers/rating", checks)
  })
})
