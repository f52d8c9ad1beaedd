// One generation of a child is one fiber: first the end of the generation before it, then the wait that its restart policy gave, then the
// child itself. Its end, of whatever kind, is judged at once and begets the next one.
// Promises: two generations of a child never run at the same time; no end goes unnoticed; each is logged once with its full cause.
import type { Context, Duration } from "effect"
import { Cause, Clock, Effect, Exit, Fiber, FiberRef, FiberRefs, HashMap, Option, Runtime } from "effect"
import { within } from "../domain/Deadline.ts"
import type { Millis } from "../domain/Names.ts"
import type { ChildReport } from "./ChildReport.ts"
import type { ChildState } from "./ChildState.ts"
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

/** Nothing comes after the child in its fiber, so this is set and not lent: what gives back would stay in memory for as long as it waits. */
const named = (child: Child): Runtime.RunForkOptions => ({
  updateRefs: (refs, fiberId) =>
    FiberRefs.updateAs(refs, {
      fiberId,
      fiberRef: FiberRef.currentLogAnnotations,
      value: HashMap.set<string, unknown>(
        FiberRefs.getOrDefault(refs, FiberRef.currentLogAnnotations),
        "child",
        child.id
      )
    })
})

/** Begins the child's next generation in `waitMs`; what runs under its name now is told to end first. */
export const begin = (group: Group, child: Child, waitMs: number): void => {
  const generation: Generation = { number: ++child.generation, startedAt: undefined }
  const previous = child.fiber
  const time = waitMs > 0 ? Effect.sleep(waitMs) : Effect.yieldNow()
  const fiber = child.spec.fork(
    (previous === undefined ? time : Effect.zipRight(succeed(child, previous), time)).pipe(
      Effect.zipRight(Clock.currentTimeMillis),
      Effect.map((now) => started(group, child, generation, now))
    ),
    named(child)
  )
  child.fiber = fiber
  // Not a finalizer, which would stay in memory below the child, 1 KB of it. No end comes before it: the fiber is in its first wait.
  fiber.addObserver((exit) =>
    Runtime.runFork(group.runtime)(ended(group, child, generation, exit), named(child))
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

const started = (
  group: Group,
  child: Child,
  generation: Generation,
  since: Millis
): Context.Tag.Service<ChildReport> => {
  generation.startedAt = since
  const report = new Report(group, child, generation.number, since)
  report.begin()
  return report
}

/** A class, because ten thousand of them wait at a time: its methods are made once. */
class Report implements Context.Tag.Service<ChildReport> {
  readonly #group: Group
  readonly #child: Child
  readonly #generation: number
  readonly #since: Millis

  constructor(group: Group, child: Child, generation: number, since: Millis) {
    this.#group = group
    this.#child = child
    this.#generation = generation
    this.#since = since
  }

  begin(): void {
    const probation = this.#child.record.quarantinedSince !== undefined
    this.#tell({
      _tag: "Running",
      since: this.#since,
      ...(probation && { probationUntil: this.#since + this.#group.policy.calmMs })
    })
  }

  running(): Effect.Effect<void> {
    return Effect.sync(() => this.begin())
  }

  waiting(until: Millis, why: string): Effect.Effect<void> {
    return Effect.sync(() => this.#tell({ _tag: "Waiting", until, why }))
  }

  openCircuit(until: Millis, why: string): Effect.Effect<void> {
    return Effect.sync(() => this.#tell({ _tag: "OpenCircuit", until, why }))
  }

  #tell(state: ChildState): void {
    const { intent, generation } = this.#child
    if (generation === this.#generation && intent._tag === "Run") show(this.#group, this.#child, state)
  }
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
