// A child's own words about itself, shown in its state until it says something else or ends. The supervisor provides one to each
// generation; what a generation says after its end is not heard.
import { Context, type Effect } from "effect"
import type { Millis } from "../domain/Names.ts"

export class ChildReport extends Context.Tag("oncecast/supervision/ChildReport")<
  ChildReport,
  {
    /** At work; also how every generation begins. */
    readonly running: () => Effect.Effect<void>
    /** Healthy, with nothing to do before `until` (epoch ms): "next poll", "throttled". */
    readonly waiting: (until: Millis, why: string) => Effect.Effect<void>
    /** What it works with keeps failing; it tries again at `until` (epoch ms). */
    readonly openCircuit: (until: Millis, why: string) => Effect.Effect<void>
  }
>() {}
