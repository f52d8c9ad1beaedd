// extruct's pages: its broken JSON-LD is repaired, its microdata found, its product pages give their product.
import { describe, it } from "@effect/vitest"
import { Parser } from "htmlparser2"
import { LinkedData } from "../../src/sources/kinds/page/LinkedData.ts"
import { Microdata } from "../../src/sources/kinds/page/Microdata.ts"
import { bareName, type Thing, type Value } from "../../src/sources/kinds/page/Thing.ts"
import { bytesOf, exists, filesOf, jsonOf, requireCorpora } from "./Corpora.ts"
import { type Check, judge, tight } from "./PageChecks.ts"
import { pageUrl, readPage } from "./Pages.ts"

requireCorpora()

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
    judge("extruct", checks, "extruct/json-ld")
  })
})

interface Described {
  readonly types: ReadonlyArray<string>
  readonly properties: { readonly [name: string]: ReadonlyArray<string | Described> }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** An item as extruct writes it, in the form that both are compared in. */
const wantedOf = (value: unknown): string | Described => {
  if (!isRecord(value)) return tight(String(value))
  const { properties = {}, type = [] } = value
  return {
    types: [type].flat().map((one) => bareName(String(one))),
    properties: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, values]) => [
        bareName(name),
        [values].flat().map(wantedOf)
      ])
    )
  }
}

const gotOf = (value: Value): string | Described =>
  typeof value === "string"
    ? tight(value)
    : {
        types: value.types,
        properties: Object.fromEntries(
          [...value.properties].map(([name, values]) => [name, values.map(gotOf)])
        )
      }

const microdataIn = (html: string): ReadonlyArray<Thing> => {
  const microdata = new Microdata()
  let isHidden = false
  const parser = new Parser({
    onopentag: (name, attributes) => {
      isHidden = name === "script" || name === "style"
      microdata.opened(name, attributes)
    },
    ontext: (text) => {
      if (!isHidden) microdata.text(text)
    },
    onclosetag: () => {
      isHidden = false
      microdata.closed()
    }
  })
  parser.end(html)
  return microdata.things()
}

describe("microdata that extruct finds", () => {
  it("is found as well, item by item and property by property", () => {
    const checks: Array<Check> = []
    for (const path of filesOf("extruct").filter((file) => /(?:w3c|schema\.org)\/[^/]*\.json$/.test(file))) {
      const expected = jsonOf(path)
      const page = path.replace(/json$/, "html")
      if (!Array.isArray(expected) || !exists(page)) continue
      const got = microdataIn(new TextDecoder().decode(bytesOf(page))).map(gotOf)
      for (const [index, item] of expected.entries()) {
        const [wanted, found] = [wantedOf(item), got[index]]
        if (typeof wanted === "string") continue
        const { properties = {}, types = [] } = typeof found === "object" ? found : {}
        checks.push({ name: `${path} ${index} types`, wanted: wanted.types, got: types })
        for (const [name, values] of Object.entries(wanted.properties))
          checks.push({ name: `${path} ${index}.${name}`, wanted: values, got: properties[name] })
      }
      checks.push({ name: `${path} items`, wanted: expected.length, got: got.length })
    }
    judge("extruct", checks, "extruct/microdata")
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
