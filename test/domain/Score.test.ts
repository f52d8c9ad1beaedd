// Scores: what an expression means, that it always is a number, and what is refused.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { evaluate, parseScore, scoreFields } from "../../src/domain/Score.ts"

const values: Readonly<Record<string, number>> = { price: 20, discount: 50, rating: 4, reviews: 10 }
const scoreOf = (text: string) =>
  Either.map(parseScore(text), (score) => evaluate(score, (field) => values[field]))

describe("a score", () => {
  it("is arithmetic with the usual precedence", () => {
    const cases: ReadonlyArray<readonly [text: string, score: number]> = [
      ["discount", 50],
      ["discount * 2 + rating", 104],
      ["2 + 3 * 4 - 1", 13],
      ["(2 + 3) * 4", 20],
      ["100 - 20 - 5", 75],
      ["100 / 10 / 5", 2],
      ["-discount + 1.5", -48.5],
      ["min(discount, 30) + max(rating, 5)", 35],
      ["rating*reviews", 40]
    ]
    for (const [text, score] of cases) assert.deepStrictEqual(scoreOf(text), Either.right(score), text)
  })

  it("counts what an item lacks, and a division by 0, as 0", () => {
    assert.deepStrictEqual(scoreOf("oldPrice + 1"), Either.right(1))
    assert.deepStrictEqual(scoreOf("price / oldPrice"), Either.right(0))
  })

  it("that makes no sense says why", () => {
    const cases: ReadonlyArray<readonly [text: string, why: RegExp]> = [
      ["", /ends too early/],
      ["discount +", /ends too early/],
      ["(1", /lacks a \)/],
      ["min(1)", /lacks a ,/],
      ["1 2", /makes no sense from "2" on/],
      ["newst", /has "newst", which is none of price, /],
      ["process.exit()", /has "process"/],
      ["1".repeat(400), /longer than 300/]
    ]
    for (const [text, why] of cases) assert.match(Either.getOrThrow(Either.flip(parseScore(text))), why, text)
  })

  it("of any text and any item is a finite number or a refusal", () => {
    const word = fc.constantFrom(
      ...scoreFields,
      "min(",
      "max(",
      "(",
      ")",
      ",",
      "+",
      "-",
      "*",
      "/",
      "0",
      "7.5",
      "9".repeat(250)
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.double(), (words, value) => {
        const score = parseScore(words.join(" "))
        if (Either.isRight(score)) assert.isTrue(Number.isFinite(evaluate(score.right, () => value)))
      }),
      { numRuns: 2000 }
    )
  })
})
