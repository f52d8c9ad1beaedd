// One installed program of a world: the real service, started, killed, stopped and started again as an operating system would, on edges that the
// world provides. Promises: a killed one leaves nothing running and the database as it was committed; one that ends by itself is started
// again, as Docker would.
import { Cause, Context, Duration, Effect, Exit, Fiber, Layer, Option, Redacted } from "effect"
import { type Edges, service } from "../App/Layers.ts"
import type { Catalog } from "../config/Catalog.ts"
import type { Outbox } from "../outbox/Outbox.ts"
import type { Posts } from "../outbox/Posts.ts"
import { type Hint, Signals } from "../outbox/Signals.ts"
import type { Steering } from "../outbox/Steering.ts"
import { Pipeline } from "../Pipeline.ts"
import type { Fetcher } from "../sources/Fetcher.ts"
import { Database } from "../storage/Database.ts"
import * as SqlIntake from "../storage/SqlIntake.ts"
import type { Connection } from "../storage/Statements.ts"
import * as Storage from "../storage/Storage.ts"
import { type BotApiOptions, botUpdates, layerBotApi } from "../telegram/BotApi.ts"
import type { Exchange } from "../telegram/SendHttp.ts"
import type { Updates } from "../telegram/Updates.ts"
import { LimitStore } from "../throttle/LimitStore.ts"
import type { Dice } from "./Dice.ts"
import { diskOf } from "./Disk.ts"
import { Life, type Line } from "./Life.ts"
import type { Trace } from "./Trace.ts"
import type { VirtualTime } from "./VirtualTime.ts"
import type { Weather } from "./Weather.ts"

/** What all programs of a world stand on. */
export interface Ground {
  readonly time: VirtualTime
  readonly weather: Weather
  readonly trace: Trace
  /** Whatever is not a program lives here. */
  readonly outside: Life
  readonly dice: Dice
  readonly shared: Connection
  readonly tokens: { readonly publisher: string; readonly witness: Option.Option<string> }
  /** How a program's calls reach Telegram; `reaches`: whether there is a way at the moment. */
  readonly exchange: (name: string, reaches: () => boolean) => Exchange
  readonly web: Layer.Layer<Fetcher>
  /** Absent: each program keeps limits of its own. */
  readonly limits?: (reaches: () => boolean) => Layer.Layer<LimitStore>
  readonly catalog: () => Catalog
  readonly longestPollSeconds: number
  /** Of a channel, while nobody else could want it: each renewal is an event. Absent: the service's own. */
  readonly leaseTtl?: "3 minutes"
  /** Of the reading of updates, in milliseconds, where idle polls are long. Absent: the service's own. */
  readonly readingMs?: number
  /** A life of a program begins a transaction; it is named as in leases. */
  readonly writes: (owner: string) => void
  /** A program has committed something; absent: there is no other that could notice. */
  readonly committed?: (name: string) => void
  /** Changes what the service stands on: a fault of our own, to see that a world finds it. */
  readonly alter?: (edges: Edges<never>) => Edges<never>
}

/** What of a running service the world uses. */
export type Running = Pipeline | Signals | Outbox | Posts | Steering

/** How long the operating system takes to start a program again. */
const restartMs = 5_000

export class Program {
  readonly name: string
  readonly #ground: Ground
  #life: Life | undefined
  #main: Fiber.RuntimeFiber<unknown, unknown> | undefined
  #lives = 0
  #context: Context.Context<Running> | undefined
  #dateOffMs = 0
  /** False: the network is cut between it and everything else. */
  reachable = true
  /** The operating system does not start it. */
  held = false

  constructor(ground: Ground, name: string) {
    this.#ground = ground
    this.name = name
  }

  /** Absent between two lives. */
  get life(): Life | undefined {
    return this.#life
  }

  get starts(): number {
    return this.#lives
  }

  /** Names the present life in leases. */
  get owner(): string {
    return `${this.name}/${this.#lives}`
  }

