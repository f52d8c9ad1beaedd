// What people changed, by whom and when. Promises: an entry stands before the change is made, so that none is missing; entries are never
// changed afterwards but for their answer, and never forgotten.
import { Context, type Effect, Schema } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export const AuditEntry = Schema.Struct({
  id: Schema.Int,
  at: Schema.Number,
  /** A person as the surface knows them, and the surface. */
  by: Schema.String,
  command: Schema.String,
  /** What it was about, and how: "delivery 17: absent". */
  target: Schema.String,
  /** False: it was refused. Null: the process ended, or the disk was full, before the answer could be written. */
  done: Schema.NullOr(Schema.Boolean),
  answer: Schema.NullOr(Schema.String)
})
export type AuditEntry = typeof AuditEntry.Type

export class AuditLog extends Context.Tag("oncecast/outbox/AuditLog")<
  AuditLog,
  {
    /** Returns the entry's id. */
    readonly begin: (
      entry: Pick<AuditEntry, "by" | "command" | "target">,
      now: Millis
    ) => Effect.Effect<number, StorageFailed>
    readonly end: (
      id: number,
      done: boolean,
      answer: string,
      now: Millis
    ) => Effect.Effect<void, StorageFailed>
    /** Newest first; those with a smaller id than `before`, where it is given. */
    readonly entries: (query: {
      readonly before?: number | undefined
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<AuditEntry>, StorageFailed>
  }
>() {}
