// Pages of the corpora through the page reader: official examples in their three syntaxes, saved shop pages, brands, ratings, broken JSON-LD.
import { isDeepStrictEqual } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { LinkedData } from "../../src/sources/kinds/page/LinkedData.ts"
import { ratingIn } from "../../src/sources/kinds/page/Rating.ts"
import { plainText } from "../../src/sources/reading/PlainText.ts"
import { bytesOf, exists, filesOf, jsonOf, requireCorpora } from "./Corpora.ts"
import { pageDeviations } from "./deviations.ts"
import { htmlPage, pageUrl, readPage } from "./Pages.ts"

requireCorpora()

interface Check {
  readonly name: string
  readonly wanted: unknown
  readonly got: unknown
}

/** Fails on a difference that is not listed and on a listed one that is none; prints the score. */
const judge = (corpus: string, checks: ReadonlyArray<Check>) => {
  const wrong = checks.filter(({ got, wanted }) => !isDeepStrictEqual(got, wanted))
  const names = new Set(wrong.map(({ name }) => name))
  const listed = pageDeviations
    .flatMap((deviation) => deviation.names)
    .filter((name) => name.startsWith(corpus))
  const passed = checks.length - wrong.length
  console.table({
    [corpus]: { checks: checks.length, passed, percent: Math.round((1_000 * passed) / checks.length) / 10 }
  })
  assert.deepStrictEqual(
    wrong.filter(({ name }) => !listed.includes(name)),
    [],
    "deviations that are not listed"
  )
  assert.deepStrictEqual(
    listed.filter((name) => checks.some((check) => check.name === name) && !names.has(name)),
    [],
    "listed deviations that are none"
  )
}

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

const tight = (text: string | null | undefined) => plainText(text ?? "").replace(/\s+/g, "")

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

/** What extruct finds in the JSON-LD of a page: every text and number, which must also be in what we find. */
const leaves = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string" || typeof value === "number") return [tight(String(value))]
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => (key.startsWith("@") ? [] : leaves(one)))
}

const scriptsIn = (html: string): ReadonlyArray<string> =>
  [...html.matchAll(/<script[^>]*ld\+json[^>]*>([\s\S]*?)<\/script>/gi)].map(([, text = ""]) => text)

describe("JSON-LD that extruct repairs", () => {
  it("is repaired to the same words; no page is slow or thrown out", async () => {
    const checks: Array<Check> = []
    for (const path of filesOf("extruct").filter((file) => file.endsWith(".html"))) {
      const bytes = bytesOf(path)
      const { elapsedMs, items } = await readPage(bytes)
      checks.push({ name: `${path} in time`, wanted: true, got: elapsedMs < 500 })
      if (/schema\.org\/product/.test(path))
        checks.push({
          name: `${path} items`,
          wanted: [anvil(path)],
          got: items.map(({ link: _, ...item }) => item)
        })
      const expectation = path.replace(/html$/, "jsonld")
      if (!exists(expectation)) continue
      const linked = new LinkedData()
      for (const script of scriptsIn(new TextDecoder().decode(bytes))) linked.add(script)
      const found = new Set(linked.things().flatMap(wordsOf))
      const missing = leaves(jsonOf(expectation)).filter((leaf) => leaf !== "" && !found.has(leaf))
      checks.push(
        { name: `${path} words`, wanted: [], got: missing },
        { name: `${path} scripts`, wanted: 0, got: linked.broken }
      )
    }
    judge("extruct", checks)
  })
})

interface Named {
  readonly properties: ReadonlyMap<string, ReadonlyArray<string | Named>>
}

const wordsOf = (thing: Named): ReadonlyArray<string> =>
  [...thing.properties.values()]
    .flat()
    .flatMap((value) => (typeof value === "string" ? [tight(value)] : wordsOf(value)))

/** Both of extruct's product pages are one anvil; `itemref` adds a picture in the second. */
const anvil = (path: string) => ({
  title: "Executive Anvil",
  body: "Sleeker than ACME's Classic Anvil, the Executive Anvil is perfect for the business traveler looking for something to drop from a height.",
  images: ["anvil_executive.jpg", ...(path.includes("-ref") ? ["img-2.jpg"] : [])].map(
    (image) => new URL(image, pageUrl).href
  ),
  categories: [],
  offer: {
    condition: "used",
    price: { amount: "119.99", currency: "USD" },
    availability: "in-stock",
    brand: "ACME",
    mpn: "925872",
    rating: 4.4,
    reviews: 89
  }
})
