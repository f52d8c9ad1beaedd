// A store that is busy, full or moved away is waited for: nothing was done, and nothing else may be done meanwhile. Any other failure of
// the store goes on to the caller, for it means that the process cannot go on.
import { Effect, Schedule } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"

const firstWait = "100 millis"

const growing = Schedule.exponential("200 millis").pipe(Schedule.union(Schedule.spaced("5 seconds")))

export const isPassing = (error: unknown): error is StorageFailed =>
  error instanceof StorageFailed && error.passes

/** Tries again until the store can; each try whole, each wait interruptible. What succeeds at once costs no schedule. */
export const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  const whole = Effect.uninterruptible(effect)
  const again = () => Effect.retry(Effect.tapError(whole, told), { schedule: growing, while: isPassing })
  return Effect.catchAll(whole, (error) =>
    isPassing(error) ? Effect.zipRight(told(error), Effect.delay(again(), firstWait)) : Effect.fail(error)
  )
}

const told = (error: unknown): Effect.Effect<void> =>
  isPassing(error) ? Effect.logWarning(error.message) : Effect.void
