// Whether the machine's date was set back: what was noted before is then of a time that is still to come.
import { Effect } from "effect"
import { moment } from "../domain/MonotonicTime.ts"

/** The two clocks drift apart little by little by themselves, in milliseconds. */
const driftMs = 1_000

/** How far the date is before the time that nobody sets. */
const ahead = Effect.map(moment, ({ date, monotonic }) => date - monotonic)

/** Gives a question: was it, since this was asked last? */
export const watchDate: Effect.Effect<Effect.Effect<boolean>> = Effect.map(ahead, (first) => {
  let before = first
  return Effect.map(ahead, (now) => {
    const isSetBack = now < before - driftMs
    before = now
    return isSetBack
  })
})
