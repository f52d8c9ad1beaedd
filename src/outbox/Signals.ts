// Wake-up hints between the halves: "look again". Lossy by contract; correctness comes from the store alone, a lost hint only costs the
// time until the next look. Never carries data, never crosses a process (the storage room turns another process' writes into hints).
import { Clock, Context, Effect, Layer } from "effect"
import { monotonicMsOf } from "../domain/MonotonicTime.ts"
import type { Millis } from "../domain/Names.ts"
import { makeAlarms } from "./Alarms.ts"
import type { Target } from "./Steering.ts"

/** What is to look again. */
export type Hint = Target | { readonly kind: "questions"; readonly id: "parked" }

/** A delivery was parked, or is so no longer. */
export const parkedChanged: Hint = { kind: "questions", id: "parked" }

const keyOf = (target: Hint) => `${target.kind}/${target.id}`

/** Of one target, for as long as this process lives. */
interface Ear {
  /** A hint that nobody waited for. */
  hinted: boolean
  /** Wakes the one who waits. */
  wake: (() => void) | undefined
}

const hint = (ear: Ear): void => {
  if (ear.wake === undefined) ear.hinted = true
  else ear.wake()
}

const make = Effect.map(makeAlarms, (alarms) => {
  const ears = new Map<string, Ear>()
  const earOf = (target: Hint): Ear => {
    const key = keyOf(target)
    const known = ears.get(key)
    if (known !== undefined) return known
    const ear: Ear = { hinted: false, wake: undefined }
    ears.set(key, ear)
    return ear
  }
  // No finalizer, which would stay in memory for as long as anybody waits, 1.5 KB each: what is interrupted ends, and its end is heard.
  const listen = (ear: Ear, at: number): Effect.Effect<void> =>
    Effect.withFiberRuntime((fiber) =>
      Effect.async((resume) => {
        const done = () => {
          alarms.takeBack(alarm)
          if (ear.wake !== wake) return
          ear.wake = undefined
          ear.hinted = false
        }
        const wake = () => {
          fiber.removeObserver(done)
          done()
          resume(Effect.void)
        }
        const alarm = alarms.set(at, wake)
        ear.wake = wake
        if (ear.hinted) return wake()
        fiber.addObserver(done)
      })
    )
  return Signals.of({
    notify: (target) => Effect.sync(() => hint(earOf(target))),
    notifyAll: Effect.sync(() => {
      for (const ear of ears.values()) hint(ear)
    }),
    wait: (target, until) =>
      Clock.clockWith((clock) => {
        const leftMs = Math.max(0, until - clock.unsafeCurrentTimeMillis())
        return listen(earOf(target), monotonicMsOf(clock) + leftMs)
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
  static readonly layer = Layer.scoped(Signals, make)
}
