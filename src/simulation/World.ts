// A whole installation in virtual time: the real service, any number of it, on scripted sources, the emulator's core, a simulated Redis and a disk
// that may fail. Enters: a scenario. Leaves: what happened, and the first promise that did not hold. Promises: the same scenario gives the
// same trace, byte for byte, on every machine; nothing outside of the process is touched.
import { Effect, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { Pipeline } from "../Pipeline.ts"
import type { CallRecord } from "../sandbox/CallLog.ts"
import { connectMemory } from "../storage/Database.ts"
import { Children, childrenAtWork } from "./Children.ts"
import { preparedOnce } from "./Disk.ts"
import type { Ended } from "./Ending.ts"
import { Hints } from "./Hints.ts"
import { publisherToken, witnessToken } from "./Installation.ts"
import type { Invariants } from "./Invariants.ts"
import { answerParked } from "./Operator.ts"
import { type Ground, Program } from "./Program.ts"
import { type DeliveryRecord, Records, watchSteps } from "./Records.ts"
import { calm, recover } from "./Recovery.ts"
import type { Scenario } from "./Scenario.ts"
import { type SimulatedTelegram, startedTelegram } from "./SimulatedTelegram.ts"
import { type Surroundings, startMs, surroundingsOf } from "./Surroundings.ts"
import { setTroubles, type Troubled } from "./Troubles.ts"
import { findIn, inspect, watching } from "./Watching.ts"
import type { Outcome, WorldOptions } from "./WorldOptions.ts"

const minuteMs = 60_000
const hourMs = 3_600_000

/** Runs a scenario to its end, or to the first promise that does not hold. */
export const simulate = (scenario: Scenario, options: WorldOptions = {}): Promise<Outcome> =>
  new World(scenario, options).run()

class World {
  readonly #scenario: Scenario
  readonly #around: Surroundings
  readonly #records: Records
  readonly #ground: Omit<Ground, "exchange">
  readonly #options: WorldOptions
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
    this.#options = options
    const around = surroundingsOf(scenario, options.own, (line) => {
      this.#invariants?.said(line)
      options.trace?.(line)
    })
    this.#around = around
    this.#children = new Children(scenario, (what) => this.#invariants?.breaks(childrenAtWork, what))
    this.#records = new Records(this.#connection)
    this.#catalog = around.installation.catalog
    const { dice, outside, redis } = around
    const hints = new Hints(
      (ms, act) => outside.after(ms, act),
      dice.for("hints"),
      this.#connection,
      () => this.#programs
    )
    this.#ground = {
      ...around,
      dice: dice.for("programs"),
      shared: preparedOnce(this.#connection),
      tokens: {
        publisher: publisherToken,
        witness: around.installation.witness ? Option.some(witnessToken) : Option.none()
      },
      ...(scenario.instances > 1
        ? { longestPollSeconds: 300, readingMs: 15 * minuteMs }
        : { longestPollSeconds: 600, leaseTtl: "3 minutes" }),
      catalog: () => this.#catalog,
      writes: (owner) => {
        this.#writer = owner
      },
      ...(scenario.instances > 1 ? { committed: (name: string) => hints.committed(name) } : {}),
      ...(redis === undefined ? {} : { limits: (reaches: () => boolean) => redis.connection(reaches) }),
      ...(options.alter === undefined ? {} : { alter: options.alter })
    }
  }

  readonly #now = () => this.#around.time.now

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
    const watch = {
      telegram,
      installation: this.#around.installation,
      records: this.#records,
      now: this.#now,
      doublesAdmitted: this.#beyondBound,
      isOwn: this.#options.own !== undefined
    }
    const invariants = watching(watch)
    this.#invariants = invariants
    watchSteps(this.#connection, (step) => {
      const { delivery, from, to } = step
      this.#around.trace.say("delivery", `${delivery}`, { from, to })
      invariants.stepped(step, this.#writer)
    })
    const troubled = this.#troubled(telegram)
    setTroubles(troubled)
    const person = {
      records: this.#records,
      find: (delivery: DeliveryRecord) => findIn(watch, invariants, delivery),
      trace: this.#around.trace,
      now: this.#now
    }
    this.#every(30 * minuteMs, () => {
      this.#parked += answerParked(person, this.#programs[0])
    })
    this.#every(10 * minuteMs, () => {
      inspect(watch, invariants, this.#programs)
      for (const program of this.#programs) this.#children.visit(program, this.#around.time.now)
    })
    for (const program of this.#programs) program.start()
    if (await this.#around.time.run(startMs + this.#scenario.hours * hourMs, this.#isOver)) {
      this.#around.trace.say("world", "trouble ends")
      calm(troubled)
      await recover({
        ended: this.#ended(invariants),
        time: this.#around.time,
        trace: this.#around.trace,
        isOver: this.#isOver,
        programs: this.#programs
      })
    }
    return this.#outcome()
  }

  readonly #isOver = () => this.#invariants?.broken !== undefined

  #telegram(): Promise<SimulatedTelegram> {
    return startedTelegram({
      installation: this.#around.installation,
      weather: this.#around.weather,
      dice: this.#around.dice.for("telegram"),
      outside: this.#around.outside,
      time: this.#around.time,
      observe: (what, call) => this.#saw(what, call),
      say: this.#around.trace.say,
      longestPollSeconds: this.#ground.longestPollSeconds,
      beyondBound: this.#beyondBound
    })
  }

  #saw(what: "arrived" | "done", call: CallRecord): void {
    if (what === "done" && call.cost > 0) {
      this.#around.trace.say("telegram", call.method, { chat: call.chat, made: call.messageIds })
    }
    this.#invariants?.[what](call)
  }

  #troubled(telegram: SimulatedTelegram): Troubled {
    return {
      weather: this.#around.weather,
      outside: this.#around.outside,
      installation: this.#around.installation,
      telegram,
      programs: this.#programs,
      truths: this.#around.truths,
      redis: this.#around.redis,
      now: this.#now,
      beyondBound: this.#beyondBound,
      reload: (catalog) => this.#reload(catalog)
    }
  }

  #every(ms: number, act: () => void): void {
    this.#around.outside.after(ms, () => {
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

  #ended(invariants: Invariants): Ended {
    return {
      installation: this.#around.installation,
      invariants,
      records: this.#records,
      truths: this.#around.truths,
      since: this.#around.time.now + minuteMs,
      doublesAdmitted: this.#beyondBound,
      datesJumped: this.#scenario.faults.includes("clock-jumps"),
      now: this.#now
    }
  }

  #outcome(): Outcome {
    if (this.#network !== undefined) this.#options.visit?.(this.#network)
    for (const program of this.#programs) program.kill("the world ends")
    this.#around.outside.kill()
    this.#network?.hangUp()
    this.#connection.close()
    return {
      scenario: this.#scenario,
      broken: Option.fromNullable(this.#invariants?.broken),
      virtualMs: this.#around.time.now - startMs,
      events: this.#around.time.events,
      faults: this.#around.weather.struck,
      posts: this.#invariants?.posted ?? 0,
      starts: this.#programs.reduce((sum, { starts }) => sum + starts, 0),
      doubled: this.#invariants?.doubled ?? 0,
      parked: this.#parked,
      digest: this.#around.trace.digest,
      last: this.#around.trace.last
    }
  }
}
