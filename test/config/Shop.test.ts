// The catalog's keys for shop feeds: what they become, and that each mistake names its line and key.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"

const catalog = (source: string) =>
  decodeCatalog(
    "c.yaml",
    `channels: { deals: { chat: "@deals" } }\nsources:\n  shop:\n    url: https://shop.example/x\n    to: [deals]\n${source}`,
    () => Either.left({ line: 0, message: "none" })
  )
const sourceOf = (source: string) =>
  [...Either.getOrThrowWith(catalog(source), (error) => new Error(error.message)).sources.values()][0]
const faultsOf = (source: string) =>
  Either.match(catalog(source), {
    onLeft: ({ faults }) => faults.map(({ line, message }) => `${line}: ${message}`).join("\n"),
    onRight: () => ""
  })

describe("the keys of a shop feed", () => {
  it("say what the feed leaves unsaid: currency, charset, delimiter, columns", () => {
    assert.deepInclude(
      sourceOf(`    kind: csv
    currency: EUR
    encoding: windows-1251
    delimiter: tab
    columns: { id: SKU, title: [Name, Titel], options: [Colour] }`),
      {
        kind: "csv",
        currency: "EUR",
        encoding: "windows-1251",
        delimiter: "tab",
        columns: { id: ["SKU"], title: ["Name", "Titel"], options: ["Colour"] }
      }
    )
  })

  it("are absent unless they are written, and variants count as one item", () => {
    const shop = sourceOf("    kind: yml")
    assert.deepInclude(shop, { kind: "yml", variants: "group" })
    for (const key of ["currency", "encoding", "delimiter", "columns"]) assert.notProperty(shop, key)
  })

  it("that are wrong are named with their line", () => {
    assert.include(
      faultsOf("    kind: yml\n    currency: EURO"),
      "7: sources.shop.currency is not a currency such as EUR"
    )
    assert.include(
      faultsOf("    kind: csv\n    encoding: cp-what"),
      "7: sources.shop.encoding is not a charset"
    )
    assert.include(
      faultsOf("    kind: csv\n    delimiter: ':'"),
      `7: sources.shop.delimiter must be "," ";" "|" or tab`
    )
    assert.match(
      faultsOf("    kind: csv\n    columns:\n      prise: P"),
      /sources\.shop\.columns.*prise is not a known key/
    )
  })

  it("belong to the kinds that understand them", () => {
    assert.include(
      faultsOf("    kind: rss\n    currency: EUR"),
      "7: sources.shop.currency is only for kind yml, merchant, csv, page and sitemap, but this source is rss"
    )
    assert.include(
      faultsOf("    kind: yml\n    columns: { id: SKU }"),
      "7: sources.shop.columns is only for kind merchant and csv"
    )
  })
})
