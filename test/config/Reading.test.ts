// The catalog's keys for pages, JSON APIs and sitemaps: what they become, and that each mistake names its line and key.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { catalogJsonSchema } from "../../src/config/CatalogJsonSchema.ts"
import { faultText } from "../../src/config/ConfigInvalid.ts"

const catalog = (source: string) =>
  decodeCatalog(
    "c.yaml",
    `channels: { deals: { chat: "@deals" } }\nsources:\n  shop:\n    url: https://shop.example/x\n    to: [deals]\n${source}`,
    () => Either.left({ line: 0, message: "none" })
  )
const sourceOf = (source: string) =>
  [...Either.getOrThrowWith(catalog(source), (error) => new Error(error.message)).sources.values()][0]
const faultsOf = (source: string) =>
  Either.match(catalog(source), { onLeft: ({ faults }) => faults.map(faultText), onRight: () => [] })

describe("the keys of a source", () => {
  it("of pages and sitemaps: patterns, one or several, and how many pages", () => {
    assert.deepInclude(
      sourceOf("    kind: page\n    links: /product/*\n    skip: ['*/reviews', 'https://a.example/*']"),
      {
        kind: "page",
        pages: 50,
        links: ["/product/*"],
        skip: ["*/reviews", "https://a.example/*"]
      }
    )
    assert.deepInclude(sourceOf("    kind: sitemap\n    pages: 5"), { kind: "sitemap", pages: 5 })
  })

  it("of a JSON API: the mapping with alternatives and constants, the next page", () => {
    assert.deepInclude(
      sourceOf(`    kind: json
    items: data.products
    fields:
      title: [name, title]
      link: "https://shop.example/p/{slug}"
      price: variants[*].price
      currency: "=EUR"
      decimals: 2
    page: { parameter: page }`),
      {
        items: "data.products",
        fields: {
          title: ["name", "title"],
          link: ["https://shop.example/p/{slug}"],
          price: ["variants[*].price"],
          currency: ["=EUR"],
          decimals: ["=2"]
        },
        page: { parameter: "page", from: 1, step: 1, until: "empty" }
      }
    )
  })

  it("that are wrong are named with their line", () => {
    const cases: ReadonlyArray<readonly [source: string, fault: string]> = [
      [
        "    kind: jsn",
        'c.yaml:6: sources.shop.kind must be rss, yml, merchant, csv, page, json or sitemap, but is "jsn"'
      ],
      [
        "    kind: page\n    links: product/*",
        'c.yaml:7: sources.shop.links has "product/*", which does not begin with /, * or https:// ("/product/*")'
      ],
      [
        "    kind: page\n    links: {}",
        "c.yaml:7: sources.shop.links must be a text or a number or a list, but is {}"
      ],
      [
        "    kind: rss\n    links: /a",
        "c.yaml:7: sources.shop.links is only for kind page and sitemap, but this source is rss"
      ],
      [
        "    kind: page\n    fields: { title: name }",
        "c.yaml:7: sources.shop.fields is only for kind json, but this source is page"
      ],
      [
        "    kind: json",
        "c.yaml:6: sources.shop.kind json needs fields: where in an item its title, link and price are"
      ],
      [
        "    kind: json\n    fields: { price: cost }",
        "c.yaml:7: sources.shop.fields must have title, link or id: without them there is nothing to post"
      ],
      [
        "    kind: json\n    fields:\n      title: name\n      prise: cost",
        "c.yaml:9: sources.shop.fields.prise is not a known key; known here: id, group, title, link, image, body, author, publishedAt, category, price, oldPrice, currency, decimals, availability, brand, gtin, mpn, condition, rating, reviews"
      ],
      [
        "    kind: json\n    fields:\n      title: a..b",
        'c.yaml:8: sources.shop.fields.title has "a..b", which is not a path such as data.products, variants[0].price or images[*].src'
      ],
      [
        "    kind: json\n    fields:\n      title: name\n      link: 'https://a.example/{slug'",
        `c.yaml:9: sources.shop.fields.link has "https://a.example/{slug", which has a brace without its other`
      ],
      [
        "    kind: json\n    items: 'data['\n    fields: { title: name }",
        "c.yaml:7: sources.shop.items is not a path such as data.products, variants[0].price or images[*].src"
      ],
      [
        "    kind: json\n    fields: { title: name }\n    next: next\n    page: { parameter: page }",
        "c.yaml:9: sources.shop.page and next exclude each other"
      ]
    ]
    for (const [source, fault] of cases) assert.deepStrictEqual(faultsOf(source), [fault])
  })

  it("are in the JSON Schema for editors, with what they mean", () => {
    const schema = catalogJsonSchema()
    for (const words of [
      "Where in an item each thing is",
      "Further documents that one poll may fetch",
      "/product/*"
    ])
      assert.include(schema, words)
  })
})
