// What happened at each source's last polls: for the next poll's decision after a restart, and for people. Buffered: a crash may lose
// the last second of it, which costs one extra poll and nothing else.
import { Context, type Effect, type Option, Schema } from "effect"
import { type Millis, SourceId } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export const PollRecord = Schema.Struct({
  source: SourceId,
  at: Schema.Number,
  /** How long the poll took, ms. */
  tookMs: Schema.Number,
  outcome: Schema.Literal("new", "nothing-new", "not-modified", "unchanged", "held", "deferred", "failed"),
  /** One sentence: what was new, or what failed and what happens next. */
  note: Schema.String,
  fresh: Schema.Int,
  /** Consecutive failures up to and including this one. */
  failures: Schema.Int,
  nextAt: Schema.Number
})
export type PollRecord = typeof PollRecord.Type

export class SourceJournal extends Context.Tag("oncecast/sources/SourceJournal")<
  SourceJournal,
  {
    readonly record: (poll: PollRecord) => Effect.Effect<void>
    readonly last: (source: SourceId) => Effect.Effect<Option.Option<PollRecord>, StorageFailed>
    /** The last poll of every source. */
    readonly all: Effect.Effect<ReadonlyArray<PollRecord>, StorageFailed>
    /** Of one source, newest first; at least the last 20 are kept. */
    readonly history: (
      source: SourceId,
      limit: number
    ) => Effect.Effect<ReadonlyArray<PollRecord>, StorageFailed>
    /** Writes what is buffered; also done each second and at shutdown. */
    readonly flush: (now: Millis) => Effect.Effect<void, StorageFailed>
  }
>() {}
