// What a template may show of an item, by name. Every value is a clean text of bounded length, a number, a price, or markup of ours;
// what the source did not say is absent.
import { Option } from "effect"
import type { ItemEvent } from "../../domain/Event.ts"
import type { Item, Offer } from "../../domain/Item.ts"
import { discountPercent, type Money } from "../../domain/Money.ts"
import { Formatted } from "./Escaping.ts"
import { hostOf, linkOf } from "./Links.ts"
import type { Markup } from "./Markup.ts"
import { isDate, Moment } from "./Moments.ts"
import { parseHtml } from "./ParseHtml.ts"
import { cleanText } from "./PlainText.ts"
import { Price } from "./Prices.ts"

/** The item and why it is delivered. */
export interface Subject {
  readonly item: Item
  readonly event: ItemEvent
  /** Of a drop: the price from which it is measured. */
  readonly before?: Money
  /** The post stands, but what it is about is gone. */
  readonly withdrawn?: boolean
  /** What its source and channel say about the words; absent: nothing. */
  readonly wording?: Wording
}

export interface Wording {
  readonly source: string
  readonly channel: string
  readonly locale: string
  readonly zone: string
  /** How many posts the channel had before. */
  readonly ordinal: number
  /** How often this look had its turn before. */
  readonly turn: number
  /** Where readers are led instead of to the item's own link. */
  readonly link?: string
  readonly erid?: string
  /** The last lines of the post, which no cut takes away. */
  readonly label: Markup
}

/** Where readers are led. */
export const shownLink = ({ item, wording }: Subject): string | undefined =>
  wording?.link ?? linkOf(item.link)

/** Twice what a post can hold; more need not be looked at. */
const maxLength = 8192
const maxBodyLength = 65_536

const lineOf = (value: string | undefined): string | undefined => {
  const line = cleanText((value ?? "").slice(0, maxLength))
    .replace(/\s+/g, " ")
    .trim()
  return line === "" ? undefined : line
}

const availabilityWords = {
  "in-stock": "In stock",
  "out-of-stock": "Out of stock",
  preorder: "Preorder",
  backorder: "Backorder",
  discontinued: "Discontinued"
} as const

/** The variables of a template, as README's table names them. */
export const variablesOf = (subject: Subject): Readonly<Record<string, unknown>> => {
  const { item, event, before, withdrawn = false, wording } = subject
  const link = linkOf(item.link)
  const { source, channel, erid, turn = 0, locale = "en", zone = "UTC" } = wording ?? {}
  const body = parseHtml(item.body.slice(0, maxBodyLength), {
    kind: "fragment",
    ...(link === undefined ? {} : { base: link })
  })
  return {
    event,
    withdrawn,
    title: lineOf(item.title),
    link: shownLink(subject),
    host: hostOf(link),
    ...{ source, channel, erid, turn, locale },
    body: body.markup.length === 0 ? undefined : new Formatted(body.markup),
    author: lineOf(item.author),
    categories: item.categories.slice(0, 50).flatMap((category) => lineOf(category) ?? []),
    image: linkOf(item.images[0]),
    published:
      item.publishedAt === undefined || !isDate(item.publishedAt)
        ? undefined
        : new Moment(item.publishedAt, locale, zone),
    ...(item.offer === undefined ? {} : offerVariables(item.offer, locale)),
    ...(before === undefined ? {} : dropVariables(before, item.offer?.price, locale))
  }
}

/** Whole percent; none below 1. */
const percentOff = (before: Money, price: Money): number | undefined =>
  discountPercent(before, price).pipe(
    Option.map((percent) => Math.floor(percent)),
    Option.filter((percent) => percent >= 1),
    Option.getOrUndefined
  )

/** What readers knew counts, not what the shop says of itself. While the price is not below that, there is no drop to show. */
const dropVariables = (
  before: Money,
  price: Money | undefined,
  locale: string
): Readonly<Record<string, unknown>> => {
  const drop = price === undefined ? undefined : percentOff(before, price)
  return { drop, discount: drop, oldPrice: drop === undefined ? undefined : new Price(before, locale) }
}

const cannotBuy: ReadonlySet<string | undefined> = new Set(["out-of-stock", "discontinued"])

const offerVariables = (offer: Offer, locale: string): Readonly<Record<string, unknown>> => {
  const { price, oldPrice } = offer
  const isCheaper =
    price !== undefined && oldPrice !== undefined && Option.isSome(discountPercent(oldPrice, price))
  return {
    price: price === undefined ? undefined : new Price(price, locale),
    oldPrice: isCheaper ? new Price(oldPrice, locale) : undefined,
    discount: isCheaper ? percentOff(oldPrice, price) : undefined,
    soldOut: cannotBuy.has(offer.availability),
    availability: offer.availability === undefined ? undefined : availabilityWords[offer.availability],
    available: offer.availability === undefined ? undefined : offer.availability === "in-stock",
    brand: lineOf(offer.brand),
    gtin: lineOf(offer.gtin),
    mpn: lineOf(offer.mpn),
    condition: lineOf(offer.condition),
    rating: offer.rating,
    reviews: offer.reviews
  }
}
