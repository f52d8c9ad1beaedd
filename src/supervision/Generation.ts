// One generation of a child is one fiber: first the end of the generation before it, then the wait that its restart policy gave, then the
// child itself. Its end, of whatever kind, is judged in the same fiber and begets the next one.
// Promises: two generations of a child never run at the same time; no end goes unnoticed; each is logged once with its full cause.
import type { Context, Duration } from "effect"
import { Cause, Clock, Effect, Exit, Fiber, FiberRef, HashMap, Option, Runtime } from "effect"
import type { Millis } from "../domain/Names.ts"
import { ChildReport } from "./ChildReport.ts"
import type { ChildState } from "./ChildState.ts"
import { within } from "./Deadline.ts"
import { causeOf } from "./ExitReason.ts"
import { type Child, type Group, show } from "./Group.ts"
import { judge } from "./Judgement.ts"

interface Generation {
  readonly number: number
  /** When the child itself began; undefined while it waits. */
  startedAt: Millis | undefined
}

/** Whether the fiber ends within the deadline; it is not interrupted by this. */
export const endsWithin = (
  fiber: Fiber.Fiber<unknown, unknown>,
  deadline: Duration.DurationInput
): Effect.Effect<boolean> => Effect.map(within(Fiber.await(fiber), deadline), Option.isSome)

/** Begins the child's next generation in `waitMs`; what runs under its name now is told to end first. */
export const begin = (group: Group, child: Child, waitMs: number): void => {
  const generation: Generation = { number: ++child.generation, startedAt: undefined }
  const previous = child.fiber
  // runFork and not fork: it runs synchronously into the first wait, so that no interrupt can come before the end is watched.
  child.fiber = Runtime.runFork(group.runtime)(
    // Set and not lent: nothing comes after the child in its fiber, and what gives back stays in memory for as long as it waits, 2 KB.
    FiberRef.update(FiberRef.currentLogAnnotations, HashMap.set<string, unknown>("child", child.id)).pipe(
      Effect.zipRight(previous === undefined ? Effect.void : succeed(child, previous)),
      Effect.zipRight(Effect.interruptible(live(group, child, generation, waitMs))),
      Effect.onExit((exit) => ended(group, child, generation, exit))
    )
  )
}

/** Nothing of the child runs any more, and nothing shall: says so, and forgets a child that was to leave. */
export const settle = (group: Group, child: Child, since: Millis): void => {
  const { intent } = child
  if (intent._tag === "Run") return
  child.fiber = undefined
  if (intent._tag === "Leave") group.children.delete(child.id)
  show(group, child, { _tag: intent._tag === "Leave" ? "Stopped" : "Paused", since, why: intent.why })
}

/** Waits until the previous generation is truly gone, however long: an overrun is reported, never overtaken. */
const succeed = (child: Child, previous: Fiber.RuntimeFiber<unknown, unknown>): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* Fiber.interruptAsFork(previous, yield* Effect.fiberId)
    if (yield* endsWithin(previous, child.spec.stopDeadline)) return
    yield* Effect.logWarning("the previous generation overruns its stop deadline; the next one waits for it")
    yield* Fiber.await(previous)
  }).pipe(Effect.uninterruptible)

const live = Effect.fnUntraced(function* (
  group: Group,
  child: Child,
  generation: Generation,
  waitMs: number
) {
  yield* waitMs > 0 ? Effect.sleep(waitMs) : Effect.yieldNow()
  const since = yield* Clock.currentTimeMillis
  generation.startedAt = since
  const report = reportOf(group, child, generation, since)
  yield* report.running()
  return yield* child.spec.run(report)
})

const reportOf = (
  group: Group,
  child: Child,
  generation: Generation,
  since: Millis
): Context.Tag.Service<ChildReport> => {
  const probation = child.record.quarantinedSince !== undefined
  const running = {
    _tag: "Running",
    since,
    ...(probation && { probationUntil: since + group.policy.calmMs })
  } as const
  const tell = (state: ChildState) =>
    Effect.sync(() => {
      if (child.generation === generation.number && child.intent._tag === "Run") show(group, child, state)
    })
  return ChildReport.of({
    running: () => tell(running),
    waiting: (until, why) => tell({ _tag: "Waiting", until, why }),
    openCircuit: (until, why) => tell({ _tag: "OpenCircuit", until, why })
  })
}

const ended = Effect.fnUntraced(function* (
  group: Group,
  child: Child,
  generation: Generation,
  exit: Exit.Exit<unknown, unknown>
) {
  let waitMs = 0
  if (child.generation === generation.number && child.intent._tag === "Run") {
    waitMs = yield* judge(group, child, generation.startedAt, causeOf(exit))
  } else if (Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)) {
    yield* Effect.logWarning("the child failed while it was being stopped", exit.cause)
  }
  const now = yield* Clock.currentTimeMillis
  // A command may have come in during the log's writing: only what is wanted now counts.
  if (child.generation !== generation.number) return
  child.fiber = undefined
  if (child.intent._tag === "Run") begin(group, child, waitMs)
  else settle(group, child, now)
})
