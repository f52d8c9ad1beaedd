// What a check has found out about one thing, told as soon as it is known.
import { Console, Effect, Either } from "effect"
import { plain } from "../operator/Tables.ts"

export interface Finding {
  readonly what: string
  readonly good: boolean
  readonly says: string
  /** Nothing is wrong when it is not good. */
  readonly optional?: boolean
}

const mark = ({ good, optional }: Finding) => (good ? "ok  " : optional === true ? "no  " : "FAIL")

export const show = (finding: Finding) =>
  Console.log(`${mark(finding)}  ${finding.what.padEnd(24)}  ${plain(finding.says)}`)

/** Shows a finding as soon as it is known: a slow source should not look like a hang. */
export const tryOut = <R>(
  what: string,
  attempt: Effect.Effect<string, { readonly message: string }, R>
): Effect.Effect<boolean, never, R> =>
  Effect.either(attempt).pipe(
    Effect.map((result) => ({
      what,
      good: Either.isRight(result),
      says: Either.isRight(result) ? result.right : result.left.message
    })),
    Effect.tap(show),
    Effect.map((finding) => finding.good)
  )
