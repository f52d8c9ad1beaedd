// One life of a program in a world: its fibers run on virtual time, with a date that may be wrong and dice of its own. Its death is that of a
// killed process: nothing of it runs any more, no finalizer, no timer. Never touches the machine's time or chance.
import {
  Clock,
  Duration,
  Effect,
  Fiber,
  FiberRef,
  GlobalValue,
  HashSet,
  Logger,
  Runtime,
  RuntimeFlags,
  type Scheduler
} from "effect"
import type { Dice } from "./Dice.ts"
import type { Being, VirtualTime } from "./VirtualTime.ts"

/** Where Effect keeps the fibers that nobody waits for; those of a dead life have to be taken out, or they would never be forgotten. */
const roots: Set<unknown> = GlobalValue.globalValue(Symbol.for("effect/FiberScope/Global"), () => ({
  roots: new Set<unknown>()
})).roots

/** Nobody asks how long fibers lived by the machine's time. */
const uncounted = Runtime.disableRuntimeFlag(Runtime.defaultRuntime, RuntimeFlags.RuntimeMetrics)

/** A fiber gives way after so many operations: the service's own setting, which nothing changes, not looked up at each of them. */
const mostOps = FiberRef.get(FiberRef.currentMaxOpsBeforeYield).pipe(Effect.runSync)

/** A log line as it was written. */
export type Line = Logger.Logger.Options<unknown>

export class Life implements Scheduler.Scheduler, Clock.Clock {
  readonly [Clock.ClockTypeId]: Clock.ClockTypeId = Clock.ClockTypeId
  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())
  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())
  /** What its date is ahead of the true one, in milliseconds. */
  dateOffMs = 0
  readonly #time: VirtualTime
  readonly #being: Being
  readonly #dice: Dice
  readonly #fork: ReturnType<typeof Runtime.runFork<never>>

  constructor(time: VirtualTime, dice: Dice, log: (line: Line) => void) {
    this.#time = time
    this.#being = time.birth()
    this.#dice = dice
    this.#fork = Runtime.runFork(
      Runtime.setFiberRef(uncounted, FiberRef.currentLoggers, HashSet.make(Logger.make(log)))
    )
  }

  get isDead(): boolean {
    return this.#being.dead
  }

  get isFrozen(): boolean {
    return this.#being.frozenAt !== undefined
  }

  /** Timers that it waits for. */
  get timers(): number {
    return this.#being.timers.size
  }

  /** Fibers of it that nobody else keeps. */
  get fibers(): number {
    return this.#fibers().length
  }

  run<A, E>(effect: Effect.Effect<A, E>): Fiber.RuntimeFiber<A, E> {
    return this.#fork(
      effect.pipe(
        Effect.withClock(this),
        Effect.withRandom(this.#dice.random()),
        Effect.withTracerEnabled(false)
      ),
      { scheduler: this }
    )
  }

  kill(): void {
    this.#time.kill(this.#being)
    this.#forget()
    // The fiber that it died in goes on to its next pause, and may have started others by then.
    setImmediate(() => this.#forget())
  }

  /** Before the task that comes after so many others, `blow` runs. */
  lightFuse(tasks: number, blow: () => void): void {
    this.#being.fuse = { left: tasks, blow }
  }

  freeze(): void {
    this.#time.freeze(this.#being)
  }

  thaw(): void {
    this.#time.thaw(this.#being)
  }

  /** Runs `task` in so many milliseconds of its own time, if it still lives then. */
  after(ms: number, task: () => void): { readonly cancel: () => void } {
    return this.#being.timers.set(this.#time.ownTime(this.#being) + Math.max(0, ms), task)
  }

  scheduleTask(task: () => void): void {
    this.#time.ready(this.#being, task)
  }

  shouldYield(fiber: Fiber.RuntimeFiber<unknown, unknown>): number | false {
    return fiber.currentOpCount > mostOps ? 0 : false
  }

  unsafeCurrentTimeMillis(): number {
    return Math.floor(this.#time.now + this.dateOffMs)
  }

  /** Monotonic: it knows of no correction of the date, and stands still with the machine. */
  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.round(this.#time.ownTime(this.#being) * 1e6))
  }

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async((resume) => {
      const timer = this.after(Duration.toMillis(duration), () => resume(Effect.void))
      return Effect.sync(timer.cancel)
    })
  }

  #forget(): void {
    for (const fiber of this.#fibers()) roots.delete(fiber)
  }

  #fibers(): ReadonlyArray<unknown> {
    return Fiber.unsafeRoots().filter((fiber) => fiber.getFiberRef(FiberRef.currentScheduler) === this)
  }
}
