// Prices in free text and in dot-decimal fields.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Schema } from "effect"
import { Money } from "../../../src/domain/Money.ts"
import { currencyIn, currencyNamed } from "../../../src/sources/reading/Currency.ts"
import {
  amountInText,
  isLowestOfSeveral,
  priceInField,
  priceInText
} from "../../../src/sources/reading/Price.ts"

const written = (money: Money | undefined) => (money === undefined ? "" : `${money.amount} ${money.currency}`)

const texts: Readonly<Record<string, string>> = {
  "1 299,00 ₽": "1299.00 RUB",
  "1\u00a0299\u202f000 руб.": "1299000 RUB",
  "1'049,95 CHF": "1049.95 CHF",
  "1.299 €": "1299 EUR",
  "1,299 EUR": "1299 EUR",
  "1.299,50 €": "1299.50 EUR",
  "£1,299.50": "1299.50 GBP",
  "0,750 €": "0.750 EUR",
  "36. 24 €": "36.24 EUR",
  "1.837, 32 €": "1837.32 EUR",
  "35€ 99": "35.99 EUR",
  "€.75": "0.75 EUR",
  "26 to 50 €": "26 EUR",
  "AED 8000 (USD 2179)": "8000 AED",
  "-20% now 80 €": "80 EUR",
  "40% OFF": "",
  "374 990 ₸": "374990 KZT",
  "100 RUR": "100 RUB",
  "$ 5": "",
  "call us": ""
}
const fields: Readonly<Record<string, string>> = {
  "15.00 USD": "15.00 USD",
  "374990 KZT": "374990 KZT",
  "USD 15": "15 USD",
  "29.1583 EUR": "29.1583 EUR",
  "1.299 EUR": "1.299 EUR",
  "1,299.00 EUR": "1299.00 EUR",
  "15,00 EUR": "15.00 EUR",
  "-5 EUR": "",
  "15.00": "",
  "": ""
}

describe("prices", () => {
  for (const [text, price] of Object.entries(texts)) {
    it(`in text, "${text}" is ${price || "no price"}`, () =>
      assert.strictEqual(written(priceInText(text)), price))
  }
  for (const [text, price] of Object.entries(fields)) {
    it(`in a field, "${text}" is ${price || "no price"}`, () =>
      assert.strictEqual(written(priceInField(text)), price))
  }

  it("what the text does not say, the source may", () => {
    assert.strictEqual(written(priceInText("$1,495", "CAD")), "1495 CAD")
    assert.strictEqual(amountInText("бесплатно"), "0")
  })

  it("currencies are named by code, sign or word; an ambiguous sign names none", () => {
    assert.strictEqual(currencyNamed("rur"), "RUB")
    assert.strictEqual(currencyNamed("BYR"), "BYN")
    assert.strictEqual(currencyIn("99 грн"), "UAH")
    assert.isUndefined(currencyIn("$99"))
    assert.isUndefined(currencyIn("all new"))
  })

  it("any text gives a price that the domain accepts, or none", () => {
    const marks = fc.constantFrom(
      "1",
      "12",
      "123",
      "0",
      ".",
      ",",
      " ",
      "'",
      "€",
      "USD",
      "%",
      "\u00a0",
      "-",
      "9999999999"
    )
    fc.assert(
      fc.property(fc.array(marks), (parts) => {
        for (const price of [priceInText(parts.join(""), "EUR"), priceInField(parts.join(""), "EUR")]) {
          if (price !== undefined) assert.isTrue(Schema.is(Money)(price), JSON.stringify(price))
        }
      })
    )
  })

  it("the form that Google asks for means what it means among other spaces, which are read the long way", () => {
    const amount = fc.tuple(fc.nat(10 ** 15), fc.option(fc.stringMatching(/^\.\d{1,8}$/), { nil: "" }))
    const code = fc.constantFrom("EUR", "USD", "RUR", "KWD", "UAK", "ABC", "NEW", "kr")
    fc.assert(
      fc.property(amount, code, ([whole, fraction], currency) => {
        const text = `${whole}${fraction} ${currency}`
        assert.deepStrictEqual(priceInField(text, "GBP"), priceInField(` ${text}`, "GBP"))
        assert.deepStrictEqual(isLowestOfSeveral(text), isLowestOfSeveral(` ${text}`))
      })
    )
  })
})
