// What happened at one poll of a source, as it is kept and shown.
import { Schema } from "effect"
import { SourceId } from "./Names.ts"

export const PollRecord = Schema.Struct({
  source: SourceId,
  /** Epoch ms. */
  at: Schema.Number,
  /** How long the poll took, ms. */
  tookMs: Schema.Number,
  outcome: Schema.Literal("new", "nothing-new", "not-modified", "unchanged", "held", "deferred", "failed"),
  /** One sentence: what was new, or what failed and what happens next. */
  note: Schema.String,
  /** Items admitted for the first time. */
  fresh: Schema.Int,
  /** Consecutive failures up to and including this one. */
  failures: Schema.Int,
  nextAt: Schema.Number
})
export type PollRecord = typeof PollRecord.Type
