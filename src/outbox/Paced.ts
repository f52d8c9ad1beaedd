// Runs long synchronous work in portions, with the event loop free in between.
import { type Clock, Duration, Effect } from "effect"
import type { LongWork } from "../identity/LongWork.ts"

/** Those who wait for the next turn of an event loop, by the clock that they live on: a simulated process has one of its own. */
const queues = new WeakMap<Clock.Clock, Effect.Semaphore>()

const queueOf = (clock: Clock.Clock): Effect.Semaphore => {
  const queue = queues.get(clock) ?? Effect.unsafeMakeSemaphore(1)
  queues.set(clock, queue)
  return queue
}

/**
 * Lets timers and sockets have their turn: a fiber's own yield is a microtask, which they would wait for. Goes on alone in its turn of the
 * event loop: thirty documents that arrive together would else hold it for thirty portions at once.
 */
export const breathe: Effect.Effect<void> = Effect.clockWith((clock) =>
  queueOf(clock).withPermits(1)(clock.sleep(Duration.zero))
)

/** Does `work` to its end, breathing at each of its pauses. */
export const paced = <A>(work: () => LongWork<A>): Effect.Effect<A> =>
  Effect.gen(function* () {
    const running = work()
    let step = running.next()
    while (step.done !== true) {
      yield* breathe
      step = running.next()
    }
    return step.value
  })

/** `items` in slices for which one statement each is right; at least one slice, maybe empty. */
export const slices = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.max(1, Math.ceil(items.length / size)) }, (_, at) =>
    items.slice(at * size, (at + 1) * size)
  )
