// Items and sources for tests: an article or offer with only what the test names, and arbitrary ones.
import * as fc from "fast-check"
import type { Item } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"

export const item = (fields: Partial<Item> = {}): Item => ({
  title: "",
  body: "",
  images: [],
  categories: [],
  ...fields
})

export const source = (fields: Partial<Source> = {}): Source => ({
  id: SourceId.make("news"),
  kind: "rss",
  url: "https://example.com/feed.xml",
  everyMs: 600_000,
  start: "none",
  to: [],
  where: {},
  allowPrivate: false,
  variants: "group",
  burst: { items: 10, share: 0.5 },
  maxBytes: 10_000_000,
  maxItems: 100_000,
  pages: 50,
  ...fields
})

const maybe = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })

const defined = <A extends object>(fields: A): Partial<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<A>

const offer = fc
  .record({
    id: maybe(fc.constantFrom("1", "2", "A-7", "N/A", "0")),
    group: maybe(fc.constantFrom("g1", "g2", "1")),
    brand: maybe(fc.constantFrom("Acme", " ACME ", "null")),
    mpn: maybe(fc.constantFrom("X1", "x1", "X2")),
    gtin: maybe(fc.constantFrom("4015600608835", "04015600608835", "4015600608836", "40170725"))
  })
  .map(defined)

/** Few values for each field, so that items of a document often share some. */
export const anyItem: fc.Arbitrary<Item> = fc
  .record({
    guid: maybe(fc.constantFrom("a", "b", "c", "N/A", "", "https://example.com/1")),
    guidIsLink: maybe(fc.boolean()),
    link: maybe(
      fc.constantFrom(
        "https://example.com/1",
        "http://www.example.com/1/?utm_source=x",
        "https://example.com/2",
        "https://example.com/"
      )
    ),
    title: fc.constantFrom("", "One", "Two", "Three"),
    body: fc.constantFrom("", "<p>text</p>", "other"),
    publishedAt: maybe(fc.integer({ min: 0, max: 2_000_000_000_000 })),
    offer: maybe(offer)
  })
  .map((fields) => item(defined(fields) as Partial<Item>))
