// Time for measuring how long something took: milliseconds that never jump, with an arbitrary origin. Never compared with the date.
import { Clock, Effect } from "effect"

/**
 * Milliseconds with fractions; unlike `Clock.currentTimeMillis` it does not follow corrections of the machine's date.
 * Read by the unsafe method, since TestClock's `currentTimeNanos` dies at a time with fractions, which jitter brings about.
 */
export const monotonicMs: Effect.Effect<number> = Clock.clockWith((clock) =>
  Effect.sync(() => Number(clock.unsafeCurrentTimeNanos()) / 1e6)
)