  start(): void {
    if (this.#life !== undefined || this.held) return
    this.#lives += 1
    const { time, dice, trace } = this.#ground
    const life = new Life(time, dice.for(this.owner), (line) => this.#tell(life, line))
    life.dateOffMs = this.#dateOffMs
    this.#life = life
    trace.say(this.name, "starts", { life: this.#lives })
    this.#main = life.run(this.#serve(life))
    this.#main.addObserver((exit) => this.#ended(life, exit))
  }

  /** The machine's date is wrong by so much from now on. */
  setDate(offMs: number): void {
    this.#dateOffMs = offMs
    if (this.#life !== undefined) this.#life.dateOffMs = offMs
  }

  /** Like kill -9. */
  kill(why: string): void {
    if (this.#life === undefined) return
    this.#ground.trace.say(this.name, "killed", { why })
    this.#gone(this.#life)
  }

  /** Like SIGTERM; it takes as long as it takes. */
  stop(): void {
    if (this.#life === undefined || this.#main === undefined || this.#life.isFrozen) return
    this.#ground.trace.say(this.name, "told to end")
    this.#life.run(Fiber.interrupt(this.#main))
  }

  /** Runs something in it, if it is up. */
  ask<A, E>(effect: Effect.Effect<A, E, Running>, then?: (exit: Exit.Exit<A, E>) => void): void {
    if (this.#life === undefined || this.#context === undefined) return
    const fiber = this.#life.run(Effect.provide(effect, this.#context))
    if (then !== undefined) fiber.addObserver(then)
  }

  /** Whether it is not frozen. */
  get notices(): boolean {
    return this.#life?.isFrozen !== true
  }

  /** Another program has written; these are to look again. */
  hint(who: ReadonlyArray<Hint>): void {
    if (who.length === 0) return
    this.ask(Effect.flatMap(Signals, (signals) => Effect.forEach(who, signals.notify, { discard: true })))
  }

  #ended(life: Life, exit: Exit.Exit<unknown, unknown>): void {
    if (this.#life !== life) return
    const why = Exit.isSuccess(exit) || Exit.isInterrupted(exit) ? "in order" : Cause.pretty(exit.cause)
    this.#ground.trace.say(this.name, "ended", { why: why.split("\n")[0] })
    this.#gone(life)
  }

  #gone(life: Life): void {
    life.kill()
    this.#life = undefined
    this.#main = undefined
    this.#context = undefined
    this.#ground.outside.after(restartMs, () => this.start())
  }

  #tell(life: Life, { logLevel, message, annotations, cause }: Line): void {
    if (life.isDead) return
    const words = Array.isArray(message) ? message.map(worded).join(" ") : worded(message)
    const data = Object.fromEntries(annotations)
    const why = Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause).split("\n")[0] }
    this.#ground.trace.say(this.name, `${logLevel.label} ${words}`, { ...data, ...why })
  }

  #serve(life: Life) {
    const { tokens, catalog, exchange, leaseTtl, readingMs } = this.#ground
    const reaches = () => this.reachable && !life.isDead
    const bot = (token: string) => ({ token: Redacted.make(token), exchange: exchange(this.name, reaches) })
    const options = {
      updates: {
        publisher: this.#updates(bot(tokens.publisher)),
        witness: Option.map(tokens.witness, (token) => this.#updates(bot(token)))
      },
      publishesTo: "the simulation",
      catalog: Effect.sync(catalog),
      draining: Effect.succeed(false),
      owner: this.owner,
      startedAt: this.#ground.time.now,
      ...(leaseTtl === undefined ? {} : { leaseTtl }),
      ...(readingMs === undefined ? {} : { readingMs })
    }
    return Effect.gen(this, function* () {
      const edges = this.#edges(life, reaches, layerBotApi(bot(tokens.publisher)))
      const context = yield* Layer.build(service(edges, options))
      const pipeline = Context.get(context, Pipeline)
      yield* Effect.addFinalizer(() => pipeline.stop)
      this.#context = context
      yield* pipeline.apply(catalog())
      return yield* pipeline.escalation
    }).pipe(Effect.scoped)
  }

  /** Idle polls one after the other are one long poll, where nobody else polls: they would only cost time. */
  #updates(bot: BotApiOptions): Updates {
    const { longestPollSeconds } = this.#ground
    const updates = botUpdates({ ...bot, timeout: Duration.seconds(longestPollSeconds + 100) })
    return {
      ...updates,
      after: (last, seconds) => updates.after(last, Math.max(seconds, longestPollSeconds))
    }
  }

  #edges(life: Life, reaches: () => boolean, telegram: Edges<never>["telegram"]): Edges<never> {
    const { shared, weather, time, web, limits, alter, writes, committed } = this.#ground
    const { owner } = this
    const disk = diskOf(shared, weather, {
      name: this.name,
      isDead: () => life.isDead,
      now: () => time.now,
      die: (when) => this.kill(`${when} a commit`),
      begun: () => writes(owner),
      ...(committed === undefined ? {} : { committed: () => committed(this.name) })
    })
    const store = SqlIntake.layer.pipe(
      Layer.provideMerge(Storage.contracts.pipe(Layer.provideMerge(Database.layerOver(disk)))),
      Layer.provideMerge(Signals.layer)
    )
    const edges = {
      store,
      limits: limits?.(reaches) ?? LimitStore.layerMemory,
      sharesLimits: limits !== undefined,
      network: web,
      telegram
    }
    return alter === undefined ? edges : alter(edges)
  }
}

const worded = (part: unknown): string =>
  typeof part === "string" ? part : part instanceof Error ? part.message : JSON.stringify(part)
