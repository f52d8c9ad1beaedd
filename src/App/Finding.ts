// What a check has found out about one thing, told as soon as it is known.
import { Console, Effect, Either } from "effect"
import { plain } from "../operator/Tables.ts"

export interface Finding {
  readonly what: string
  readonly good: boolean
  readonly says: string
  /** Nothing is wrong when it is not good. */
  readonly optional?: boolean
  /** What to do about it. */
  readonly next?: string
}

const mark = ({ good, optional }: Finding) => (good ? "ok  " : optional === true ? "no  " : "FAIL")

const lines = (finding: Finding): ReadonlyArray<string> => [
  `${mark(finding)}  ${finding.what.padEnd(24)}  ${plain(finding.says)}`,
  ...(finding.next === undefined ? [] : [`      ${"".padEnd(24)}  → ${plain(finding.next)}`])
]

export const show = (finding: Finding) => Console.log(lines(finding).join("\n"))

/** Shows a finding as soon as it is known: a slow source should not look like a hang. `next`: what to do about a failure. */
export const tryOut = <E extends { readonly message: string }, R>(
  what: string,
  attempt: Effect.Effect<string, E, R>,
  next: (error: E) => string | undefined = () => undefined
): Effect.Effect<boolean, never, R> =>
  Effect.either(attempt).pipe(
    Effect.map((result): Finding => {
      if (Either.isRight(result)) return { what, good: true, says: result.right }
      const step = next(result.left)
      return { what, good: false, says: result.left.message, ...(step === undefined ? {} : { next: step }) }
    }),
    Effect.tap(show),
    Effect.map((finding) => finding.good)
  )
