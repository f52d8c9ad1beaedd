// What happened at each source's last polls: for the next poll's decision after a restart, and for people. Buffered: a crash may lose
// the last second of it, which costs one extra poll and nothing else.
import { Context, type Effect, type Option } from "effect"
import type { Millis, SourceId } from "../domain/Names.ts"
import type { PollRecord } from "../domain/Poll.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export { PollRecord } from "../domain/Poll.ts"

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
