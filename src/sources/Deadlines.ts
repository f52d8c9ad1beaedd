// Cuts off what takes too long: one fiber for everything that is under way, for a fiber and a timer for each cost a poll that finds nothing
// new as much as the request itself. Promises: what is limited is cut off once, at its time; with nothing under way nobody wakes up.
// Times are milliseconds of the monotonic clock: whoever sets the date neither cuts anything off nor lets it go on for hours.
import { Effect, type Scope } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"

/** Something that must end. */
export interface Deadline {
  /** Until when; may move on as it makes progress, never back. */
  readonly at: () => number
  readonly cut: () => void
}

/** Watches over a piece of work until it is called off. */
export type Watch = (deadline: Deadline) => () => void

/** Cuts off what is late. Returns when the next is. */
const cutLate = (deadlines: Set<Deadline>, now: number): number => {
  let next = Number.POSITIVE_INFINITY
  for (const deadline of deadlines) {
    const at = deadline.at()
    if (at > now) next = Math.min(next, at)
    else {
      deadlines.delete(deadline)
      deadline.cut()
    }
  }
  return next
}

/** Watches for as long as the scope lives. */
export const makeWatch: Effect.Effect<Watch, never, Scope.Scope> = Effect.gen(function* () {
  const deadlines = new Set<Deadline>()
  const sooner = Effect.unsafeMakeLatch(false)
  let next = Number.POSITIVE_INFINITY
  yield* Effect.forkScoped(
    Effect.gen(function* () {
      while (true) {
        yield* sooner.close
        const now = yield* monotonicMs
        next = cutLate(deadlines, now)
        yield* next === Number.POSITIVE_INFINITY
          ? sooner.await
          : // Rounded up: a timer that ends a part of a millisecond early would find nothing late.
            Effect.race(sooner.await, Effect.sleep(Math.ceil(next - now)))
      }
    })
  )
  return (deadline) => {
    deadlines.add(deadline)
    if (deadline.at() < next) sooner.unsafeOpen()
    return () => deadlines.delete(deadline)
  }
})
