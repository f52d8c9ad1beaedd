// What every part of the catalog's form is made of: described numbers, times and defaults, and messages that say what is allowed.
import { Duration, Option, ParseResult, Schema } from "effect"
import { shown } from "./Place.ts"

/** The annotation that editors show beside a key. */
export const describe = (description: string) => ({ description })

/** Effect takes what is below zero for zero. */
const durationIn = (text: string) =>
  text.trim().startsWith("-") ? Option.none() : Duration.decodeUnknown(text)

/** "10 minutes" → milliseconds, within bounds. */
export const millis = (least: Duration.DurationInput, most: Duration.DurationInput, description: string) =>
  Schema.transformOrFail(
    Schema.String.annotations(describe(`${description} ("3 seconds", "10 minutes", "1 day")`)),
    Schema.Number,
    {
      strict: true,
      decode: (text, _, ast) =>
        Option.match(durationIn(text), {
          onNone: () =>
            ParseResult.fail(new ParseResult.Type(ast, text, `is not a duration such as "10 minutes"`)),
          onSome: (duration) =>
            Duration.between(duration, { minimum: Duration.decode(least), maximum: Duration.decode(most) })
              ? ParseResult.succeed(Duration.toMillis(duration))
              : ParseResult.fail(
                  new ParseResult.Type(
                    ast,
                    text,
                    `must be from ${Duration.format(least)} to ${Duration.format(most)}, but is ${Duration.format(duration)}`
                  )
                )
        }),
      encode: (value) => ParseResult.succeed(Duration.format(value))
    }
  )

/** What a description would otherwise replace in messages: what is allowed, and what stands there. */
export const saying = (allowed: string, description: string) => ({
  description,
  message: (issue: ParseResult.ParseIssue) => ({
    message: `must be ${allowed}, but is ${shown(JSON.stringify(issue.actual))}`,
    override: true
  })
})

/** A whole number within bounds. */
export const whole = (least: number, most: number, description: string) =>
  Schema.Int.pipe(
    Schema.between(least, most, { message: () => `must be a whole number from ${least} to ${most}` })
  ).annotations(describe(description))

/** A key that may be missing. */
export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })
/** A key that stands for `value` when it is missing. */
export const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: () => NoInfer<A>) =>
  Schema.optionalWith(schema, { exact: true, default: value })
