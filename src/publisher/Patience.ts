// A store that is busy or full is waited for: nothing was done, and nothing else may be done meanwhile. Any other failure of the store
// goes on to the caller, for it means that the process cannot go on.
import { Effect, Schedule } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"

const growing = Schedule.exponential("100 millis").pipe(Schedule.union(Schedule.spaced("5 seconds")))

export const isPassing = (error: unknown): error is StorageFailed =>
  error instanceof StorageFailed && (error.reason === "busy" || error.reason === "full")

/** Tries again until the store can; each try whole, each wait interruptible. */
export const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptible(effect).pipe(
    Effect.tapError((error) => (isPassing(error) ? Effect.logWarning(error.message) : Effect.void)),
    Effect.retry({ schedule: growing, while: isPassing })
  )
