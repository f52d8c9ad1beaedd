// What the charts are drawn from: once a minute, how much was posted, how late, how much waits and how much memory that takes.
import { Context, type Effect, Schema } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export const Sample = Schema.Struct({
  /** The end of the span that it is of. */
  at: Schema.Number,
  posts: Schema.Int,
  /** From queued to sent, on average; null when nothing was sent. */
  latencyMs: Schema.NullOr(Schema.Number),
  /** At most, in the span. */
  queued: Schema.Int,
  memoryBytes: Schema.Int
})
export type Sample = typeof Sample.Type

/** Samples are taken so far apart. */
export const sampleMs = 60_000

export class Samples extends Context.Tag("oncecast/outbox/Samples")<
  Samples,
  {
    /** Of the minute that ends at `at`, a whole minute; another process may have taken it already. Forgets what is older than two weeks. */
    readonly take: (at: Millis, memoryBytes: number) => Effect.Effect<void, StorageFailed>
    /** From `since` on, oldest first, in spans of `spanMs`. */
    readonly since: (since: Millis, spanMs: number) => Effect.Effect<ReadonlyArray<Sample>, StorageFailed>
  }
>() {}
