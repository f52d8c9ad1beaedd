// What a channel's fiber says about itself while it runs; the supervisor's ChildReport has this shape.
import type { Effect } from "effect"
import type { Millis } from "../domain/Names.ts"

export interface ChannelReport {
  /** A request is under way. */
  readonly running: () => Effect.Effect<void>
  /** Nothing to do before `until` (epoch ms): no post is due, a flood wait, quiet hours, its turn under the limits. */
  readonly waiting: (until: Millis, why: string) => Effect.Effect<void>
  /** Nothing can be sent until something is settled or mended; looked at again at `until`. */
  readonly openCircuit: (until: Millis, why: string) => Effect.Effect<void>
}
