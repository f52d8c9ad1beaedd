// One life of a program without fibers: the real store on the world's database, and whoever acts in it, a step at a time. Each step is done
// whole within one event of the world. Promises: once dead it does nothing more, and what it had committed stays.
import { Clock, Effect, Layer, Logger, Runtime } from "effect"
import type { Evidence } from "../../outbox/Evidence.ts"
import type { Intake } from "../../outbox/Intake.ts"
import type { Outbox } from "../../outbox/Outbox.ts"
import type { Posts } from "../../outbox/Posts.ts"
import type { Restoration } from "../../outbox/Restoration.ts"
import { type Hint, Signals } from "../../outbox/Signals.ts"
import type { Steering } from "../../outbox/Steering.ts"
import { Database } from "../../storage/Database.ts"
import * as SqlEvidence from "../../storage/SqlEvidence.ts"
import * as SqlIntake from "../../storage/SqlIntake.ts"
import * as SqlOutbox from "../../storage/SqlOutbox.ts"
import * as SqlPosts from "../../storage/SqlPosts.ts"
import * as SqlRestoration from "../../storage/SqlRestoration.ts"
import * as SqlSteering from "../../storage/SqlSteering.ts"
import type { Connection } from "../../storage/Statements.ts"
import { SlidingLogs } from "../../throttle/SlidingLog.ts"
import type { Dice } from "../Dice.ts"
import { diskOf } from "../Disk.ts"
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
  /** A program has committed something. */
  readonly committed: (name: string) => void
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
  readonly #runtime: Runtime.Runtime<Store>
  #dead = false

  constructor(
    ground: CoreGround,
    is: { readonly name: string; readonly life: number; readonly logs?: SlidingLogs },
    died: (why: string) => void
  ) {
    this.ground = ground
    this.#name = is.name
    this.owner = `${is.name}/${is.life}`
    this.logs = is.logs ?? new SlidingLogs()
    this.#died = died
    this.#runtime = Effect.runSync(Effect.scoped(Layer.toRuntime(this.#layer())))
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
  readonly run = <A, E>(effect: Effect.Effect<A, E, Store>): A => Runtime.runSync(this.#runtime)(effect)

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

  #layer(): Layer.Layer<Store> {
    const { ground, owner } = this
    const disk = diskOf(ground.connection, ground.weather.only("crashes-at-commits"), {
      name: this.#name,
      isDead: () => this.#dead,
      now: ground.now,
      die: (when) => this.kill(`${when} a commit`),
      begun: () => ground.writes(owner),
      committed: () => ground.committed(this.#name)
    })
    const signals = Layer.succeed(Signals, {
      notify: (hint) => Effect.sync(() => this.hint([hint])),
      notifyAll: Effect.void,
      wait: () => Effect.void
    })
    const contracts = Layer.mergeAll(
      SqlOutbox.layer,
      SqlEvidence.layer,
      SqlRestoration.layer,
      SqlPosts.layer,
      SqlSteering.layer
    )
    const store: Layer.Layer<Store> = SqlIntake.layer.pipe(
      Layer.provideMerge(contracts.pipe(Layer.provideMerge(Database.layerOver(disk)))),
      Layer.provide(signals)
    )
    return (ground.alter?.(store) ?? store).pipe(
      Layer.merge(Layer.setClock(clockOf(ground.now))),
      Layer.merge(Layer.setRandom(ground.dice.for(owner).random())),
      Layer.merge(Layer.setTracerEnabled(false)),
      Layer.merge(Logger.remove(Logger.defaultLogger))
    )
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Nobody sleeps in a step. */
const clockOf = (now: () => number): Clock.Clock => ({
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  currentTimeMillis: Effect.sync(now),
  currentTimeNanos: Effect.sync(() => BigInt(now()) * 1_000_000n),
  unsafeCurrentTimeMillis: now,
  unsafeCurrentTimeNanos: () => BigInt(now()) * 1_000_000n,
  sleep: () => Effect.dieMessage("a step does not sleep")
})
