// Prices as people write them, exactly: the decimal text is formatted as it stands, never through a float.
import type { Money } from "../../domain/Money.ts"

const defaultLocale = "en"

const isNumeric = (amount: string): amount is `${number}` => /^\d+(\.\d+)?$/.test(amount)

const formats = new Map<string, Intl.NumberFormat>()

const formatOf = (locale: string, currency: string): Intl.NumberFormat => {
  const key = `${locale} ${currency}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat(locale, { style: "currency", currency })
  formats.set(key, made)
  return made
}

/** An unknown locale is a mistake in the template, and shows when the template is checked. */
export const formatMoney = (money: Money, locale: string = defaultLocale): string =>
  isNumeric(money.amount) ? formatOf(locale, money.currency).format(money.amount) : money.amount

/** A price in a template: `{{ price }}` or `{{ price | money: "de-DE" }}`. */
export class Price {
  readonly amount: string
  readonly currency: string
  readonly #money: Money
  readonly #locale: string | undefined
  constructor(money: Money, locale?: string) {
    this.amount = money.amount
    this.currency = money.currency
    this.#money = money
    this.#locale = locale
  }
  /** Undefined: the channel's language. */
  in(locale: string | undefined): string {
    return formatMoney(this.#money, locale ?? this.#locale)
  }
  toString(): string {
    return this.in(undefined)
  }
}
