// Waits while the store cannot take something now: another process holds it, the disk is full, or its file was moved away. Says so once.
// Whatever else a store can fail with goes on to the caller.
import { Effect, Schedule } from "effect"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { IntakeStore } from "./IntakeStore.ts"

const isPassing = (failure: StorageFailed): boolean => failure.passes

const growing = Schedule.exponential("100 millis").pipe(Schedule.union(Schedule.spaced("5 seconds")))

/** Tries again for as long as the failure is one that passes. For steps that leave nothing behind when they fail. */
export const whilePassing = <A, R>(
  effect: Effect.Effect<A, StorageFailed, R>
): Effect.Effect<A, StorageFailed, R> =>
  Effect.catchIf(effect, isPassing, (failure) =>
    Effect.logWarning("The store cannot take this now; it is tried again", failure).pipe(
      Effect.zipRight(Effect.retry(effect, { while: isPassing, schedule: growing }))
    )
  )

/** The store, waiting at each of its steps: for work of many transactions, of which the last ones alone must be repeated. */
export const patient = (store: IntakeStore): IntakeStore => ({
  read: (operation, run) => whilePassing(store.read(operation, run)),
  transaction: (operation, run) => whilePassing(store.transaction(operation, run)),
  provisional: (operation, run) => whilePassing(store.provisional(operation, run)),
  flush: store.flush,
  forget: (before) => store.forget(before),
  forgetPrices: (before) => store.forgetPrices(before)
})
