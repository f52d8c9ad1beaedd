// Keeps what the charts are drawn from: once at the end of every minute. A minute that cannot be written is missing in the charts, no more.
import { memoryUsage } from "node:process"
import { Clock, Effect, Layer } from "effect"
import { Samples, sampleMs } from "../outbox/Samples.ts"

const sample = Effect.gen(function* () {
  const samples = yield* Samples
  const now = yield* Clock.currentTimeMillis
  yield* Effect.sleep(sampleMs - (now % sampleMs))
  const ended = Math.round((yield* Clock.currentTimeMillis) / sampleMs) * sampleMs
  yield* samples.take(ended, memoryUsage().rss)
}).pipe(Effect.catchTag("StorageFailed", (error) => Effect.logDebug("a sample could not be kept", error)))

export const sampling = Layer.scopedDiscard(Effect.forkScoped(Effect.forever(sample)))
