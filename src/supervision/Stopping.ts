// How a child comes to an end that somebody asked for. Tells its generation, waits as long as the deadline allows, and leaves the rest to it:
// whatever overruns still ends, unheard, and is settled then. Works inside finalizers.
import type { Duration, Fiber, FiberId } from "effect"
import { Clock, Effect } from "effect"
import { within } from "../domain/Deadline.ts"
import type { Millis } from "../domain/Names.ts"
import type { ChildId } from "./ChildState.ts"
import { endsWithin, settle } from "./Generation.ts"
import { type Child, type Group, type Intent, kept, show } from "./Group.ts"
import { NoSuchChild } from "./SupervisionError.ts"

/** Tells the child to end, and returns the fiber that does; undefined when nothing of it was alive. */
export const halt = (
  group: Group,
  child: Child,
  intent: Exclude<Intent, { _tag: "Run" }>,
  by: FiberId.FiberId,
  now: Millis
): Fiber.RuntimeFiber<unknown, unknown> | undefined => {
  const { fiber } = child
  child.intent = intent
  if (fiber === undefined) {
    settle(group, child, now)
    return undefined
  }
  show(group, child, { _tag: "Stopping", since: now, why: intent.why })
  fiber.unsafeInterruptAsFork(by)
  return fiber
}

const awaitEnd = Effect.fnUntraced(function* (child: Child, fiber: Child["fiber"]) {
  if (fiber === undefined || (yield* endsWithin(fiber, child.spec.stopDeadline))) return true
  yield* Effect.annotateLogs(Effect.logWarning("the child overran its stop deadline"), "child", child.id)
  return false
})

/** Ends and forgets; whether in time. */
export const stop = function* (group: Group, id: ChildId, why: string) {
  const by = yield* Effect.fiberId
  const now = yield* Clock.currentTimeMillis
  const child = group.children.get(id)
  return child === undefined || (yield* awaitEnd(child, halt(group, child, { _tag: "Leave", why }, by, now)))
}

/** Ends and keeps; whether in time. */
export const pause = function* (group: Group, id: ChildId, why: string) {
  const by = yield* Effect.fiberId
  const now = yield* Clock.currentTimeMillis
  const child = kept(group, id)
  if (child === undefined) return yield* new NoSuchChild({ supervisor: group.name, child: id })
  return yield* awaitEnd(child, halt(group, child, { _tag: "Pause", why }, by, now))
}

/** Ends and forgets everybody, under one deadline; those who overran it. */
export const stopAll = function* (group: Group, deadline: Duration.DurationInput) {
  group.closing = true
  const by = yield* Effect.fiberId
  const now = yield* Clock.currentTimeMillis
  const why = "the supervisor stops"
  const fibers = [...group.children.values()]
    .reverse()
    .flatMap((child) => halt(group, child, { _tag: "Leave", why }, by, now) ?? [])
  yield* within(
    Effect.forEach(fibers, (fiber) => fiber.await, { discard: true }),
    deadline
  )
  const overran = [...group.children.keys()]
  if (overran.length > 0) {
    yield* Effect.annotateLogs(Effect.logWarning("children overran the stop deadline"), { overran })
  }
  return overran
}
