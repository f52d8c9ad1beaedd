// Shop feeds of others through the readers of their kinds. Nobody wrote down what is in them, so what is compared with is cut out of their
// texts by plain patterns that know nothing of our readers. A difference that is right stands in `deviations`, with its reason.
import { extname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { heldBody } from "../../src/sources/Body.ts"
import { csv } from "../../src/sources/kinds/csv.ts"
import { merchant } from "../../src/sources/kinds/merchant.ts"
import { yml } from "../../src/sources/kinds/yml.ts"
import { readWhole } from "../../src/sources/Reading.ts"
import type { SourceKind } from "../../src/sources/SourceKind.ts"
import { sourceWith } from "../sources/reading/source.ts"
import { type Check, described, scoresOf } from "./Checks.ts"
import { bytesOf, documentUrl, filesOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

/** Names are "path#index field". */
const deviations: Readonly<Record<string, ReadonlyArray<string>>> = {
  "the sale was in March 2016: it is over": ["feed-templates/Criteo/xml_criteo_feed_sample.xml#0 price"],
  "an element <UniqueID> is the id where there is one, not the attribute": [
    "feed-templates/Opencart/ultimate-marketing-manager-feed-templates-skroutz-xml.xml#0 id"
  ]
}

interface Wanted {
  readonly id?: string | undefined
  readonly title?: string | undefined
  readonly link?: string | undefined
  readonly price?: number | undefined
  readonly brand?: string | undefined
  readonly pictures?: number
}

const textOf = (bytes: Uint8Array): string => {
  const charset = /encoding="([\w-]+)"/.exec(Buffer.from(bytes.subarray(0, 200)).toString("latin1"))?.[1]
  return new TextDecoder(charset ?? "utf-8").decode(bytes, { stream: true }).replace(/<!--[\s\S]*?-->/g, "")
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
const decoded = (text: string): string => text.replace(/&(\w+);/g, (whole, name) => entities[name] ?? whole)

/** The text of the first element of that name. */
const field = (xml: string, name: string): string | undefined => {
  const inner = new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`).exec(xml)?.[1]?.trim()
  const [, cdata] = /^<!\[CDATA\[([\s\S]*?)\]\]>$/.exec(inner ?? "") ?? []
  return (cdata ?? decoded(inner ?? "")).trim() || undefined
}

const numberIn = (text: string | undefined): number | undefined => {
  const value = Number(
    /\d[\d ]*(?:[.,]\d+)?/
      .exec(text ?? "")?.[0]
      ?.replace(/ /g, "")
      .replace(",", ".")
  )
  return value > 0 ? value : undefined
}

const elements = (xml: string, name: string): ReadonlyArray<string> =>
  xml.match(new RegExp(`<${name}[\\s>](?:[^>]*/>|[\\s\\S]*?</${name}>)`, "g")) ?? []

const inCatalog = (xml: string): ReadonlyArray<Wanted> =>
  elements(xml, "offer").map((offer) => ({
    id: decoded(/\sid="([^"]*)"/.exec(offer)?.[1] ?? ""),
    title: field(offer, "name"),
    link: field(offer, "url"),
    price: numberIn(field(offer, "price")),
    brand: field(offer, "vendor"),
    pictures: Math.min(elements(offer, "picture").length, 10)
  }))

const inMerchantFeed = (xml: string): ReadonlyArray<Wanted> =>
  ["item", "entry", "product"]
    .flatMap((name) => elements(xml, name))
    .map((product) => {
      const flat = product.replace(/<g:shipping>[\s\S]*?<\/g:shipping>/g, "")
      const either = (name: string) => field(flat, `g:${name}`) ?? field(flat, name)
      return {
        id: either("id") ?? /\sid="([^"]*)"/.exec(flat)?.[1],
        title: either("title") ?? field(flat, "name"),
        link: either("link"),
        price: numberIn(either("sale_price") ?? either("price")),
        brand: either("brand")
      }
    })

const rowsOf = (table: string): ReadonlyArray<ReadonlyArray<string>> => {
  const rows: Array<Array<string>> = [[]]
  for (const [, quoted, plain = "", end] of table.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*?))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end !== ",") rows.push([])
  }
  return rows.filter((row) => row.length > 1)
}

/** Of each row with a price: what it, or the first row of its product, says. */
const inShopifyExport = (table: string): ReadonlyArray<Wanted> => {
  const [header = [], ...rows] = rowsOf(table)
  const cell = (row: ReadonlyArray<string> | undefined, name: string) => row?.[header.indexOf(name)]
  return rows
    .filter((row) => cell(row, "Variant Price"))
    .map((row) => {
      const first = rows.find((one) => cell(one, "Handle") === cell(row, "Handle"))
      return {
        title: cell(first, "Title"),
        price: numberIn(cell(row, "Variant Price")),
        brand: cell(first, "Vendor")
      }
    })
}

interface Corpus {
  readonly kind: SourceKind
  readonly wanted: (text: string) => ReadonlyArray<Wanted>
}

const corpora: Readonly<Record<string, Corpus>> = {
  "yml-pastuhov": { kind: yml, wanted: inCatalog },
  "yml-real": { kind: yml, wanted: inCatalog },
  "yml-serkin": { kind: yml, wanted: inCatalog },
  "yml-sirian": { kind: yml, wanted: inCatalog },
  "yml-stefanitsky": { kind: yml, wanted: inCatalog },
  "google-apparix": { kind: merchant, wanted: inMerchantFeed },
  "feed-templates": { kind: merchant, wanted: inMerchantFeed },
  "shopify-csv": { kind: csv, wanted: inShopifyExport }
}

const documentsOf = (corpus: string): ReadonlyArray<string> =>
  filesOf(corpus).filter(
    (path) => [".xml", ".yml", ".csv"].includes(extname(path)) && !path.includes("sitemap")
  )

const read = (kind: SourceKind, bytes: Uint8Array) =>
  Effect.runPromise(
    readWhole(
      kind,
      heldBody(bytes, { url: documentUrl }),
      sourceWith({ currency: "USD", variants: "each", maxItems: 100_000 })
    )
  )

const squeezed = (text: string | undefined) => text?.replace(/\s+/g, " ").trim()
const address = (url: string | undefined) => (url === undefined ? undefined : new URL(url, documentUrl).href)

const checksOf = (corpus: string, path: string, index: number, wanted: Wanted, item: Item | undefined) => {
  const check = (field: string, want: unknown, got: unknown, passed = want === got): ReadonlyArray<Check> =>
    want === undefined ? [] : [{ corpus, name: `${path}#${index} ${field}`, passed, wanted: want, got }]
  const { brand, id, link, pictures, price, title } = wanted
  const { offer } = item ?? {}
  return [
    ...check("id", id, offer?.id),
    ...check("title", squeezed(title), item?.title, item?.title.includes(squeezed(title) ?? "")),
    ...check("link", address(link), address(item?.link)),
    ...check("price", price, Number(offer?.price?.amount)),
    ...check("brand", squeezed(brand), offer?.brand),
    ...check("pictures", pictures, item?.images.length)
  ]
}

const checksOfFile = async (corpus: string, path: string): Promise<ReadonlyArray<Check>> => {
  const { kind, wanted } = corpora[corpus] ?? assert.fail(corpus)
  const bytes = bytesOf(path)
  const { complete, items } = await read(kind, bytes)
  const all = wanted(textOf(bytes))
  return [
    {
      corpus,
      name: `${path} count`,
      passed: all.length === items.length,
      wanted: all.length,
      got: items.length
    },
    {
      corpus,
      name: `${path} complete`,
      passed: complete === all.length > 0,
      wanted: all.length > 0,
      got: complete
    },
    ...all.flatMap((one, index) => checksOf(corpus, path, index, one, items[index]))
  ]
}

describe("shop feeds of the corpora", () => {
  it("each field is as its text says, or a listed deviation", async () => {
    const checks: Array<Check> = []
    for (const corpus of Object.keys(corpora))
      for (const path of documentsOf(corpus)) checks.push(...(await checksOfFile(corpus, path)))
    console.table(scoresOf(checks))
    const wrong = checks.filter(({ passed }) => !passed)
    const listed = new Set(Object.values(deviations).flat())
    assert.deepStrictEqual(wrong.filter(({ name }) => !listed.has(name)).map(described), [])
    assert.deepStrictEqual(
      [...listed].filter((name) => checks.some((check) => check.name === name && check.passed)),
      [],
      "listed deviations that are none"
    )
  })
})
