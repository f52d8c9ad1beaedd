// How pages write a rating ("4,8", "4.2 / 5.0", "3.3 out of 5", "60 %") → a number from 0 to 5, and how many gave it.
import { type Thing, textNamed, thingsNamed } from "./Thing.ts"

const number = String.raw`(\d+(?:[.,]\d+)?)`
const outOf = new RegExp(String.raw`${number}\s*(?:\/|out of|of|de|su|sur|von|van|av|из|z)\s*${number}`, "iu")
const single = new RegExp(String.raw`${number}(\s*%)?`, "u")

const decimal = (text: string): number => Number(text.replace(",", "."))

/** The first rating in a text and, where it says so, the best possible. */
export const ratingIn = (text: string): { readonly value: number; readonly best?: number } | undefined => {
  const short = text.slice(0, 500)
  const pair = outOf.exec(short)
  const first = single.exec(short)
  if (first === null) return undefined
  // "10 reviews, 4 of 5": whatever stands first is the rating. "5 out of 3 reviews": no best one.
  const [value, best] = [decimal(first[1] ?? ""), decimal(pair?.[2] ?? "")]
  if (pair?.index === first.index && best >= value) return { value, best }
  return { value, ...(first[2] === undefined ? {} : { best: 100 }) }
}

/** Without a best rating it is taken to be 5, unless the value denies it. */
const onFive = (value: number, best = 5): number | undefined =>
  best > 0 && value >= 0 && value <= best ? Math.round((value / best) * 500) / 100 : undefined

const count = (text: string | undefined): number | undefined => {
  const digits = text?.replace(/[\s.,'\u00a0\u202f]/g, "") ?? ""
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined
}

/** Rating and number of reviews of a product. */
export const ratingOf = (product: Thing): { readonly rating?: number; readonly reviews?: number } => {
  const [aggregate] = thingsNamed(product, "aggregateRating")
  if (aggregate === undefined) return {}
  const found = ratingIn(textNamed(aggregate, "ratingValue") ?? "")
  const best = ratingIn(textNamed(aggregate, "bestRating") ?? "")?.value
  const rating = found && onFive(found.value, found.best ?? best)
  const reviews = count(textNamed(aggregate, "reviewCount", "ratingCount"))
  return {
    ...(rating === undefined ? {} : { rating }),
    ...(reviews === undefined ? {} : { reviews })
  }
}
