// Wake-up hints between the halves: "look again". Lossy by contract; correctness comes from the store alone, a lost hint only costs the
// time until the next look. Never carries data, never crosses a process (the storage room turns another process' writes into hints).
import { Clock, Context, Effect, Layer } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { Target } from "./Steering.ts"

/** What is to look again. */
export type Hint = Target | { readonly kind: "questions"; readonly id: "parked" }

/** A delivery was parked, or is so no longer. */
export const parkedChanged: Hint = { kind: "questions", id: "parked" }

const keyOf = (target: Hint) => `${target.kind}/${target.id}`

const make = Effect.sync(() => {
  const latches = new Map<string, Effect.Latch>()
  const latchOf = (key: string): Effect.Latch => {
    const known = latches.get(key)
    if (known !== undefined) return known
    const latch = Effect.unsafeMakeLatch(false)
    latches.set(key, latch)
    return latch
  }
  return Signals.of({
    notify: (target) => latchOf(keyOf(target)).open,
    notifyAll: Effect.suspend(() =>
      Effect.forEach([...latches.values()], (latch) => latch.open, { discard: true })
    ),
    wait: (target, until) =>
      Effect.gen(function* () {
        const latch = latchOf(keyOf(target))
        const now = yield* Clock.currentTimeMillis
        yield* Effect.race(latch.await, Effect.sleep(Math.max(0, until - now)))
        yield* latch.close
      })
  })
})

export class Signals extends Context.Tag("oncecast/outbox/Signals")<
  Signals,
  {
    readonly notify: (target: Hint) => Effect.Effect<void>
    readonly notifyAll: Effect.Effect<void>
    /** Returns on the next hint (or one given since the last wait), at `until` (epoch ms) at the latest. One waiter per target. */
    readonly wait: (target: Hint, until: Millis) => Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.effect(Signals, make)
}
