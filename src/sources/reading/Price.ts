// A price as a shop writes it → an exact decimal and its currency. Two readers: free text, where "1.299" is a thousand, and fields
// that are dot-decimal by their specification (g:price, JSON-LD, YML), where it is one and a bit. Never a float, never a guess.
import type { Money } from "../../domain/Money.ts"
import { currencyIn, currencyNamed } from "./Currency.ts"

const spaces = /[\u00a0\u2007-\u200a\u202f\u205f\u3000\t\n\r]/g
const apostrophes = /[’‘`´ʼ]/g
const normalised = (text: string) =>
  text
    .slice(0, 500)
    .normalize("NFKC")
    .replace(spaces, " ")
    .replace(apostrophes, "'")
    .replace(/ {2,}/g, " ")
    .trim()

/** A number with its marks: groups of three behind spaces or apostrophes, dots and commas anywhere, "36. 24" as broken spacing. */
const number =
  /(?<!\d[.,]?)[.,]?(?:\d{1,3}(?:[ ']\d{3})+(?!\d)|\d+)(?:[.,]\d+)*(?:[.,] ?\d{2}(?!\d))?(?:\s?[€£$]\s?\d{2}(?![\d.,]))?/g

/**
 * Whether the last mark only groups: no mark, or three digits behind it and one to three before it ("1.299", but not "0.750" and not
 * "1.299.00"). Where two kinds of marks are mixed, the last is decimal.
 */
const onlyGroups = (marks: string, before: string, after: number): boolean => {
  if (marks === "") return true
  if (new Set(marks).size > 1 || after !== 3) return false
  return marks.length > 1 || (before.length <= 3 && !/^0*$/.test(before))
}

/** "1.299,00" → "1299.00". `dotDecimal`: three digits behind a single dot are decimals too. */
const decimal = (marked: string, dotDecimal: boolean): string | undefined => {
  const plain = marked.replace(/\s?[€£$]\s?/, ".").replace(/[ ']/g, "")
  const marks = plain.replace(/\d/g, "")
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","))
  const before = plain.slice(0, Math.max(last, 0)).replace(/\D/g, "")
  const isDecimal = (dotDecimal && marks === ".") || !onlyGroups(marks, before, plain.length - last - 1)
  const whole = (isDecimal ? before : plain.replace(/\D/g, "")).replace(/^0+(?=\d)/, "") || "0"
  const fraction = isDecimal && last >= 0 ? plain.slice(last + 1).slice(0, 6) : ""
  return whole.length > 15 ? undefined : fraction === "" ? whole : `${whole}.${fraction}`
}

/** Dinars and rials have thousandths: there "423.923" is no thousands. @source ISO 4217, minor unit 3 (2026-11) */
const withThousandths = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

const hasThousandths = (text: string): boolean =>
  /\.\d{3}(?!\d)/.test(text) && withThousandths.has(currencyIn(text) ?? "")

const free = /(?<!\p{L})(?:free|gratis|gratuit|kostenlos|бесплатно|безкоштовно)(?!\p{L})/iu

const range = /^\s?(?:-|–|—|to|bis|do|до|à|a)\s?$/iu

interface Found {
  readonly amount: string | undefined
  /** The text from the number before it to the number behind it: what it says of a currency is of this number. */
  readonly around: string
}

const numbersIn = (text: string): ReadonlyArray<{ readonly start: number; readonly end: number }> =>
  [...text.matchAll(number)]
    .map(({ index, 0: match }) => ({ start: index, end: index + match.length }))
    .filter(({ end }) => !/^\s?%/.test(text.slice(end)))

/** The number next to a currency sign, else the first; the lower end of a range; a percentage is none. */
const find = (text: string, dotDecimal: boolean): Found => {
  const found = numbersIn(text)
  const priced = found.findIndex(
    ({ end, start }) => /\p{Sc}\s?:?\s?$/u.test(text.slice(0, start)) || /^\s?\p{Sc}/u.test(text.slice(end))
  )
  const before = found[priced - 1]
  const isUpperEnd = before !== undefined && range.test(text.slice(before.end, found[priced]?.start))
  const chosen = isUpperEnd ? priced - 1 : Math.max(priced, 0)
  const place = found[chosen]
  if (place === undefined) return { amount: free.test(text) ? "0" : undefined, around: text }
  return {
    amount: decimal(text.slice(place.start, place.end), dotDecimal),
    around: text.slice(found[chosen - 1]?.end ?? 0, found[chosen + 1]?.start)
  }
}

/** What most fields hold. */
const plainAmount = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/

/** What Google asks for, and most of its feeds have: "15.00 USD". */
const codedAmount = /^((?:0|[1-9]\d{0,14})(?:\.\d{1,6})?) ([A-Z]{3})$/

const coded = (text: string): Money | undefined => {
  const [, amount, code = ""] = codedAmount.exec(text) ?? []
  const currency = amount === undefined ? undefined : currencyNamed(code)
  return amount === undefined || currency === undefined ? undefined : { amount, currency }
}

const inField = (text: string): Found => {
  if (plainAmount.test(text)) return { amount: text, around: "" }
  const clean = normalised(text)
  return /^-/.test(clean) ? { amount: undefined, around: "" } : find(clean, true)
}

const inText = (text: string): Found => {
  const clean = normalised(text)
  return find(clean, hasThousandths(clean))
}

/** The amount in free text ("1 299,00 руб.", "from $26 to 50" → the first, "free" → "0"). */
export const amountInText = (text: string): string | undefined => inText(text).amount

/** The amount in a field that is dot-decimal by specification ("29.1583", but also "1,299.00" and the wrong "15,00"). */
export const amountInField = (text: string): string | undefined => inField(text).amount

/** Signs of several currencies: what stands elsewhere in the text is another price's. */
const ambiguous = /[$¥]|(?<!\p{L})kr(?!\p{L})/iu

const money = ({ amount, around }: Found, text: string, fallback: string | undefined): Money | undefined => {
  if (amount === undefined) return undefined
  const elsewhere = () => (ambiguous.test(around) ? undefined : currencyIn(normalised(text)))
  const currency = (amount === text ? undefined : (currencyIn(around) ?? elsewhere())) ?? fallback
  return currency === undefined ? undefined : { amount, currency }
}

/** Amount and currency of free text; `currency` is what the source is known to mean when the text does not say. */
export const priceInText = (text: string, currency?: string): Money | undefined =>
  money(inText(text), text, currency)

/** Amount and currency of a dot-decimal field such as Google's "15.00 USD". */
export const priceInField = (text: string, currency?: string): Money | undefined =>
  coded(text) ?? money(inField(text), text, currency)

const beginning =
  /(?<!\p{L})(?:from|starting at|ab|od|от|від|vanaf|desde|dès|à partir de|a partire da|från|fra)\s?\p{Sc}?\s?$/iu

/** Whether a text gives the lowest of several prices: "from 26 €", "26 to 50 €". */
export const isLowestOfSeveral = (text: string): boolean => {
  if (plainAmount.test(text) || codedAmount.test(text)) return false
  const clean = normalised(text)
  const [first, second] = numbersIn(clean)
  if (first === undefined) return false
  if (beginning.test(clean.slice(0, first.start))) return true
  return second !== undefined && range.test(clean.slice(first.end, second.start).replace(/\p{Sc}/gu, ""))
}
