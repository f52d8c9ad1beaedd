// What people switch on and off while it runs: durable, so that a restart does not undo it, and readable by every process.
import { Context, type Effect } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export interface Target {
  readonly kind: "source" | "channel"
  readonly id: string
}

export interface Pause extends Target {
  readonly since: Millis
  readonly by: string
}

export class Steering extends Context.Tag("oncecast/outbox/Steering")<
  Steering,
  {
    /** False when it was paused already. */
    readonly pause: (target: Target, by: string, now: Millis) => Effect.Effect<boolean, StorageFailed>
    /** False when it was not paused. */
    readonly resume: (target: Target) => Effect.Effect<boolean, StorageFailed>
    readonly isPaused: (target: Target) => Effect.Effect<boolean, StorageFailed>
    readonly pauses: Effect.Effect<ReadonlyArray<Pause>, StorageFailed>
  }
>() {}
