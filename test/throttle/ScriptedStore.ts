// A shared store that a test takes away, slows down and lets forget. Each process gets its own view, as with Redis: a view whose
// store has forgotten fails once. Time is the test's.
import { type Context, Effect } from "effect"
import { monotonicMs } from "../../src/domain/MonotonicTime.ts"
import { type LimitStore, LimitStoreUnavailable } from "../../src/throttle/LimitStore.ts"
import { SlidingLogs } from "../../src/throttle/SlidingLog.ts"

export class ScriptedStore {
  down = false
  /** How long the way back takes: the answer is `answerMs` old when it arrives. */
  answerMs = 0
  asked = 0
  #logs = new SlidingLogs()
  #memory = 0

  forget(): void {
    this.#logs = new SlidingLogs()
    this.#memory++
  }

  view(): Context.Tag.Service<typeof LimitStore> {
    let known = this.#memory
    const reach = Effect.suspend(() => {
      this.asked++
      if (this.down) return new LimitStoreUnavailable({ why: "it is down" })
      if (known === this.#memory) return monotonicMs
      known = this.#memory
      return new LimitStoreUnavailable({ why: "it has forgotten" })
    })
    const back = Effect.suspend(() => (this.answerMs > 0 ? Effect.sleep(this.answerMs) : Effect.void))
    return {
      take: (limits, cost = 1) =>
        reach.pipe(
          Effect.map((now) => this.#logs.take(limits, cost, now)),
          Effect.tap(() => back)
        ),
      refund: (limits, cost, at) => Effect.map(reach, () => this.#logs.refund(limits, cost, at)),
      usage: (limits) => Effect.map(reach, (now) => this.#logs.usage(limits, now))
    }
  }
}
