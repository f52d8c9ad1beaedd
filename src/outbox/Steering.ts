// What people switch on and off while it runs: durable, so that a restart does not undo it, and readable by every process.
import { Context, Effect, Layer } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Signals } from "./Signals.ts"

export interface Target {
  readonly kind: "source" | "channel"
  readonly id: string
}

export interface Pause extends Target {
  readonly since: Millis
  readonly by: string
}

const keyOf = ({ kind, id }: Target) => `${kind}/${id}`

const makeMemory = Effect.gen(function* () {
  const signals = yield* Signals
  const paused = new Map<string, Pause>()
  return Steering.of({
    pause: (target, by, now) =>
      Effect.suspend(() => {
        if (paused.has(keyOf(target))) return Effect.succeed(false)
        paused.set(keyOf(target), { ...target, since: now, by })
        return Effect.as(signals.notify(target), true)
      }),
    resume: (target) => Effect.suspend(() => Effect.as(signals.notify(target), paused.delete(keyOf(target)))),
    isPaused: (target) => Effect.sync(() => paused.has(keyOf(target))),
    pauses: Effect.sync(() => [...paused.values()])
  })
})

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
>() {
  static readonly layerMemory: Layer.Layer<Steering, never, Signals> = Layer.effect(Steering, makeMemory)
}
