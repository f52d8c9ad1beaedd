// The form of a catalog, decoded key by key, beside the schema that decodes the whole.
import { assert, describe, it } from "@effect/vitest"
import { Either, ParseResult, Schema } from "effect"
import * as fc from "fast-check"
import { decodeForm } from "../../src/config/CatalogForm.ts"
import { CatalogFile } from "../../src/config/CatalogSchema.ts"

const whole = Schema.decodeUnknownEither(CatalogFile, { errors: "all", onExcessProperty: "error" })
const said = (error: ParseResult.ParseError) => ParseResult.ArrayFormatter.formatErrorSync(error)

const good = {
  every: ["1 day", "5 minutes", "90 seconds"],
  start: ["none", "all", 3, "none"],
  where: [{ price: { min: 5 } }, { include: ["lamp"] }, {}],
  allowPrivate: [true, false],
  identity: [["guid"], ["guid", "url"]],
  variants: ["group", "each"],
  burst: [false, {}, { items: 3 }, { items: 10, share: 0.1 }],
  maxBytes: [1_000, 5_000_000],
  pages: [0, 3],
  links: ["/p/*", ["/p/*", "*"]],
  fields: [{ title: "name", link: "url" }, { id: 3 }],
  page: [{ parameter: "p" }],
  currency: ["EUR"],
  columns: [{ price: "Preis" }, { price: ["a", "b"] }],
  affiliate: [{ link: "https://a.example", query: { a: "b" } }],
  label: ["Ad", "[]"],
  lists: ["all"]
}
const bad = {
  kind: ["rrs", 7, null],
  url: ["ftp://a.example", "nowhere", " http://a.example", "HTTPS://a.example", "ht\ntp://a.example"],
  to: [[], "news", ["news", 3], '["news"]'],
  every: ["soon", 5, "0 seconds", "-1 day"],
  start: ["some", -1, true],
  where: [{ prise: 5 }, [], null],
  burst: [true, { items: 0 }],
  links: ["p", []],
  label: [""],
  colour: ["red"],
  toString: ["x"]
}

const keysOf = (pool: Readonly<Record<string, ReadonlyArray<unknown>>>) =>
  fc.record(
    Object.fromEntries(Object.entries(pool).map(([key, values]) => [key, fc.constantFrom(...values)])),
    { requiredKeys: [] }
  )

const least = fc.record({
  kind: fc.constantFrom("rss", "yml", "json"),
  url: fc.integer({ min: 0, max: 9 }).map((id) => `https://shop-${id}.example/feed?x=1`),
  to: fc.constantFrom(["news"], ["news", "deals"])
})
const entry = fc.tuple(least, keysOf(good)).map(([one, other]) => ({ ...one, ...other }))
const wrong = fc.oneof(
  { arbitrary: fc.tuple(entry, keysOf(bad)).map(([one, other]) => ({ ...one, ...other })), weight: 3 },
  { arbitrary: fc.constantFrom(null, [], "x", {}, { kind: "rss" }), weight: 1 }
)
const names = fc.constantFrom("a", "b", "c", "7", "toString", "__proto__")

const catalogOf = (sources: unknown, others: Readonly<Record<string, unknown>> = {}) => ({
  channels: { news: { chat: "@news" } },
  sources,
  ...others
})

const same = (value: unknown) => {
  const [ours, expected] = [decodeForm(value), whole(value)]
  if (Either.isRight(expected)) assert.deepStrictEqual(Either.getOrThrow(ours), expected.right)
  else assert.deepStrictEqual(said(Either.getOrThrow(Either.flip(ours))), said(expected.left))
}

describe("the form of a catalog", () => {
  it("of good sources is what the schema makes of them", () => {
    fc.assert(
      fc.property(fc.dictionary(names, entry, { maxKeys: 5 }), (sources) => {
        assert.isTrue(Either.isRight(whole(catalogOf(sources))), "they are good")
        same(catalogOf(sources))
      }),
      { numRuns: 100 }
    )
  })

  it("with any mistakes is refused with all that the schema has to say", () => {
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(entry, wrong), { maxKeys: 5 }), (sources) =>
        same(catalogOf(sources))
      ),
      { numRuns: 200 }
    )
    for (const value of [null, [], "x", {}, catalogOf([]), catalogOf(null), catalogOf({}, { admin: [1] })])
      same(value)
    same(catalogOf({ a: { kind: "rss" } }, { channels: { news: { chat: "nowhere" } } }))
    same({ channels: {} })
  })

  it("takes a text for no list that is written like it", () => {
    const source = { kind: "rss", url: "https://a.example" }
    same(catalogOf({ a: { ...source, to: ["news"] }, b: { ...source, to: '["news"]' } }))
  })
})
