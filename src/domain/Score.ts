// What a catalog means by `first: "discount * 2 + rating"`: arithmetic over the numbers of an item. Text → plain data, or why it makes no
// sense; plain data → a number. Pure and total: what an item lacks counts as 0, a division by 0 gives 0, and nothing is ever run.
import { Either } from "effect"

/** `discount` in percent, `age` in hours, `images` their number, `available` 1 when in stock. */
export const scoreFields = [
  "price",
  "oldPrice",
  "discount",
  "rating",
  "reviews",
  "images",
  "age",
  "available"
] as const
export type ScoreField = (typeof scoreFields)[number]

type Operator = "+" | "-" | "*" | "/" | "min" | "max"

export type Score =
  | { readonly _tag: "Number"; readonly value: number }
  | { readonly _tag: "Field"; readonly name: ScoreField }
  | { readonly _tag: "Apply"; readonly operator: Operator; readonly left: Score; readonly right: Score }

const maxLength = 300

const operate: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => (right === 0 ? 0 : left / right),
  min: (left, right) => Math.min(left, right),
  max: (left, right) => Math.max(left, right)
}

/** Beyond it the score of a store could not hold three decimals. */
const most = 1e12

const bounded = (value: number): number => (Number.isNaN(value) ? 0 : Math.max(-most, Math.min(most, value)))

/** Always a finite number. */
export const evaluate = (score: Score, valueOf: (field: ScoreField) => number | undefined): number => {
  switch (score._tag) {
    case "Number":
      return score.value
    case "Field":
      return bounded(valueOf(score.name) ?? 0)
    case "Apply":
      return bounded(operate[score.operator](evaluate(score.left, valueOf), evaluate(score.right, valueOf)))
  }
}

const apply = (operator: Operator, left: Score, right: Score): Score => ({
  _tag: "Apply",
  operator,
  left,
  right
})

/** What the author did wrong, as a clause that follows the text. */
class Wrong {
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

/** Recursive descent: sum := product (± product)*, product := factor (×÷ factor)*. */
class Reader {
  private readonly tokens: ReadonlyArray<string>
  private at = 0
  constructor(text: string) {
    this.tokens = text.match(/\d+(?:\.\d+)?|[A-Za-z]+|\S/g) ?? []
  }

  whole(): Score {
    const score = this.sum()
    if (this.at < this.tokens.length) throw new Wrong(`makes no sense from "${this.tokens[this.at]}" on`)
    return score
  }

  private sum(): Score {
    let left = this.product()
    for (let sign = this.take("+", "-"); sign !== undefined; sign = this.take("+", "-")) {
      left = apply(sign, left, this.product())
    }
    return left
  }

  private product(): Score {
    let left = this.factor()
    for (let sign = this.take("*", "/"); sign !== undefined; sign = this.take("*", "/")) {
      left = apply(sign, left, this.factor())
    }
    return left
  }

  private factor(): Score {
    if (this.take("-") !== undefined) return apply("-", { _tag: "Number", value: 0 }, this.factor())
    const extreme = this.take("min", "max")
    if (extreme !== undefined) return this.ofTwo(extreme)
    if (this.take("(") !== undefined) {
      const inner = this.sum()
      this.expect(")")
      return inner
    }
    return this.operand()
  }

  private ofTwo(operator: "min" | "max"): Score {
    this.expect("(")
    const left = this.sum()
    this.expect(",")
    const right = this.sum()
    this.expect(")")
    return apply(operator, left, right)
  }

  private operand(): Score {
    const token = this.tokens[this.at++]
    if (token === undefined) throw new Wrong("ends too early")
    if (/^\d/.test(token)) return { _tag: "Number", value: Number(token) }
    const name = scoreFields.find((field) => field === token)
    if (name !== undefined) return { _tag: "Field", name }
    throw new Wrong(`has "${token}", which is none of ${scoreFields.join(", ")}`)
  }

  private take<T extends string>(...wanted: ReadonlyArray<T>): T | undefined {
    const found = wanted.find((one) => one === this.tokens[this.at])
    if (found !== undefined) this.at++
    return found
  }

  private expect(token: string): void {
    if (this.take(token) === undefined) throw new Wrong(`lacks a ${token}`)
  }
}

/** The score that a text stands for, or what is wrong with it. */
export const parseScore = (text: string): Either.Either<Score, string> => {
  if (text.length > maxLength) return Either.left(`is longer than ${maxLength} characters`)
  try {
    return Either.right(new Reader(text).whole())
  } catch (wrong) {
    if (wrong instanceof Wrong) return Either.left(wrong.why)
    throw wrong
  }
}
