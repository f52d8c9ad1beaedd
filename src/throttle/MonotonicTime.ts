// Time for measuring how long something took: milliseconds that never jump, with an arbitrary origin. Never compared with the date.
import { Clock, Effect } from "effect"

/** Milliseconds with fractions; unlike `Clock.currentTimeMillis` it does not follow corrections of the machine's date. */
export const monotonicMs: Effect.Effect<number> = Effect.map(
  Clock.currentTimeNanos,
  (nanos) => Number(nanos) / 1e6
)
