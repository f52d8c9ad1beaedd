// What a source yields: an article or an offer, as its reader understood it. Plain data; readers make it, identity names it,
// intake stores it, rendering shows it. Text is already decoded; URLs are absolute http(s); nothing here is trusted to be safe HTML.
import { Schema } from "effect"
import { Money } from "./Money.ts"

export const Availability = Schema.Literal(
  "in-stock",
  "out-of-stock",
  "preorder",
  "backorder",
  "discontinued"
)
export type Availability = typeof Availability.Type

const text = Schema.optionalWith(Schema.String, { exact: true })
const number = Schema.optionalWith(Schema.Number, { exact: true })

export const Offer = Schema.Struct({
  /** The shop's own id of the offer: decides identity alone. */
  id: text,
  /** Variants of one product share it. */
  group: text,
  price: Schema.optionalWith(Money, { exact: true }),
  /** Only when the source says so and it is above `price`. */
  oldPrice: Schema.optionalWith(Money, { exact: true }),
  availability: Schema.optionalWith(Availability, { exact: true }),
  brand: text,
  gtin: text,
  mpn: text,
  condition: text,
  /** 0 to 5. */
  rating: number,
  reviews: number
})
export type Offer = typeof Offer.Type

export const Item = Schema.Struct({
  guid: text,
  /** True where the format lets the guid double as the link (RSS `isPermaLink` absent or true, and it is an http URL). */
  guidIsLink: Schema.optionalWith(Schema.Boolean, { exact: true }),
  link: text,
  /** One line of plain text; empty when the source gives none. */
  title: Schema.String,
  /** An HTML fragment as the source gave it (plain text arrives escaped), at most 16,384 characters; empty when none. */
  body: Schema.String,
  author: text,
  /** Epoch milliseconds as claimed by the source; orders a batch, never decides newness. */
  publishedAt: number,
  /** The main one first. */
  images: Schema.Array(Schema.String),
  categories: Schema.Array(Schema.String),
  offer: Schema.optionalWith(Offer, { exact: true })
})
export type Item = typeof Item.Type

/** At most this much of a body is kept: four times what a post can hold, so that cutting is the renderer's decision. */
export const maxBodyLength = 16_384
