// A world without fibers: the decisions of the service and its real store, in virtual time, many times faster than the whole service. Enters: a
// scenario. Leaves: what happened, and the first promise that did not hold. Promises: the same scenario gives the same trace; nothing outside
// of the process is touched. What only fibers can do wrong it does not find: supervision, interruption, time-outs, network and wire.
import { Effect, type Layer, Option } from "effect"
import { Steering, type Target } from "../../outbox/Steering.ts"
import { connectMemory } from "../../storage/Database.ts"
import { SlidingLogs } from "../../throttle/SlidingLog.ts"
import { Dice } from "../Dice.ts"
import { preparedOnce } from "../Disk.ts"
import { compare, type Ended, queueDisorder, recoveryMs } from "../Ending.ts"
import { Hints } from "../Hints.ts"
import { installationOf } from "../Installation.ts"
import { answerParked } from "../Operator.ts"
import { Promises } from "../Promises.ts"
import { type DeliveryRecord, Records, watchSteps } from "../Records.ts"
import type { FaultName, Scenario } from "../Scenario.ts"
import { Timers } from "../Timers.ts"
import { Trace } from "../Trace.ts"
import { nameIn, postOf, truthsOf } from "../Truth.ts"
import { Weather } from "../Weather.ts"
import type { Outcome } from "../WorldOptions.ts"
import { Chats } from "./Chats.ts"
import { CoreProgram } from "./CoreProgram.ts"
import type { CoreGround, Store } from "./Process.ts"

export interface CoreOptions {
  readonly trace?: (line: string) => void
  /** Changes the store for one test of the tests. */
  readonly alter?: (store: Layer.Layer<Store>) => Layer.Layer<Store>
}

const startMs = Date.UTC(2026, 2, 27)
const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Few, for each of them is read, hashed and looked up with each document; and all the same more than come between two polls. */
const listed = 8

/** Then every source has been asked once more, however it failed before. */
const longestBackOffMs = 8 * hourMs

/** Less goes on than in a whole world, so that more of them fit into a second. */
export const coreScenarioOf = (scenario: Scenario): Scenario => {
  const dice = new Dice(`core/${scenario.seed}`)
  return {
    ...scenario,
    sources: Math.min(2, scenario.sources),
    channels: Math.min(2, scenario.channels),
    itemsPerDay: dice.pick(1, 3, 6),
    pollMinutes: dice.pick(120, 240)
  }
}

export const simulateCore = (scenario: Scenario, options: CoreOptions = {}): Outcome =>
  new CoreWorld(scenario, options).run()

class CoreWorld {
  readonly #scenario: Scenario
  readonly #timers = new Timers()
  readonly #trace: Trace
  readonly #weather: Weather
  readonly #connection = connectMemory()
  readonly #records = new Records(this.#connection)
  readonly #promises = new Promises()
  readonly #ground: CoreGround
  readonly #programs: ReadonlyArray<CoreProgram>
  #now = startMs
  #events = 0
  #writer = ""
  #parked = 0
  /** Something came to be parked since nothing was. */
  #mayBeParked = false

