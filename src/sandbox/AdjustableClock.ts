// A Clock that can be moved (E15): it runs on the one below it, faster, slower or not at all, and jumps ahead. A jump passes each instant at
// which somebody meant to wake, in order. Promises: time never goes back. For an emulator in a process of its own; a test has its TestClock.
import { Clock, Deferred, Duration, Effect } from "effect"

export interface ClockChange {
  /** Milliseconds to jump ahead. */
  readonly advanceMs?: number
  /** Milliseconds of this clock to one of the clock below; 0 stands still. */
  readonly speed?: number
}

export interface ClockReading {
  readonly now: number
  readonly speed: number
}

/** Longer sleeps would never end on Node's timers; they are slept in pieces. */
const longestSleepMs = 60 * 60 * 1000
/** The others run on before a jump and after each of its instants. */
const othersRun = Effect.repeatN(Effect.yieldNow(), 20)

/** Sleeps on the machine's own clock, whatever Clock rules here. */
export const sleepOutside = (ms: number): Effect.Effect<void> =>
  Effect.sleep(Duration.millis(ms)).pipe(Effect.withClock(Clock.make()))

interface Sleeper {
  readonly due: number
  readonly woken: Deferred.Deferred<void>
}

/** To be set with `Effect.withClock`. */
export class AdjustableClock implements Clock.Clock {
  readonly [Clock.ClockTypeId]: Clock.ClockTypeId = Clock.ClockTypeId
  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())
  readonly #below: Clock.Clock
  readonly #sleepers = new Set<Sleeper>()
  #speed = 1
  /** At this time of the clock below, this clock showed … */
  #from: number
  /** … this. */
  #shown: number

  constructor(below: Clock.Clock) {
    this.#below = below
    this.#from = below.unsafeCurrentTimeMillis()
    this.#shown = this.#from
  }

  unsafeCurrentTimeMillis(): number {
    return Math.floor(this.#now())
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.floor(this.#now() * 1e6))
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.suspend(() => this.#sleepUntil(this.#now() + Duration.toMillis(duration)))
  }

  get reading(): ClockReading {
    return { now: this.unsafeCurrentTimeMillis(), speed: this.#speed }
  }

  /** First the jump, then the new speed. */
  readonly adjust = ({ advanceMs = 0, speed }: ClockChange): Effect.Effect<ClockReading> =>
    Effect.gen(this, function* () {
      yield* othersRun
      const target = this.#now() + Math.max(0, advanceMs)
      for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
        this.#set(Math.max(this.#now(), next.due))
        yield* this.#wake([next])
      }
      this.#set(Math.max(this.#now(), target))
      this.#speed = speed ?? this.#speed
      yield* this.#wake([...this.#sleepers])
      return this.reading
    })

  #now(): number {
    return this.#shown + Math.max(0, this.#below.unsafeCurrentTimeMillis() - this.#from) * this.#speed
  }

  #set(time: number): void {
    this.#from = this.#below.unsafeCurrentTimeMillis()
    this.#shown = time
  }

  #nextDue(until: number): Sleeper | undefined {
    const [first] = [...this.#sleepers].sort((a, b) => a.due - b.due)
    return first !== undefined && first.due <= until ? first : undefined
  }

  /** Those who wake look at the clock, and sleep again when it is too early. */
  #wake(sleepers: ReadonlyArray<Sleeper>): Effect.Effect<void> {
    for (const sleeper of sleepers) this.#sleepers.delete(sleeper)
    return Effect.zipRight(
      Effect.forEach(sleepers, ({ woken }) => Deferred.succeed(woken, undefined)),
      othersRun
    )
  }

  #sleepUntil(due: number): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      while (this.#now() < due) {
        const sleeper: Sleeper = { due, woken: yield* Deferred.make<void>() }
        this.#sleepers.add(sleeper)
        const below = Math.min(longestSleepMs, Math.ceil((due - this.#now()) / this.#speed))
        yield* Deferred.await(sleeper.woken).pipe(
          Effect.race(this.#speed > 0 ? this.#below.sleep(Duration.millis(below)) : Effect.never),
          Effect.ensuring(Effect.sync(() => this.#sleepers.delete(sleeper)))
        )
      }
    })
  }
}

/** A new one on the Clock that rules here. */
export const makeAdjustableClock: Effect.Effect<AdjustableClock> = Effect.clockWith((below) =>
  Effect.sync(() => new AdjustableClock(below))
)
