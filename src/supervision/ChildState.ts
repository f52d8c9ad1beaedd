// What a supervised child is doing, as a value that every surface can show and put in JSON. Times are epoch milliseconds; causes and
// reasons are one short sentence (the log has the full cause). The supervisor makes the states; `Waiting` and `OpenCircuit` are the
// child's own words (ChildReport).
import { Schema } from "effect"

/** A stable key such as `source/shop` or `channel/deals`: the same after a restart and on every machine. */
export const ChildId = Schema.NonEmptyString.pipe(Schema.brand("ChildId"))
export type ChildId = typeof ChildId.Type

/** Such a key is never empty, which is not looked at again: thousands are made at a start, a reload and each look at the state. */
export const childId = (kind: "source" | "channel", name: string): ChildId =>
  ChildId.make(`${kind}/${name}`, { disableValidation: true })

const Millis = Schema.Number

export const ChildState = Schema.Union(
  /** Begins as soon as its previous generation, if it had one, has fully ended. */
  Schema.TaggedStruct("Starting", { since: Millis }),
  /** `probationUntil`: after a quarantine; without a failure until then the child counts as healed. */
  Schema.TaggedStruct("Running", {
    since: Millis,
    probationUntil: Schema.optionalWith(Millis, { exact: true })
  }),
  /** Healthy, and has nothing to do before `until`: the next poll, the end of a throttle. */
  Schema.TaggedStruct("Waiting", { until: Millis, why: Schema.String }),
  /** What the child works with keeps failing; the child itself is well and tries again at `until`. */
  Schema.TaggedStruct("OpenCircuit", { until: Millis, why: Schema.String }),
  /** It failed; restart number `attempt` since its last calm period is due at `at`. */
  Schema.TaggedStruct("Restarting", { at: Millis, attempt: Schema.Number, cause: Schema.String }),
  /** It failed too often; one restart on probation is due at `probeAt`. A person should look. */
  Schema.TaggedStruct("Quarantined", { since: Millis, probeAt: Millis, cause: Schema.String }),
  /** Told to end; its finalizers are still running. */
  Schema.TaggedStruct("Stopping", { since: Millis, why: Schema.String }),
  /** Ended because somebody paused it; stays so until resumed. */
  Schema.TaggedStruct("Paused", { since: Millis, why: Schema.String }),
  /** Ended for good: stopped (no longer kept), or its failure made the supervisor escalate. */
  Schema.TaggedStruct("Stopped", { since: Millis, why: Schema.String })
)
export type ChildState = typeof ChildState.Type

/** One child has a new state. Whole in itself: an observer that misses some still ends with the right picture. */
export const ChildChange = Schema.Struct({ child: ChildId, state: ChildState })
export type ChildChange = typeof ChildChange.Type
