// The keys of a source that say how pages, JSON APIs and sitemaps are read. Which kind may have which is judged in `SourceRules.ts`.
import { Either, ParseResult, Schema } from "effect"
import { parseExpression, parsePath } from "../domain/JsonExpression.ts"
import type { ItemField } from "../domain/Source.ts"
import { describe, optional, whole, withDefault } from "./SchemaParts.ts"

/** What is wrong with a text, as a clause that follows it; nothing when it is right. */
type Judge = (text: string) => string | undefined

/** One text that `judge` accepts. */
const judged = (judge: Judge, description: string) =>
  Schema.String.pipe(Schema.filter((text) => judge(text) ?? true)).annotations(describe(description))

/** One text or several, all of which `judge` accepts; a number counts as the constant that it is. */
const oneOrMore = (judge: Judge, description: string) =>
  Schema.transformOrFail(
    Schema.Union(Schema.String, Schema.Number, Schema.Array(Schema.String)).annotations(
      describe(description)
    ),
    Schema.Array(Schema.String),
    {
      strict: true,
      decode: (written, _, ast) => {
        const texts =
          typeof written === "string" ? [written] : typeof written === "number" ? [`=${written}`] : written
        const wrong = texts.map((text) => [text, judge(text)] as const).find(([, why]) => why !== undefined)
        if (texts.length === 0) return ParseResult.fail(new ParseResult.Type(ast, written, "is empty"))
        return wrong === undefined
          ? ParseResult.succeed(texts)
          : ParseResult.fail(new ParseResult.Type(ast, written, `has "${wrong[0]}", which ${wrong[1]}`))
      },
      encode: (texts) => ParseResult.succeed(texts)
    }
  )

const wrongPattern: Judge = (text) =>
  /^(?:\/|\*|https?:\/\/)/.test(text) ? undefined : 'does not begin with /, * or https:// ("/product/*")'

const wrongPath: Judge = (text) => Either.getOrUndefined(Either.flip(parsePath(text)))

const wrongExpression: Judge = (text) => Either.getOrUndefined(Either.flip(parseExpression(text)))

const expression = (description: string) => optional(oneOrMore(wrongExpression, description))

const descriptions: { readonly [field in ItemField]: string } = {
  id: "The shop's own id of the offer, or the article's",
  group: "What the variants of one product share",
  title: "The name",
  link: 'The page: an address, or a template such as "https://shop.example/p/{slug}"',
  image: "The picture, or several",
  body: "The text, plain or HTML",
  author: "Who wrote it",
  publishedAt: "When: ISO 8601, RFC 822 or Unix time",
  category: "The category, a path with >, or several",
  price: "The price; of several (variants[*].price) the lowest",
  oldPrice: "The price before; only counts when it is above the price",
  currency: 'Of the prices: a path, or a constant such as "=EUR"',
  decimals: "When prices are whole minor units: how many of their digits are decimals, 2 or a path",
  availability: "Words, true or false, or the number in stock",
  brand: "The brand",
  gtin: "The barcode number (GTIN, EAN, UPC, ISBN)",
  mpn: "The maker's article number",
  condition: "new, used, …",
  rating: "From 0 to 5",
  reviews: "How many rated it"
}

const field = (name: ItemField) => expression(descriptions[name])

const Fields = Schema.Struct({
  id: field("id"),
  group: field("group"),
  title: field("title"),
  link: field("link"),
  image: field("image"),
  body: field("body"),
  author: field("author"),
  publishedAt: field("publishedAt"),
  category: field("category"),
  price: field("price"),
  oldPrice: field("oldPrice"),
  currency: field("currency"),
  decimals: field("decimals"),
  availability: field("availability"),
  brand: field("brand"),
  gtin: field("gtin"),
  mpn: field("mpn"),
  condition: field("condition"),
  rating: field("rating"),
  reviews: field("reviews")
})

const PageNumbersFile = Schema.Struct({
  parameter: Schema.NonEmptyString.annotations(describe("The query parameter that holds the number")),
  from: withDefault(whole(0, 1_000_000, "The first page's number"), () => 1),
  step: withDefault(whole(1, 1_000_000, "Added for the next page; for offsets, the page's length"), () => 1),
  until: withDefault(
    judged(wrongPath, '"empty": until a page has no items; or a path to the number of the last page'),
    () => "empty"
  )
})

/** Part of `SourceFile`. */
export const readingKeys = {
  pages: withDefault(whole(0, 10_000, "Further documents that one poll may fetch"), () => 50),
  links: optional(oneOrMore(wrongPattern, 'Which addresses are product pages: "/product/*", one or several')),
  skip: optional(oneOrMore(wrongPattern, "Which addresses are never fetched: patterns, one or several")),
  items: optional(judged(wrongPath, 'Where the list of items is in the answer: "data.products"')),
  fields: optional(Fields.annotations(describe("Where in an item each thing is"))),
  next: optional(judged(wrongExpression, "The next page's address: a path, or a template with its cursor")),
  page: optional(PageNumbersFile.annotations(describe("For an API that numbers its pages, instead of next")))
}
