// When fibers run: in turns of the event loop that are short, so that timers, sockets and signals have theirs. Effect's own scheduler runs all
// that is ready in microtasks, before anything else: documents that arrive together would be worked on in one turn. Promises: fibers run in
// the order in which they became ready, none is forgotten; while nothing is late, nothing waits for the loop. Never cuts a piece of
// synchronous work: how long one of them is stays its author's business.
import { type Fiber, FiberRef, type Scheduler } from "effect"

/** How long fibers may run before the loop has a turn, in milliseconds. */
const turnMs = 5

/** Steps of a fiber between two looks at the clock. */
const stepsPerLook = 64

/** Also has the loop's next turn called, in Node.js by `setImmediate`. */
export class Turns implements Scheduler.Scheduler {
  readonly #now: () => number
  #ready: Array<Scheduler.Task> = []
  #called = false
  /** When the turn ends that the loop is in; absent: nothing has run in it yet. */
  #endsAt: number | undefined

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  scheduleTask(task: Scheduler.Task): void {
    this.#ready.push(task)
    if (this.#called) return
    this.#called = true
    queueMicrotask(this.#run)
  }

  /** After as many steps as Effect's own scheduler, or when the turn is over: with priority 0, for all come in their order. */
  shouldYield(fiber: Fiber.RuntimeFiber<unknown, unknown>): number | false {
    const steps = fiber.currentOpCount
    const yields =
      steps > fiber.getFiberRef(FiberRef.currentMaxOpsBeforeYield) ||
      (steps > 0 && steps % stepsPerLook === 0 && this.#isOver())
    return yields ? 0 : false
  }

  readonly #isOver = (): boolean => {
    if (this.#endsAt !== undefined) return this.#now() >= this.#endsAt
    this.#endsAt = this.#now() + turnMs
    setImmediate(this.#turned)
    return false
  }

  readonly #turned = (): void => {
    this.#endsAt = undefined
  }

  readonly #run = (): void => {
    let done = 0
    try {
      for (const task of this.#ready) {
        if (this.#isOver()) break
        done += 1
        task()
      }
    } finally {
      // What became ready meanwhile stands behind the others.
      this.#ready = this.#ready.slice(done)
      this.#called = this.#ready.length > 0
      if (this.#called) setImmediate(this.#run)
    }
  }
}
