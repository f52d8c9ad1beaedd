// A price as a shop writes it → an exact decimal and its currency. Two readers: free text, where "1.299" is a thousand, and fields
// that are dot-decimal by their specification (g:price, JSON-LD, YML), where it is one and a bit. Never a float, never a guess.
import type { Money } from "../../domain/Money.ts"
import { currencyIn } from "./Currency.ts"

const spaces = /[\u00a0\u2007-\u200a\u202f\u205f\u3000\t\n\r]/g
const apostrophes = /[’‘`´ʼ]/g
const normalised = (text: string) =>
  text.normalize("NFKC").replace(spaces, " ").replace(apostrophes, "'").replace(/ {2,}/g, " ").trim()

/** A number with its marks: groups of three behind spaces or apostrophes, dots and commas anywhere, "36. 24" as broken spacing. */
const number =
  /(?<![\d.,])[.,]?(?:\d{1,3}(?:[ ']\d{3})+(?!\d)|\d+)(?:[.,]\d+)*(?:[.,] ?\d{2}(?!\d))?(?:\s?[€£$]\s?\d{2}(?![\d.,]))?/g

/** "1.299,00" → "1299.00". `dotDecimal`: three digits behind a single dot are decimals too. */
const decimal = (marked: string, dotDecimal: boolean): string | undefined => {
  const plain = marked.replace(/\s?[€£$]\s?/, ".").replace(/[ ']/g, "")
  const marks = plain.replace(/\d/g, "")
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","))
  const mark = plain[last]
  const after = plain.length - last - 1
  const before = plain.slice(0, Math.max(last, 0)).replace(/\D/g, "")
  const mixed = new Set(marks).size > 1
  const repeated = marks.length > 1 && !mixed
  const grouping =
    mark === undefined ||
    repeated ||
    (!mixed && after === 3 && before.length <= 3 && before !== "" && !/^0+$/.test(before))
  const isDecimal = dotDecimal && mark === "." && !repeated ? true : !grouping
  const whole = (isDecimal ? before : plain.replace(/\D/g, "")).replace(/^0+(?=\d)/, "") || "0"
  const fraction = isDecimal && last >= 0 ? plain.slice(last + 1).slice(0, 6) : ""
  return whole.length > 15 ? undefined : fraction === "" ? whole : `${whole}.${fraction}`
}

const free = /(?<!\p{L})(?:free|gratis|gratuit|kostenlos|бесплатно|безкоштовно)(?!\p{L})/iu

const range = /^\s?(?:-|–|—|to|bis|do|до|à|a)\s?$/iu

/** The number next to a currency sign, else the first; the lower end of a range; a percentage is none. */
const amountIn = (text: string, dotDecimal: boolean): string | undefined => {
  const found = [...text.matchAll(number)].filter(
    ({ index, 0: match }) => !/^\s?%/.test(text.slice(index + match.length))
  )
  const priced = found.findIndex(
    ({ index, 0: match }) =>
      /\p{Sc}\s?:?\s?$/u.test(text.slice(0, index)) || /^\s?\p{Sc}/u.test(text.slice(index + match.length))
  )
  const before = found[priced - 1]
  const isUpperEnd = before && range.test(text.slice(before.index + before[0].length, found[priced]?.index))
  const marked = (isUpperEnd ? before : (found[priced] ?? found[0]))?.[0]
  return marked === undefined ? (free.test(text) ? "0" : undefined) : decimal(marked, dotDecimal)
}

/** The amount in free text ("1 299,00 руб.", "from $26 to 50" → the first, "free" → "0"). */
export const amountInText = (text: string): string | undefined =>
  amountIn(normalised(text.slice(0, 500)), false)

/** The amount in a field that is dot-decimal by specification ("29.1583", but also "1,299.00" and the wrong "15,00"). */
export const amountInField = (text: string): string | undefined => {
  const clean = normalised(text.slice(0, 500))
  return /^-/.test(clean) ? undefined : amountIn(clean, true)
}

const money = (amount: string | undefined, text: string, fallback: string | undefined): Money | undefined => {
  const currency = currencyIn(normalised(text)) ?? fallback
  return amount === undefined || currency === undefined ? undefined : { amount, currency }
}

/** Amount and currency of free text; `currency` is what the source is known to mean when the text does not say. */
export const priceInText = (text: string, currency?: string): Money | undefined =>
  money(amountInText(text), text, currency)

/** Amount and currency of a dot-decimal field such as Google's "15.00 USD". */
export const priceInField = (text: string, currency?: string): Money | undefined =>
  money(amountInField(text), text, currency)
