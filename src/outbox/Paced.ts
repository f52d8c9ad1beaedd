// Runs long synchronous work in portions, with the event loop free in between.
import { Effect } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import type { LongWork } from "../identity/LongWork.ts"

/** Lets timers and sockets have their turn: a fiber's own yield is a microtask, which they would wait for. */
export const breathe: Effect.Effect<void> = Effect.sleep(0)

/** How long work may hold the event loop between two breaths, ms: not by the date, which may be set back meanwhile. */
const holdMs = 8

/**
 * Does `work` to its end, breathing at those of its pauses that come late enough, and before what follows if that would soon be late.
 * One generator function for all calls: each gets a hidden class of its own, which lives until the next full collection and keeps all that
 * the function can see.
 */
export const paced: <A>(work: () => LongWork<A>) => Effect.Effect<A> = Effect.fnUntraced(function* <A>(
  work: () => LongWork<A>
) {
  const running = work()
  let breathed = yield* monotonicMs
  let step = running.next()
  while (step.done !== true) {
    if ((yield* monotonicMs) - breathed >= holdMs) {
      yield* breathe
      breathed = yield* monotonicMs
    }
    step = running.next()
  }
  if ((yield* monotonicMs) - breathed >= holdMs / 2) yield* breathe
  return step.value
})

/** `items` in slices for which one statement each is right; at least one slice, maybe empty. */
export const slices = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.max(1, Math.ceil(items.length / size)) }, (_, at) =>
    items.slice(at * size, (at + 1) * size)
  )
