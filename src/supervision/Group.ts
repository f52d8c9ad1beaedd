// The children that one supervisor keeps, in the order of their first start, and what is known of each. O(1) per change: a change goes
// into the child's own slot and to whoever listens; nothing is copied. Whatever changes a child is a plain synchronous function: between
// looking at a child and acting on it no other fiber runs.
import type { Cause, Context, Deferred, Effect, Fiber } from "effect"
import { Duration, PubSub, Runtime } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { ChildReport } from "./ChildReport.ts"
import type { ChildChange, ChildId, ChildState } from "./ChildState.ts"
import { type ChildRecord, cleanRecord, type RestartPolicy } from "./RestartPolicy.ts"
import type { Escalated } from "./SupervisionError.ts"

/** How long a stop waits for a child's finalizers unless told otherwise. */
export const defaultStopDeadline = Duration.seconds(3)

/** What is to become of a child when its present generation has ended. */
export type Intent =
  | { readonly _tag: "Run" }
  | { readonly _tag: "Pause"; readonly why: string }
  | { readonly _tag: "Leave"; readonly why: string }

/** What a child is made of. */
export interface Spec {
  /** Forks it: it runs once `ready` has given its report, with the services that it was started with. */
  readonly fork: (
    ready: Effect.Effect<Context.Tag.Service<ChildReport>>,
    options: Runtime.RunForkOptions
  ) => Fiber.RuntimeFiber<never, unknown>
  readonly stopDeadline: Duration.DurationInput
}

export interface Child {
  readonly id: ChildId
  spec: Spec
  intent: Intent
  state: ChildState
  record: ChildRecord
  /** Number of the newest generation: the only one that may speak for the child. */
  generation: number
  /** The newest generation; it ends only after all before it. Undefined when nothing of the child is alive. */
  fiber: Fiber.RuntimeFiber<unknown, unknown> | undefined
}

export interface Group {
  readonly name: string
  readonly policy: RestartPolicy
  readonly isFatal: (cause: Cause.Cause<unknown>) => boolean
  readonly children: Map<ChildId, Child>
  readonly changes: PubSub.PubSub<ChildChange>
  readonly escalated: Deferred.Deferred<never, Escalated>
  /** Children are forked from here, whoever starts them: none inherits the log annotations or the spans of a caller. */
  readonly runtime: Runtime.Runtime<never>
  /** The services of the child that was started last: most have the same, and ten thousand copies of them would be 20 MB. */
  services: Map<string, unknown>
  /** Set once, for good: nothing starts any more. */
  closing: boolean
}

export const newChild = (id: ChildId, spec: Spec, now: Millis): Child => ({
  id,
  spec,
  intent: { _tag: "Run" },
  state: { _tag: "Starting", since: now },
  record: cleanRecord,
  generation: 0,
  fiber: undefined
})

/** The child under this name, unless it is leaving. */
export const kept = (group: Group, id: ChildId): Child | undefined => {
  const child = group.children.get(id)
  return child?.intent._tag === "Leave" ? undefined : child
}

/** Sets a child's state and tells the listeners; one that falls far behind loses the oldest changes, never the newest. */
export const show = (group: Group, child: Child, state: ChildState): void => {
  child.state = state
  const change = { child: child.id, state }
  // A full buffer has to slide, which only the Effect does; runFork performs it before it returns.
  if (group.changes.unsafeOffer(change)) return
  Runtime.runFork(group.runtime)(PubSub.publish(group.changes, change))
}
