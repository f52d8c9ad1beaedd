// Wake-ups at their times, by one fiber that sleeps for all of them, and none while nobody waits: who waits costs a place in a heap.
// Times are milliseconds of the monotonic clock: setting the date moves none. Promises: never early, in the order of their times, each once.
import { Effect, Fiber, FiberId, Runtime, type Scope } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"

export interface Alarm {
  readonly at: number
  readonly ring: () => void
  /** Where it stands in the heap; -1 once it rang or was taken back. */
  place: number
}

export interface Alarms {
  /** `ring` runs at `at`, unless it is taken back before; it must not throw. */
  readonly set: (at: number, ring: () => void) => Alarm
  /** Does nothing to one that rang. */
  readonly takeBack: (alarm: Alarm) => void
}

/** A binary heap, the earliest first. */
class Heap {
  readonly #alarms: Array<Alarm> = []

  get first(): Alarm | undefined {
    return this.#alarms[0]
  }

  add(alarm: Alarm): void {
    this.#rise(alarm, this.#alarms.length)
  }

  remove(alarm: Alarm): void {
    const { place } = alarm
    if (place < 0) return
    alarm.place = -1
    const last = this.#alarms.pop()
    if (last === undefined || last === alarm) return
    if (last.at < alarm.at) this.#rise(last, place)
    else this.#sink(last, place)
  }

  #put(alarm: Alarm, place: number): void {
    this.#alarms[place] = alarm
    alarm.place = place
  }

  #rise(alarm: Alarm, from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#alarms[above]
      if (parent === undefined || parent.at <= alarm.at) break
      this.#put(parent, place)
      place = above
    }
    this.#put(alarm, place)
  }

  #sink(alarm: Alarm, from: number): void {
    let place = from
    while (true) {
      const [left, right] = [this.#alarms[2 * place + 1], this.#alarms[2 * place + 2]]
      const child = right !== undefined && left !== undefined && right.at < left.at ? right : left
      if (child === undefined || alarm.at <= child.at) break
      const below = child.place
      this.#put(child, place)
      place = below
    }
    this.#put(alarm, place)
  }
}

/** Sleeps until the first alarm, or until one that was the first and was taken back. */
interface Sleeper {
  until: number
  fiber: Fiber.RuntimeFiber<void> | undefined
}

/** They ring for as long as the scope lives. */
export const makeAlarms: Effect.Effect<Alarms, never, Scope.Scope> = Effect.gen(function* () {
  const heap = new Heap()
  const fork = Runtime.runFork(yield* Effect.runtime<never>())
  let sleeper: Sleeper | undefined

  const ringing = (me: Sleeper): Effect.Effect<void> =>
    Effect.flatMap(monotonicMs, (now) => {
      for (let due = heap.first; sleeper === me && due !== undefined && due.at <= now; due = heap.first) {
        heap.remove(due)
        due.ring()
      }
      if (sleeper !== me) return Effect.void
      const next = heap.first
      if (next === undefined) {
        sleeper = undefined
        return Effect.void
      }
      me.until = next.at
      // Rounded up: a timer that ends a part of a millisecond early would find nothing due.
      return Effect.zipRight(Effect.sleep(Math.ceil(next.at - now)), ringing(me))
    })

  /** A sleeper of its own for one that is earlier. Not at once: nobody is rung for before he knows his alarm. */
  const wakeAt = (until: number) => {
    sleeper?.fiber?.unsafeInterruptAsFork(FiberId.none)
    const next: Sleeper = { until, fiber: undefined }
    sleeper = next
    next.fiber = fork(Effect.interruptible(ringing(next)), { immediate: false })
  }
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      const last = sleeper?.fiber
      sleeper = { until: Number.NEGATIVE_INFINITY, fiber: undefined }
      return last === undefined ? Effect.void : Fiber.interrupt(last)
    })
  )
  return {
    set: (at, ring) => {
      const alarm = { at, ring, place: -1 }
      heap.add(alarm)
      if (sleeper === undefined || at < sleeper.until) wakeAt(at)
      return alarm
    },
    takeBack: (alarm) => heap.remove(alarm)
  }
})
