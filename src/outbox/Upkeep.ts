// Keeps the store small and its gauges true: forgets items by the rule, and publishes the depth of each queue.
// Forgets only what left its source's document long ago: an item that may come back would be posted again.
import { Clock, Effect, Metric, Schedule } from "effect"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { outboxDepth } from "../Metrics.ts"
import { Intake } from "./Intake.ts"
import { Ledger } from "./Ledger.ts"

const publishDepths = Effect.gen(function* () {
  const ledger = yield* Ledger
  for (const channel of yield* ledger.channels(yield* Clock.currentTimeMillis)) {
    yield* Metric.set(Metric.tagged(outboxDepth, "channel", channel.channel), channel.counts.queued ?? 0)
  }
})

const forgetOld = (forgetMs: Effect.Effect<number>) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const forgotten = yield* intake.forget((yield* Clock.currentTimeMillis) - (yield* forgetMs))
    if (forgotten > 0)
      yield* Effect.logInfo("forgot items not seen for long").pipe(Effect.annotateLogs({ forgotten }))
  })

/** Depths every 15 seconds, forgetting every hour; ends with the store's failure, for the supervisor to judge. */
export const upkeep = (
  forgetMs: Effect.Effect<number>
): Effect.Effect<never, StorageFailed, Intake | Ledger> =>
  Effect.raceFirst(
    Effect.repeat(publishDepths, Schedule.spaced("15 seconds")),
    Effect.repeat(forgetOld(forgetMs), Schedule.spaced("1 hour"))
  ).pipe(Effect.zipRight(Effect.never))