  constructor(scenario: Scenario, options: CoreOptions) {
    const dice = new Dice(`core world/${scenario.seed}`)
    this.#scenario = scenario
    this.#trace = new Trace(this.#time, options.trace)
    this.#weather = new Weather(scenario, dice.for("weather"), this.#trace)
    const installation = installationOf(scenario, dice.for("installation"))
    const hints = new Hints(this.#after, dice.for("hints"), this.#connection, () => this.#programs)
    this.#ground = {
      now: this.#time,
      after: this.#after,
      dice: dice.for("programs"),
      trace: this.#trace,
      weather: this.#weather,
      connection: preparedOnce(this.#connection),
      installation,
      truths: truthsOf(installation.sources, { itemsPerDay: scenario.itemsPerDay, listed, startMs }, dice),
      chats: new Chats({
        places: installation.places,
        promises: this.#promises,
        doublesAdmitted: scenario.lateness === "beyond-bound"
      }),
      promises: this.#promises,
      instances: scenario.instances,
      lateness: scenario.lateness,
      writes: (owner) => {
        this.#writer = owner
      },
      ...(scenario.instances > 1 ? { committed: (name) => hints.committed(name) } : {}),
      ...(options.alter === undefined ? {} : { alter: options.alter })
    }
    const logs = scenario.instances > 1 ? new SlidingLogs() : undefined
    this.#programs = Array.from(
      { length: scenario.instances },
      (_, index) => new CoreProgram(this.#ground, `program${index + 1}`, logs)
    )
  }

  readonly #time = () => this.#now
  readonly #after = (ms: number, act: () => void) =>
    this.#timers.set(this.#now + Math.max(0, Math.round(ms)), act)

  run(): Outcome {
    watchSteps(this.#connection, (step) => {
      const { delivery, from, to } = step
      this.#trace.say("delivery", `${delivery}`, { from, to })
      this.#promises.stepped(step, this.#writer)
      if (to === "parked") this.#mayBeParked = true
    })
    this.#troubles()
    this.#every(2 * hourMs, () => this.#inspect())
    for (const program of this.#programs) program.start()
    this.#pass(startMs + this.#scenario.hours * hourMs)
    if (this.#promises.broken === undefined) this.#recover()
    return this.#outcome()
  }

  #pass(until: number): void {
    while (this.#promises.broken === undefined) {
      const at = this.#timers.nextAt()
      if (at === undefined || at > until) break
      this.#now = at
      this.#events += 1
      this.#timers.runNext()
    }
    if (this.#promises.broken === undefined) this.#now = Math.max(this.#now, until)
  }

  #every(ms: number, act: () => void): void {
    this.#after(ms, () => {
      act()
      this.#every(ms, act)
    })
  }

  #inspect(): void {
    const { installation } = this.#ground
    for (const place of installation.places) {
      this.#promises.waits(place, this.#records.queued(place.channel.id))
    }
    if (this.#mayBeParked) this.#answer()
  }

  /** The person who decides about parked posts. */
  #answer(): void {
    const { chats } = this.#ground
    const find = (one: DeliveryRecord) =>
      chats.standing(one.channel, postOf(nameIn(one.title) ?? "", one))[0]?.id
    const person = { records: this.#records, find, trace: this.#trace, now: this.#time }
    this.#parked += answerParked(person, this.#programs[0])
    this.#mayBeParked = this.#records.deliveries("parked").length > 0
  }

  #troubles(): void {
    const { weather, chats, installation, truths } = this.#ground
    const comes = (name: FaultName, meanMs: number, act: (dice: Dice) => void) =>
      weather.everyNowAndThen(name, meanMs, this.#after, act)
    const channelOf = (dice: Dice) =>
      installation.places[dice.below(installation.places.length)]?.channel.id ?? ""
    const programOf = (dice: Dice) => this.#programs[dice.below(this.#programs.length)]
    comes("crashes", 6 * hourMs, (dice) => programOf(dice)?.kill("crash"))
    comes("restarts", 12 * hourMs, (dice) => programOf(dice)?.kill("restart"))
    comes("other-admins", 3 * hourMs, (dice) => chats.write(channelOf(dice)))
    comes("price-flapping", 6 * hourMs, (dice) =>
      [...truths.values()][dice.below(truths.size)]?.reprice(this.#now)
    )
    comes("rights-lost", 24 * hourMs, (dice) => {
      const channel = channelOf(dice)
      chats.close(channel, true)
      this.#after(dice.magnitude(minuteMs, 6 * hourMs), () => chats.close(channel, false))
    })
    comes("operators", 24 * hourMs, (dice) => {
      const target = { kind: "channel", id: channelOf(dice) } as const
      this.#steer((steering) => steering.pause(target, "the operator", this.#now))
      this.#after(dice.magnitude(minuteMs, 6 * hourMs), () => this.#resume(target))
    })
  }

  #steer(how: (steering: Steering["Type"]) => Effect.Effect<unknown, unknown>): void {
    this.#programs[0]?.ask(Effect.flatMap(Steering, how))
  }

  #resume(target: Target): void {
    this.#steer((steering) => steering.resume(target))
  }

  /** Trouble ends; everything comes into order by itself within the stated time, and then all agrees. */
  #recover(): void {
    this.#trace.say("world", "trouble ends")
    this.#weather.end()
    for (const truth of this.#ground.truths.values()) truth.endAt(this.#now)
    for (const { channel } of this.#ground.installation.places) {
      this.#ground.chats.close(channel.id, false)
      this.#after(minuteMs, () => this.#resume({ kind: "channel", id: channel.id }))
    }
    const ended = this.#ended(this.#now)
    const latest = this.#now + recoveryMs
    this.#pass(this.#now + longestBackOffMs)
    while (this.#promises.broken === undefined && queueDisorder(ended) !== undefined) {
      if (this.#now >= latest) this.#promises.breaks("everything recovers", queueDisorder(ended) ?? "")
      this.#pass(this.#now + 30 * minuteMs)
    }
    if (this.#promises.broken === undefined) compare(ended)
  }

  /** `since`: when trouble ended. What was due by then has been judged, for every source was polled after it. */
  #ended(since: number): Ended {
    const { installation, chats, truths } = this.#ground
    const { standing, everPosted, itemsPosted, doubledNow } = chats
    return {
      installation,
      invariants: { breaks: this.#promises.breaks, standing, everPosted, itemsPosted, doubledNow },
      records: this.#records,
      truths,
      since,
      doublesAdmitted: this.#scenario.lateness === "beyond-bound",
      datesJumped: false,
      now: this.#time
    }
  }

  #outcome(): Outcome {
    const { chats } = this.#ground
    this.#connection.close()
    return {
      scenario: this.#scenario,
      broken: Option.fromNullable(this.#promises.broken),
      virtualMs: this.#now - startMs,
      events: this.#events,
      faults: this.#weather.struck,
      posts: chats.posted,
      starts: this.#programs.reduce((sum, { starts }) => sum + starts, 0),
      doubled: chats.doubled,
      parked: this.#parked,
      digest: this.#trace.digest,
      last: this.#trace.last
    }
  }
}
