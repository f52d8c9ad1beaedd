// Keeps the store small: forgets items by the rule, every hour.
// Forgets only what left its source's document long ago: an item that may come back would be posted again.
import { Clock, Effect } from "effect"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Intake } from "./Intake.ts"

/** `forgetMs`: how long after it was last seen an item is remembered; asked anew each time. Ends with the store's failure. */
export const upkeep = (forgetMs: Effect.Effect<number>): Effect.Effect<never, StorageFailed, Intake> =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const forgotten = yield* intake.forget((yield* Clock.currentTimeMillis) - (yield* forgetMs))
    if (forgotten > 0) {
      yield* Effect.logInfo("forgot items not seen for long").pipe(Effect.annotateLogs({ forgotten }))
    }
    yield* Effect.sleep("1 hour")
  }).pipe(Effect.forever)
