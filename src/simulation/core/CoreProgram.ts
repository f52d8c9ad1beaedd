// An installed program of a world without fibers: one life after the other, each with a poller per source and a publisher per channel.
import type { Effect, Runtime } from "effect"
import type { Hint } from "../../outbox/Signals.ts"
import type { SlidingLogs } from "../../throttle/SlidingLog.ts"
import { storeOf } from "./CoreStore.ts"
import { Poller } from "./Poller.ts"
import { type CoreGround, Process, type Store } from "./Process.ts"
import { Publisher } from "./Publisher.ts"

/** How long the operating system takes to start a program again. */
const restartMs = 5_000

export class CoreProgram {
  readonly name: string
  readonly notices = true
  readonly #ground: CoreGround
  readonly #logs: SlidingLogs | undefined
  readonly #store: Runtime.Runtime<Store>
  #process: Process | undefined
  #lives = 0

  /** `logs`: those of the limits, where they outlive the program. */
  constructor(ground: CoreGround, name: string, logs: SlidingLogs | undefined) {
    this.#ground = ground
    this.name = name
    this.#logs = logs
    this.#store = storeOf(ground, name, () => this.#process)
  }

  get starts(): number {
    return this.#lives
  }

  readonly start = (): void => {
    const { trace, installation, truths, dice, after } = this.#ground
    this.#lives += 1
    trace.say(this.name, "starts", { life: this.#lives })
    const logs = this.#logs === undefined ? {} : { logs: this.#logs }
    const is = { name: this.name, life: this.#lives, store: this.#store, ...logs }
    const process = new Process(this.#ground, is, () => {
      this.#process = undefined
      after(restartMs, this.start)
    })
    this.#process = process
    for (const place of installation.places) {
      process.actors.set(`channel/${place.channel.id}`, new Publisher(process, place))
    }
    for (const source of installation.sources) {
      const truth = truths.get(source.id)
      if (truth !== undefined) process.actors.set(`source/${source.id}`, new Poller(process, source, truth))
    }
    for (const actor of process.actors.values()) actor.wake(dice.below(1_000))
  }

  readonly kill = (why: string): void => this.#process?.kill(why)

  readonly hint = (who: ReadonlyArray<Hint>): void => this.#process?.hint(who)

  /** Does something in it, if it is up. */
  readonly ask = (effect: Effect.Effect<unknown, unknown, Store>): void => {
    const process = this.#process
    process?.act(() => process.run(effect))
  }
}
