// How a child comes to run: for the first time, in another's place, or again. Enters the group, wants it to run, begins a generation; never
// waits for anything.
import { Clock, Context, Effect, Tracer } from "effect"
import type { Millis } from "../domain/Names.ts"
import { ChildReport } from "./ChildReport.ts"
import type { ChildId } from "./ChildState.ts"
import { begin } from "./Generation.ts"
import { type Child, defaultStopDeadline, type Group, kept, newChild, type Spec, show } from "./Group.ts"
import { cleanRecord } from "./RestartPolicy.ts"
import { halt } from "./Stopping.ts"
import { NoSuchChild } from "./SupervisionError.ts"
import type { ChildOptions } from "./Supervisor.ts"

/** `start` leaves a child that is kept already alone, `replace` does not. */
export const enter = (group: Group, known: "leave" | "replace") =>
  function* <E, R>(id: ChildId, run: Effect.Effect<never, E, R>, options: ChildOptions = {}) {
    const spec = makeSpec(yield* Effect.context<Exclude<R, ChildReport>>(), run, options)
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
const makeSpec = <E, R>(
  context: Context.Context<Exclude<R, ChildReport>>,
  run: Effect.Effect<never, E, R>,
  options: ChildOptions
): Spec => {
  const services = new Map(context.unsafeMap)
  services.delete(Tracer.ParentSpan.key)
  // R holds once the report of the generation is added, which the types of a generic R cannot say.
  const own = Context.unsafeMake<R>(services)
  return {
    run: (report) => Effect.mapInputContext(run, () => Context.add(own, ChildReport, report)),
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
