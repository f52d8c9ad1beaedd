// What follows from an end that nobody asked for: asks the restart policy, shows the verdict, logs the full cause, and escalates where it
// must. Leaves the wait before the next generation; never begins one.
import type { Cause } from "effect"
import { Clock, Deferred, Effect, Metric, Random } from "effect"
import type { Millis } from "../domain/Names.ts"
import { restarts } from "../Metrics.ts"
import type { ChildId } from "./ChildState.ts"
import { reasonOf } from "./ExitReason.ts"
import { type Child, type Group, show } from "./Group.ts"
import { decide, groupGivesUp } from "./RestartPolicy.ts"
import { Escalated } from "./SupervisionError.ts"

/** How long the child waits for its next generation, in milliseconds; for one that escalates the intent says that none comes. */
export const judge = Effect.fnUntraced(function* (
  group: Group,
  child: Child,
  startedAt: Millis | undefined,
  cause: Cause.Cause<unknown>
) {
  const now = yield* Clock.currentTimeMillis
  const random = yield* Random.next
  const reason = reasonOf(cause)
  const fatal = group.isFatal(cause)
  const { verdict, record } = decide(group.policy, child.record, { startedAt, now, random, fatal })
  child.record = record
  if (verdict._tag === "Escalate") {
    child.intent = { _tag: "Pause", why: `Its failure makes the process stop: ${reason}` }
    yield* Effect.logError("the child failed in a way that concerns the whole process", cause)
    yield* escalate(group, child.id, reason, cause)
    return 0
  }
  yield* Metric.increment(Metric.tagged(restarts, "child", child.id))
  if (verdict._tag === "Restart") {
    const { at, attempt } = verdict
    show(group, child, { _tag: "Restarting", at, attempt, cause: reason })
    yield* Effect.logWarning("the child ended and will be restarted", cause).pipe(
      Effect.annotateLogs({ attempt, inMs: at - now })
    )
    return at - now
  }
  const { since, probeAt } = verdict
  show(group, child, { _tag: "Quarantined", since, probeAt, cause: reason })
  yield* Effect.logError("the child ended too often and is quarantined until a probe", cause).pipe(
    Effect.annotateLogs({ inMs: probeAt - now })
  )
  if (verdict.entered) yield* considerGroup(group, child.id, now, cause)
  return probeAt - now
})

const considerGroup = (group: Group, last: ChildId, now: Millis, cause: Cause.Cause<unknown>) => {
  const wanted = [...group.children.values()].filter((child) => child.intent._tag === "Run")
  const quarantines = wanted.flatMap(({ state }) => (state._tag === "Quarantined" ? [state.since] : []))
  return groupGivesUp(group.policy, wanted.length, quarantines, now)
    ? escalate(group, last, `${quarantines.length} of ${wanted.length} children are quarantined.`, cause)
    : Effect.void
}

const escalate = (group: Group, child: ChildId, reason: string, cause: Cause.Cause<unknown>) =>
  Deferred.fail(group.escalated, new Escalated({ supervisor: group.name, child, reason, cause }))
