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
  /** The price is the lowest of several ("from 26 EUR"). */
  priceIsFrom: Schema.optionalWith(Schema.Boolean, { exact: true }),
  /** Only when the source says so and it is above `price`. */
  oldPrice: Schema.optionalWith(Money, { exact: true }),
  availability: Schema.optionalWith(Availability, { exact: true }),
  brand: text,
  gtin: text,
  /** The maker's (or, where the format knows no other, the shop's) article number. */
  mpn: text,
  condition: text,
  /** From the root of the shop's category tree down. */
  categoryPath: Schema.optionalWith(Schema.Array(Schema.String), { exact: true }),
  /** What tells the variants of a group apart and describes them ("Color", "red"), in the source's order. */
  options: Schema.optionalWith(Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String })), {
    exact: true
  }),
  /** Meant for adults only, by the source's own word. */
  adult: Schema.optionalWith(Schema.Boolean, { exact: true }),
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
