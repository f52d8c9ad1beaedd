// One life of a program without fibers: the real store on the world's database, and whoever acts in it, a step at a time. Each step is done
// whole within one event of the world. Promises: once dead it does nothing more, and what it had committed stays.
import { type Effect, type Layer, Runtime } from "effect"
import type { Evidence } from "../../outbox/Evidence.ts"
import type { Intake } from "../../outbox/Intake.ts"
import type { Outbox } from "../../outbox/Outbox.ts"
import type { Posts } from "../../outbox/Posts.ts"
import type { Restoration } from "../../outbox/Restoration.ts"
import type { Hint } from "../../outbox/Signals.ts"
import type { Steering } from "../../outbox/Steering.ts"
import type { Connection } from "../../storage/Statements.ts"
import { SlidingLogs } from "../../throttle/SlidingLog.ts"
import type { Dice } from "../Dice.ts"
import type { Installation } from "../Installation.ts"
import type { Promises } from "../Promises.ts"
import type { Scenario } from "../Scenario.ts"
import type { Timer } from "../Timers.ts"
import type { Trace } from "../Trace.ts"
import type { Truth } from "../Truth.ts"
import type { Weather } from "../Weather.ts"
import type { Chats } from "./Chats.ts"

export type Store = Outbox | Evidence | Restoration | Posts | Intake | Steering

/** What all programs of a world stand on. */
export interface CoreGround {
  readonly now: () => number
  /** Does something in so many milliseconds, whatever has become of the programs by then. */
  readonly after: (ms: number, act: () => void) => Timer
  readonly dice: Dice
  readonly trace: Trace
  readonly weather: Weather
  readonly connection: Connection
  readonly installation: Installation
  readonly truths: ReadonlyMap<string, Truth>
  readonly chats: Chats
  readonly promises: Promises
  readonly instances: number
  readonly lateness: Scenario["lateness"]
  /** A program begins a transaction; it is named as in leases. */
  readonly writes: (owner: string) => void
  /** A program has committed something; absent: there is no other that could notice. */
  readonly committed?: (name: string) => void
  /** Changes the store: a fault of our own, to see that a world finds it. */
  readonly alter?: (store: Layer.Layer<Store>) => Layer.Layer<Store>
}

/** Whoever acts in a process, and is to look again. */
export interface Actor {
  /** In so many milliseconds; default: at once. */
  readonly wake: (ms?: number) => void
}

export class Process {
  readonly ground: CoreGround
  /** Names this life in leases. */
  readonly owner: string
  readonly logs: SlidingLogs
  readonly actors = new Map<string, Actor>()
  /** Nothing can be written before this. */
  fullUntil = 0
  readonly #name: string
  readonly #died: (why: string) => void
  #dead = false

  constructor(
    ground: CoreGround,
    is: {
      readonly name: string
      readonly life: number
      /** Of the program: it remembers nothing that a life could lose. */
      readonly store: Runtime.Runtime<Store>
      readonly logs?: SlidingLogs
    },
    died: (why: string) => void
  ) {
    this.ground = ground
    this.#name = is.name
    this.owner = `${is.name}/${is.life}`
    this.logs = is.logs ?? new SlidingLogs()
    this.#died = died
    this.run = Runtime.runSync(is.store)
  }

  get isDead(): boolean {
    return this.#dead
  }

  /** Like kill -9. */
  readonly kill = (why: string): void => {
    if (this.#dead) return
    this.#dead = true
    this.ground.trace.say(this.#name, "killed", { why })
    this.#died(why)
  }

  /** Reads or writes the store, now. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Store>) => A

  /** Does something in it, now, unless it dies over it. */
  readonly act = (task: () => void): void => {
    if (this.#dead) return
    try {
      task()
    } catch (cause) {
      if (!this.#dead) this.ground.promises.breaks("no step ends with a bug", messageOf(cause))
    }
  }

  readonly after = (ms: number, task: () => void): Timer => this.ground.after(ms, () => this.act(task))

  /** How long nothing can be written from now on; 0: it can. A disk that fills up is found at a write. */
  readonly fullForMs = (): number => {
    const { weather, now } = this.ground
    const full = weather.strikes("disk-full", 0.002, this.#name)
    if (full !== undefined) this.fullUntil = now() + full.magnitude(1_000, 3_600_000)
    const busy = weather.strikes("disk-busy", 0.01, this.#name)
    if (busy !== undefined) this.fullUntil = Math.max(this.fullUntil, now() + busy.magnitude(10, 20_000))
    return weather.isCalm ? 0 : Math.max(0, this.fullUntil - now())
  }

  /** Another process has written; these are to look again. */
  hint(who: ReadonlyArray<Hint>): void {
    for (const { kind, id } of who) this.actors.get(`${kind}/${id}`)?.wake()
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))
