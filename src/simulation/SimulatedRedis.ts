// A Redis for the limits of several programs: the contract of the throttle's store, with a Redis' ways of failing. Promises: the arithmetic is
// the throttle's own; one that has lost its memory says so once to each program that remembers.
import { type Context, Effect, Layer } from "effect"
import { LimitStore, LimitStoreUnavailable } from "../throttle/LimitStore.ts"
import { SlidingLogs } from "../throttle/SlidingLog.ts"
import type { Weather } from "./Weather.ts"

/** What a command may take before it counts as failed. */
const commandMs = 300

export class SimulatedRedis {
  readonly #now: () => number
  readonly #weather: Weather
  #logs = new SlidingLogs()
  #memory = 0
  #downUntil = 0

  constructor(now: () => number, weather: Weather) {
    this.#now = now
    this.#weather = weather
  }

  lose(ms: number): void {
    this.#downUntil = Math.max(this.#downUntil, this.#now() + ms)
  }

  empty(): void {
    this.#logs = new SlidingLogs()
    this.#memory += 1
  }

  recover(): void {
    this.#downUntil = 0
  }

  /** One program's connection. `reaches`: whether there is a way between the two. */
  connection(reaches: () => boolean): Layer.Layer<LimitStore> {
    return Layer.sync(LimitStore, () => {
      let known: number | undefined
      const asked = <A>(answer: () => A): Effect.Effect<A, LimitStoreUnavailable> =>
        Effect.gen(this, function* () {
          if (!reaches() || this.#now() < this.#downUntil) {
            yield* Effect.sleep(commandMs)
            return yield* new LimitStoreUnavailable({ why: "no answer in time" })
          }
          const slow = this.#weather.strikes("redis-slow", 0.02, "a command")
          if (slow !== undefined) yield* Effect.sleep(slow.between(20, commandMs - 1))
          return answer()
        })
      const store: Context.Tag.Service<LimitStore> = {
        take: (limits, cost = 1) =>
          Effect.gen(this, function* () {
            const verdict = yield* asked(() => {
              const forgot = known !== undefined && known !== this.#memory
              known = this.#memory
              return forgot ? undefined : this.#logs.take(limits, cost, this.#now())
            })
            return (
              verdict ?? (yield* new LimitStoreUnavailable({ why: "it has lost its memory of past calls" }))
            )
          }),
        refund: (limits, cost, at) => asked(() => this.#logs.refund(limits, cost, at)),
        usage: (limits) => asked(() => this.#logs.usage(limits, this.#now()))
      }
      return store
    })
  }
}
