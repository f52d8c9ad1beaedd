// A whole installation in virtual time: the real service, any number of it, on scripted sources, the emulator's core, a simulated Redis and a disk
// that may fail. Enters: a scenario. Leaves: what happened, and the first promise that did not hold. Promises: the same scenario gives the
// same trace, byte for byte, on every machine; nothing outside of the process is touched.
import { Effect, type Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { Pipeline } from "../Pipeline.ts"
import type { CallRecord } from "../sandbox/CallLog.ts"
import type { Fetcher } from "../sources/Fetcher.ts"
import { connectMemory } from "../storage/Database.ts"
import { Children, childrenAtWork } from "./Children.ts"
import { Dice } from "./Dice.ts"
import { preparedOnce } from "./Disk.ts"
import type { Ended } from "./Ending.ts"
import { Hints } from "./Hints.ts"
import { type Installation, installationOf, publisherToken, witnessToken } from "./Installation.ts"
import { Invariants } from "./Invariants.ts"
import { Life } from "./Life.ts"
import { answerParked, findByMarker } from "./Operator.ts"
import { type Ground, Program } from "./Program.ts"
import type { Readers } from "./Promises.ts"
import { type DeliveryRecord, Records, watchSteps } from "./Records.ts"
import { calm, recover } from "./Recovery.ts"
import type { Scenario } from "./Scenario.ts"
import { scriptedWeb } from "./ScriptedWeb.ts"
import { SimulatedRedis } from "./SimulatedRedis.ts"
import { type SimulatedTelegram, simulatedTelegram } from "./SimulatedTelegram.ts"
import { Trace } from "./Trace.ts"
import { setTroubles, type Troubled } from "./Troubles.ts"
import { nameIn, namesIn, postOf, type Truth, truthsOf, usuallyListed } from "./Truth.ts"
import { VirtualTime } from "./VirtualTime.ts"
import { Weather } from "./Weather.ts"
import type { Outcome, WorldOptions } from "./WorldOptions.ts"

/** When every world begins. */
export const startMs = Date.UTC(2026, 2, 27)
const minuteMs = 60_000
const hourMs = 3_600_000

/** A program that works as it should has far fewer. */
const mostTimers = 500
const mostFibers = 500

/** Runs a scenario to its end, or to the first promise that does not hold. */
export const simulate = (scenario: Scenario, options: WorldOptions = {}): Promise<Outcome> =>
  new World(scenario, options).run()

class World {
  readonly #scenario: Scenario
  readonly #dice: Dice
  readonly #time: VirtualTime
  readonly #trace: Trace
  readonly #weather: Weather
  readonly #outside: Life
  readonly #records: Records
  readonly #ground: Omit<Ground, "exchange">
  readonly #options: WorldOptions
  readonly #installation: Installation
  readonly #truths: ReadonlyMap<string, Truth>
  readonly #redis: SimulatedRedis | undefined
  readonly #connection = connectMemory()
  readonly #children: Children
  #invariants: Invariants | undefined
  #network: SimulatedTelegram | undefined
  #catalog: Catalog
  /** Whose transaction is under way, or was last. */
  #writer = ""
  #programs: ReadonlyArray<Program> = []
  #parked = 0

  constructor(scenario: Scenario, options: WorldOptions) {
    this.#scenario = scenario
    this.#dice = new Dice(`world/${scenario.seed}`)
    this.#time = new VirtualTime(startMs, this.#dice.for("order"))
    this.#trace = new Trace(this.#now, (line) => {
      this.#invariants?.said(line)
      options.trace?.(line)
    })
    this.#children = new Children(scenario, (what) => this.#invariants?.breaks(childrenAtWork, what))
    this.#weather = new Weather(scenario, this.#dice.for("weather"), this.#trace)
    this.#outside = new Life(this.#time, this.#dice.for("outside"), () => undefined)
    this.#records = new Records(this.#connection)
    const hints = new Hints(
      (ms, act) => this.#outside.after(ms, act),
      this.#dice.for("hints"),
      this.#connection,
      () => this.#programs
    )
    const { own } = options
    this.#options = options
    this.#installation = own?.installation ?? installationOf(scenario, this.#dice.for("installation"))
    this.#catalog = this.#installation.catalog
    this.#truths =
      own === undefined
        ? truthsOf(
            this.#installation.sources,
            { itemsPerDay: scenario.itemsPerDay, listed: usuallyListed, startMs },
            this.#dice
          )
        : new Map()
    const seenBy = { weather: this.#weather, startMs, now: this.#now }
    const shared = scenario.instances > 1 || this.#dice.for("redis").hits(0.3)
    this.#redis = shared ? new SimulatedRedis(this.#now, this.#weather) : undefined
    const redis = this.#redis
    this.#ground = {
      time: this.#time,
      weather: this.#weather,
      trace: this.#trace,
      outside: this.#outside,
      dice: this.#dice.for("programs"),
      shared: preparedOnce(this.#connection),
      tokens: {
        publisher: publisherToken,
        witness: this.#installation.witness ? Option.some(witnessToken) : Option.none()
      },
      web: own?.web(seenBy) ?? this.#web(),
      longestPollSeconds: scenario.instances > 1 ? 45 : 600,
      catalog: () => this.#catalog,
      committed: (name) => hints.committed(name),
      writes: (owner) => {
        this.#writer = owner
      },
      ...(redis === undefined ? {} : { limits: (reaches: () => boolean) => redis.connection(reaches) }),
      ...(options.alter === undefined ? {} : { alter: options.alter })
    }
  }

  readonly #now = () => this.#time.now

  #web(): Layer.Layer<Fetcher> {
    return scriptedWeb({
      truths: this.#truths,
      weather: this.#weather,
      dice: this.#dice.for("web"),
      now: this.#now,
      say: (what, data) => this.#trace.say("web", what, data)
    })
  }

  get #beyondBound(): boolean {
    return this.#scenario.lateness === "beyond-bound"
  }

  async run(): Promise<Outcome> {
    const telegram = await this.#telegram()
    this.#network = telegram
    this.#programs = Array.from(
      { length: this.#scenario.instances },
      (_, index) => new Program({ ...this.#ground, exchange: telegram.exchange }, `program${index + 1}`)
    )
    const invariants = this.#watching(telegram)
    this.#invariants = invariants
    const troubled = this.#troubled(telegram)
    setTroubles(troubled)
    const person = {
      records: this.#records,
      find: (delivery: DeliveryRecord) => this.#find(telegram, invariants, delivery),
      trace: this.#trace,
      now: this.#now
    }
    this.#every(30 * minuteMs, () => {
      this.#parked += answerParked(person, this.#programs[0])
    })
    this.#every(10 * minuteMs, () => this.#inspect())
    for (const program of this.#programs) program.start()
    if (await this.#time.run(startMs + this.#scenario.hours * hourMs, this.#isOver)) {
      this.#trace.say("world", "trouble ends")
      calm(troubled)
      await recover({
        ended: this.#ended(invariants),
        time: this.#time,
        trace: this.#trace,
        isOver: this.#isOver,
        programs: this.#programs
      })
    }
    return this.#outcome()
  }

  /** Where a person who looks into the channel finds the post of a delivery. */
  #find(telegram: SimulatedTelegram, readers: Readers, delivery: DeliveryRecord): number | undefined {
    const { id, channel, title, event } = delivery
    return this.#options.own === undefined
      ? readers.standing(channel, postOf(nameIn(title) ?? "", { id, event }))[0]?.id
      : findByMarker(telegram, this.#installation, this.#records, delivery)
  }

  readonly #isOver = () => this.#invariants?.broken !== undefined

  async #telegram(): Promise<SimulatedTelegram> {
    const made = simulatedTelegram({
      installation: this.#installation,
      weather: this.#weather,
      dice: this.#dice.for("telegram"),
      outside: this.#outside,
      time: this.#time,
      observe: (what, call) => this.#saw(what, call),
      say: this.#trace.say,
      longestPollSeconds: this.#ground.longestPollSeconds,
      beyondBound: this.#beyondBound
    })
    let telegram: SimulatedTelegram | undefined
    // For ever, without the timer that keeps Effect.never alive.
    const stays = Effect.async<never>(() => undefined)
    this.#outside.run(
      Effect.scoped(
        Effect.flatMap(made, (ready) => {
          telegram = ready
          return stays
        })
      )
    )
    await this.#time.run(startMs, () => false)
    if (telegram === undefined) throw new Error("the simulated Telegram did not start")
    return telegram
  }

  #saw(what: "arrived" | "done", call: CallRecord): void {
    if (what === "done" && call.cost > 0) {
      this.#trace.say("telegram", call.method, { chat: call.chat, made: call.messageIds })
    }
    this.#invariants?.[what](call)
  }

  #watching(telegram: SimulatedTelegram): Invariants {
    const invariants = new Invariants({
      installation: this.#installation,
      chat: telegram.chat,
      now: this.#now,
      secrets: [publisherToken, witnessToken],
      toldWith: (marker, name) => this.#records.toldWith(marker).find(({ title }) => nameIn(title) === name),
      doublesAdmitted: this.#beyondBound,
      namesOf: this.#options.own === undefined ? namesIn : (text) => [text]
    })
    watchSteps(this.#connection, (step) => {
      const { delivery, from, to } = step
      this.#trace.say("delivery", `${delivery}`, { from, to })
      invariants.stepped(step, this.#writer)
    })
    return invariants
  }

  #troubled(telegram: SimulatedTelegram): Troubled {
    return {
      weather: this.#weather,
      outside: this.#outside,
      installation: this.#installation,
      telegram,
      programs: this.#programs,
      truths: this.#truths,
      redis: this.#redis,
      now: this.#now,
      beyondBound: this.#beyondBound,
      reload: (catalog) => this.#reload(catalog)
    }
  }

  #every(ms: number, act: () => void): void {
    this.#outside.after(ms, () => {
      act()
      this.#every(ms, act)
    })
  }

  #reload(catalog: Catalog): void {
    this.#catalog = catalog
    for (const program of this.#programs) {
      program.ask(Effect.flatMap(Pipeline, (pipeline) => pipeline.apply(catalog)))
    }
  }

  #inspect(): void {
    for (const place of this.#installation.places) {
      this.#invariants?.waits(place, this.#records.queued(place.channel.id))
    }
    for (const program of this.#programs) this.#children.visit(program, this.#time.now)
    for (const { name, life } of this.#programs) {
      if (life === undefined || (life.timers < mostTimers && life.fibers < mostFibers)) continue
      this.#invariants?.breaks("nothing grows", `${name} has ${life.timers} timers and ${life.fibers} fibers`)
    }
  }

  #ended(invariants: Invariants): Ended {
    return {
      installation: this.#installation,
      invariants,
      records: this.#records,
      truths: this.#truths,
      since: this.#time.now + minuteMs,
      doublesAdmitted: this.#beyondBound,
      datesJumped: this.#scenario.faults.includes("clock-jumps"),
      now: this.#now
    }
  }

  #outcome(): Outcome {
    if (this.#network !== undefined) this.#options.visit?.(this.#network)
    for (const program of this.#programs) program.kill("the world ends")
    this.#outside.kill()
    this.#network?.hangUp()
    this.#connection.close()
    return {
      scenario: this.#scenario,
      broken: Option.fromNullable(this.#invariants?.broken),
      virtualMs: this.#time.now - startMs,
      events: this.#time.events,
      faults: this.#weather.struck,
      posts: this.#invariants?.posted ?? 0,
      starts: this.#programs.reduce((sum, { starts }) => sum + starts, 0),
      doubled: this.#invariants?.doubled ?? 0,
      parked: this.#parked,
      digest: this.#trace.digest,
      last: this.#trace.last
    }
  }
}
