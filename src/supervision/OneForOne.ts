// The Supervisor contract, strategy one for one. Commands enter, generations leave: a command says what is wanted of a child and sees to it
// that the present generation learns of it. Promises: commands on one child may come at any time and in any number, the last one counts; a
// caller that is interrupted only stops waiting.
import { Deferred, type Duration, Effect, PubSub, Stream } from "effect"
import { traced } from "../Spans.ts"
import type { ChildChange, ChildId, ChildState } from "./ChildState.ts"
import { defaultStopDeadline, type Group } from "./Group.ts"
import { defaults } from "./RestartPolicy.ts"
import { enter, rouse } from "./Starting.ts"
import { pause, stop, stopAll } from "./Stopping.ts"
import type { Escalated } from "./SupervisionError.ts"
import type { SupervisorOptions } from "./Supervisor.ts"

/** Changes that a slow listener may fall behind. */
const backlog = 1024

/** Implements `Supervisor.make`. */
export const make = Effect.fnUntraced(function* (options: SupervisorOptions) {
  const group = yield* makeGroup(options)
  yield* Effect.addFinalizer(() =>
    // Who has overrun the deadline of an earlier stop is not waited for again: the next of the shutdown have theirs.
    Effect.suspend(() =>
      group.closing ? Effect.void : Effect.gen(() => stopAll(group, defaultStopDeadline))
    )
  )
  return {
    start: traced("Supervisor.start")(enter(group, "leave")),
    replace: traced("Supervisor.replace")(enter(group, "replace")),
    stop: traced("Supervisor.stop")((id: ChildId, why = "stopped") => stop(group, id, why)),
    pause: traced("Supervisor.pause")((id: ChildId, why: string) => pause(group, id, why)),
    resume: traced("Supervisor.resume")((id: ChildId) =>
      rouse(group, id, (child) => child.intent._tag === "Pause")
    ),
    restart: traced("Supervisor.restart")((id: ChildId) => rouse(group, id, () => true)),
    stopAll: traced("Supervisor.stopAll")((deadline: Duration.DurationInput = defaultStopDeadline) =>
      stopAll(group, deadline)
    ),
    states: Effect.sync(() => statesOf(group)),
    changes: Stream.fromPubSub(group.changes),
    escalation: Deferred.await(group.escalated)
  }
})

const statesOf = (group: Group): ReadonlyMap<ChildId, ChildState> =>
  new Map(Array.from(group.children, ([id, child]) => [id, child.state]))

const makeGroup = Effect.fnUntraced(function* (options: SupervisorOptions) {
  const group: Group = {
    name: options.name,
    policy: { ...defaults, ...options.policy },
    isFatal: options.isFatal ?? (() => false),
    children: new Map(),
    changes: yield* PubSub.sliding<ChildChange>(backlog),
    escalated: yield* Deferred.make<never, Escalated>(),
    runtime: yield* Effect.runtime<never>(),
    services: new Map(),
    closing: false
  }
  return group
})
