// Time for measuring how long something took: milliseconds that never jump, with an arbitrary origin. Never compared with the date.
import { Clock, Effect } from "effect"

/**
 * Milliseconds with fractions; unlike `Clock.currentTimeMillis` it does not follow corrections of the machine's date.
 * Read by the unsafe method, since TestClock's `currentTimeNanos` dies at a time with fractions, which jitter brings about.
 */
export const monotonicMsOf = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6

/** The same of the clock in force. */
export const monotonicMs: Effect.Effect<number> = Clock.clockWith((clock) =>
  Effect.sync(() => monotonicMsOf(clock))
)

/** A time by both clocks: one of them stands still while the machine is suspended, the other one can be set. */
export interface Moment {
  readonly date: number
  readonly monotonic: number
}

/** Now by `clock`. */
export const momentOf = (clock: Clock.Clock): Moment => ({
  date: clock.unsafeCurrentTimeMillis(),
  monotonic: monotonicMsOf(clock)
})

/** Now. */
export const moment: Effect.Effect<Moment> = Clock.clockWith((clock) => Effect.sync(() => momentOf(clock)))

/** The moment `ms` later. */
export const later = ({ date, monotonic }: Moment, ms: number): Moment => ({
  date: date + ms,
  monotonic: monotonic + ms
})
