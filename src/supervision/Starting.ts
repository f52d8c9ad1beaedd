// How a child comes to run: for the first time, in another's place, or again. Enters the group, wants it to run, begins a generation; never
// waits for anything.
import { Clock, Context, Effect, Runtime, Tracer } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { ChildId } from "./ChildState.ts"
import { begin } from "./Generation.ts"
import { type Child, defaultStopDeadline, type Group, kept, newChild, type Spec, show } from "./Group.ts"
import { cleanRecord } from "./RestartPolicy.ts"
import { halt } from "./Stopping.ts"
import { NoSuchChild } from "./SupervisionError.ts"
import type { ChildOptions, Run } from "./Supervisor.ts"

/** `start` leaves a child that is kept already alone, `replace` does not. */
export const enter = (group: Group, known: "leave" | "replace") =>
  function* <E, R>(id: ChildId, run: Run<E, R>, options: ChildOptions = {}) {
    const spec = makeSpec(group, yield* Effect.context<R>(), run, options)
    const by = yield* Effect.fiberId
    const now = yield* Clock.currentTimeMillis
    if (group.closing || (known === "leave" && kept(group, id) !== undefined)) return
    // One that is still leaving is taken back: its last generation must have ended before the next begins.
    const child = group.children.get(id) ?? newChild(id, spec, now)
    child.spec = spec
    group.children.set(id, child)
    if (options.paused === undefined) runAnew(group, child, now)
    else halt(group, child, { _tag: "Pause", why: options.paused }, by, now)
  }

/** A child lives longer than the call that starts it: it keeps that caller's services, but not its span as a parent for ever. */
const servicesIn = <R>(context: Context.Context<R>): Map<string, unknown> => {
  const services = new Map(context.unsafeMap)
  services.delete(Tracer.ParentSpan.key)
  return services
}

const isSame = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): boolean =>
  one.size === other.size && [...one].every(([key, service]) => other.get(key) === service)

const makeSpec = <E, R>(
  group: Group,
  context: Context.Context<R>,
  run: Run<E, R>,
  options: ChildOptions
): Spec => {
  const services = servicesIn(context)
  if (!isSame(group.services, services)) group.services = services
  // They are R's, which the types of a shared map cannot say.
  const own = Context.unsafeMake<R>(group.services)
  const runtime = Runtime.make({ ...group.runtime, context: own })
  return {
    fork: (ready, forking) => Runtime.runFork(runtime)(Effect.flatMap(ready, run), forking),
    stopDeadline: options.stopDeadline ?? defaultStopDeadline
  }
}

const runAnew = (group: Group, child: Child, now: Millis): void => {
  child.intent = { _tag: "Run" }
  child.record = cleanRecord
  show(group, child, { _tag: "Starting", since: now })
  begin(group, child, 0)
}

/** Runs a kept child from the beginning, if the command applies to it. */
export const rouse = function* (group: Group, id: ChildId, applies: (child: Child) => boolean) {
  const now = yield* Clock.currentTimeMillis
  const child = kept(group, id)
  if (child === undefined) return yield* new NoSuchChild({ supervisor: group.name, child: id })
  if (!group.closing && applies(child)) runAnew(group, child, now)
}
