// By which an item is chosen beside its words: its numbers, its brand, its categories. Pure; what the source did not say is absent.
import { Option } from "effect"
import type { Item } from "../domain/Item.ts"
import { discountPercent, toNumber } from "../domain/Money.ts"
import type { Millis } from "../domain/Names.ts"
import type { ScoreField } from "../domain/Score.ts"

const hourMs = 3_600_000

/** Longer names are no names. */
const maxLength = 200

/** Names are compared in any case, whatever blanks stand in them. */
export const nameKey = (name: string): string =>
  name.slice(0, maxLength).normalize("NFC").trim().replace(/\s+/gu, " ").toLowerCase()

const keyOf = (name: string | undefined): string | undefined => {
  const key = nameKey(name ?? "")
  return key === "" ? undefined : key
}

/** Percent saved from old price to price; undefined without both in one currency. */
export const discountOf = (item: Item): number | undefined => {
  const { price, oldPrice } = item.offer ?? {}
  return price === undefined || oldPrice === undefined
    ? undefined
    : Option.getOrUndefined(discountPercent(oldPrice, price))
}

/** Compared by `nameKey`. */
export const brandOf = ({ offer }: Item): string | undefined => keyOf(offer?.brand)

/** A category may be written as its path: "Electronics > Phones". */
const levelsOf = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.flatMap((name) => name.split(">")).flatMap((name) => keyOf(name) ?? [])

/** Every level of the shop's path, and what else it is filed under. */
export const categoriesOf = ({ categories, offer }: Item): ReadonlyArray<string> =>
  levelsOf([...(offer?.categoryPath ?? []), ...categories])

/** The one that says most: the end of the path, else of the first category. */
export const categoryOf = ({ categories, offer }: Item): string | undefined =>
  levelsOf(offer?.categoryPath ?? []).at(-1) ?? levelsOf(categories.slice(0, 1)).at(-1)

/** The numbers of an item, as a score names them. `now`: when it was found. */
export const numberOf = (item: Item, field: ScoreField, now: Millis): number | undefined => {
  const { price, oldPrice, rating, reviews, availability } = item.offer ?? {}
  switch (field) {
    case "price":
      return price === undefined ? undefined : toNumber(price)
    case "oldPrice":
      return oldPrice === undefined ? undefined : toNumber(oldPrice)
    case "discount":
      return discountOf(item)
    case "rating":
      return rating
    case "reviews":
      return reviews
    case "images":
      return item.images.length
    case "age":
      return item.publishedAt === undefined ? undefined : Math.max(0, now - item.publishedAt) / hourMs
    case "available":
      return availability === undefined ? undefined : Number(availability === "in-stock")
  }
}
