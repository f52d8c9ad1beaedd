// The amounts and currencies in the price strings of real shops. Where we differ from their collector, the reason is here.
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { currencyNamed } from "../../src/sources/reading/Currency.ts"
import { amountInText, priceInText } from "../../src/sources/reading/Price.ts"
import { jsonOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

const Price = Schema.Struct({
  price_raw: Schema.NullOr(Schema.String),
  currency_raw: Schema.NullOr(Schema.String),
  amount: Schema.NullOr(Schema.NumberFromString),
  currency: Schema.NullOr(Schema.String),
  group: Schema.String
})
type Price = typeof Price.Type

const prices = Schema.decodeUnknownSync(Schema.Array(Price))(jsonOf("price-parser/prices.json"))

/** The strings that mean something else to us, by reason. */
const deviations: Readonly<Record<string, ReadonlyArray<string>>> = {
  "their own parser does not read them either: a number that is no price": [
    "3 Ausgaben für nur 14,85 EUR",
    "Цена: уточняйте (мин. заказ: 1 )",
    "July, 2004",
    "15.08.2017",
    "16.00 ft"
  ],
  "their list of wishes has a currency without any amount": ["тг", "د.ل"],
  "a mark in front of the number is decimal, so the one behind it can only group": ["$.75,333", "$..75,333"],
  "the case tells the parser that € is the decimal mark: a shop does not tell": ["1250€600"]
}
const deviating = new Set(Object.values(deviations).flat())

/** "1 CUC$" ends in a sign of the Canadian dollar and is none. */
const otherCurrency = new Set(["1 CUC$", "тг"])

const amountIsRight = ({ amount, price_raw }: Price): boolean => {
  const got = amountInText(price_raw ?? "")
  return (got === undefined ? null : Number(got)) === amount
}

const hasCurrency = ({ currency, price_raw }: Price): boolean =>
  price_raw !== null && currency !== null && currencyNamed(currency) !== undefined

/** The text's own currency, else that of the field beside it. */
const currencyIsRight = ({ currency, currency_raw, price_raw }: Price): boolean =>
  (priceInText(price_raw ?? "")?.currency ?? currencyNamed(currency_raw ?? "")) ===
  currencyNamed(currency ?? "")

const shareOf = (right: number, all: number) => ({
  all,
  right,
  percent: Math.round((10_000 * right) / all) / 100
})

const rawOf = (all: ReadonlyArray<Price>) => all.map(({ price_raw }) => price_raw ?? "").sort()

describe("price-parser", () => {
  it("every amount and currency is read as its collector says, or a listed deviation; 98 % at least", () => {
    const wrong = prices.filter((price) => !amountIsRight(price))
    const named = prices.filter(hasCurrency)
    const misnamed = named.filter((price) => !currencyIsRight(price))
    const scores = {
      amounts: shareOf(prices.length - wrong.length, prices.length),
      currencies: shareOf(named.length - misnamed.length, named.length)
    }
    console.table(scores)
    assert.deepStrictEqual(rawOf(wrong), [...deviating].sort())
    assert.deepStrictEqual(rawOf(misnamed), [...otherCurrency].sort())
    for (const { percent } of Object.values(scores)) assert.isAtLeast(percent, 98)
  })
})
