// The contract: who keeps the logs of past calls. Limits in, a verdict out, for several limits in one indivisible step.
// Promises: all or nothing; a refused call charges nothing; the store's own clock alone counts; a log is forgotten when it has drained.
// Never waits: how long to wait is the answer, the waiting is the caller's.
import { Context, Effect, Layer, Schema } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import type { Limit } from "./Limit.ts"
import { SlidingLogs, type Usage, type Verdict } from "./SlidingLog.ts"

/**
 * The store did not answer in time, refused, or has lost its memory of past calls. Whether the call was charged is not known.
 * Go on with what this process knows by itself. `why` completes "The shared limits are out of reach: …"; it names no address.
 */
export class LimitStoreUnavailable extends Schema.TaggedError<LimitStoreUnavailable>(
  "oncecast/throttle/LimitStoreUnavailable"
)("LimitStoreUnavailable", { why: Schema.String }) {
  override get message(): string {
    return `The shared limits are out of reach: ${this.why}.`
  }
}

export class LimitStore extends Context.Tag("oncecast/throttle/LimitStore")<
  LimitStore,
  {
    /** Charges a call of `cost` (default 1; an album costs its items) to every limit, or to none. The keys must differ. */
    readonly take: (
      limits: ReadonlyArray<Limit>,
      cost?: number
    ) => Effect.Effect<Verdict, LimitStoreUnavailable>
    /** Takes back a call that was granted `at` and did not go, so that another one may. */
    readonly refund: (
      limits: ReadonlyArray<Limit>,
      cost: number,
      at: number
    ) => Effect.Effect<void, LimitStoreUnavailable>
    /** How full each limit is now, in the order asked. Charges nothing. */
    readonly usage: (
      limits: ReadonlyArray<Limit>
    ) => Effect.Effect<ReadonlyArray<Usage>, LimitStoreUnavailable>
  }
>() {
  /** For one process: the same arithmetic in its memory. Forgets everything when the process ends. */
  static readonly layerMemory: Layer.Layer<LimitStore> = Layer.sync(LimitStore, () => {
    const logs = new SlidingLogs()
    return {
      take: (limits, cost = 1) => Effect.map(monotonicMs, (now) => logs.take(limits, cost, now)),
      refund: (limits, cost, at) => Effect.sync(() => logs.refund(limits, cost, at)),
      usage: (limits) => Effect.map(monotonicMs, (now) => logs.usage(limits, now))
    }
  })
}
