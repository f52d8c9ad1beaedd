// Prices as decimal text with a currency: never a float. Comparison and percentages are exact (BigDecimal).
import { BigDecimal, Option, Schema } from "effect"

/** `amount` is a plain decimal without sign, exponent or grouping ("1299.00"); `currency` is ISO 4217 ("EUR"). */
export const Money = Schema.Struct({
  amount: Schema.String.pipe(Schema.pattern(/^\d{1,15}(\.\d{1,6})?$/)),
  currency: Schema.String.pipe(Schema.pattern(/^[A-Z]{3}$/))
})
export type Money = typeof Money.Type

const decimal = (money: Money) => BigDecimal.unsafeFromString(money.amount)

/** Negative when `a` is cheaper than `b`; none when the currencies differ, which nothing may compare. */
export const compare = (a: Money, b: Money): Option.Option<-1 | 0 | 1> =>
  a.currency === b.currency ? Option.some(BigDecimal.Order(decimal(a), decimal(b))) : Option.none()

/** Whether both name the same price, however many zeros each writes ("2879.2" and "2879.20"). */
export const equals = (a: Money, b: Money): boolean => Option.contains(compare(a, b), 0)

/** How much cheaper `now` is than `before`, in percent (0 to 100); none for other currencies, a rise, or a price of 0 before. */
export const discountPercent = (before: Money, now: Money): Option.Option<number> => {
  if (before.currency !== now.currency) return Option.none()
  const saved = BigDecimal.subtract(decimal(before), decimal(now))
  return BigDecimal.isPositive(saved) && BigDecimal.isPositive(decimal(before))
    ? BigDecimal.divide(BigDecimal.multiply(saved, BigDecimal.fromBigInt(100n)), decimal(before)).pipe(
        Option.map((percent) => BigDecimal.unsafeToNumber(percent))
      )
    : Option.none()
}

/** The amount as a number, for thresholds that an operator wrote as a number; never for arithmetic. */
export const toNumber = (money: Money): number => BigDecimal.unsafeToNumber(decimal(money))
