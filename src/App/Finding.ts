// What a check has found out about one thing, told as soon as it is known.
import { Console, Effect, Either } from "effect"
import { plain } from "../operator/Tables.ts"

export interface Finding {
  readonly what: string
  readonly good: boolean
  readonly says: string
}

export const show = ({ what, good, says }: Finding) =>
  Console.log(`${good ? "ok  " : "FAIL"}  ${what.padEnd(24)}  ${plain(says)}`)

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
