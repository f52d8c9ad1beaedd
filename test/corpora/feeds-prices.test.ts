// The amounts in 1,185 price strings of real shops.
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { amountInText } from "../../src/sources/reading/Price.ts"
import { jsonOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

const Price = Schema.Struct({
  price_raw: Schema.NullOr(Schema.String),
  amount: Schema.NullOr(Schema.NumberFromString),
  /** Cases that tell the parser which mark is decimal: we are not told. */
  decimal_separator: Schema.optional(Schema.String),
  group: Schema.String
})

/** What their own parser does not read right either, and three that no rule of §4.5 covers. */
const isExpectedToFail = ({ group, price_raw }: typeof Price.Type) =>
  group.includes("XFAIL") || ["$..75", "$.75,333", "$.750.30"].includes(price_raw ?? "")

describe("prices of the corpora", () => {
  it("every amount is read as its collector says", () => {
    const prices = Schema.decodeUnknownSync(Schema.Array(Price))(jsonOf("price-parser/prices.json"))
    const wrong = prices
      .filter((price) => price.decimal_separator === undefined && !isExpectedToFail(price))
      .filter(({ amount, price_raw }) => {
        const got = amountInText(price_raw ?? "")
        return (got === undefined ? null : Number(got)) !== amount
      })
    assert.deepStrictEqual(
      wrong.map(({ amount, price_raw }) => `${price_raw}: ${amount}, not ${amountInText(price_raw ?? "")}`),
      []
    )
  })
})
