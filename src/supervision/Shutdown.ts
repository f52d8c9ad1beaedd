// Ends a process in order: numbered steps, a deadline for each. Steps enter, their outcomes leave, in order. Promises: the next step begins
// at the deadline at the latest, so the whole never takes longer than the sum, inside a finalizer too; no outcome is lost. Cannot kill: a
// step that overruns is interrupted and abandoned; the process' own hard deadline is the last word.
// @source doc "reference/runtime.md" §4, Shutdown (after Pekko's CoordinatedShutdown: the next phase starts anyway)
import { Clock, type Duration, Effect, Exit, Fiber, Option } from "effect"
import { within } from "../domain/Deadline.ts"
import { reasonOf } from "./ExitReason.ts"

export interface Step<R = never> {
  readonly name: string
  readonly deadline: Duration.DurationInput
  /** May fail: what it answers is logged and the next step begins. */
  readonly run: Effect.Effect<unknown, unknown, R>
}

export type StepOutcome =
  | { readonly _tag: "Done"; readonly name: string; readonly tookMs: number }
  | { readonly _tag: "Failed"; readonly name: string; readonly tookMs: number; readonly cause: string }
  | { readonly _tag: "Overran"; readonly name: string; readonly tookMs: number }

/** Runs the steps one after the other; not to be interrupted, since its deadlines bound it. */
export const runSteps = <R>(
  steps: ReadonlyArray<Step<R>>
): Effect.Effect<ReadonlyArray<StepOutcome>, never, R> =>
  Effect.forEach(steps, (step, index) =>
    Effect.annotateLogs(runStep(step), { step: `${index + 1} of ${steps.length}`, name: step.name })
  ).pipe(Effect.uninterruptible)

const runStep = Effect.fnUntraced(function* <R>({ deadline, name, run }: Step<R>) {
  const startedAt = yield* Clock.currentTimeMillis
  // A daemon, awaited from aside: waiting for the step itself would also wait for what it refuses to interrupt.
  const fiber = yield* Effect.forkDaemon(Effect.interruptible(run))
  const exit = yield* within(Fiber.await(fiber), deadline)
  const tookMs = (yield* Clock.currentTimeMillis) - startedAt
  if (Option.isNone(exit)) {
    yield* Fiber.interruptAsFork(fiber, yield* Effect.fiberId)
    yield* Effect.logWarning("shutdown step overran its deadline; the next one begins").pipe(
      Effect.annotateLogs({ tookMs })
    )
    return { _tag: "Overran", name, tookMs } satisfies StepOutcome
  }
  if (Exit.isFailure(exit.value)) {
    yield* Effect.logError("shutdown step failed", exit.value.cause).pipe(Effect.annotateLogs({ tookMs }))
    return { _tag: "Failed", name, tookMs, cause: reasonOf(exit.value.cause) } satisfies StepOutcome
  }
  yield* Effect.logInfo("shutdown step done").pipe(Effect.annotateLogs({ tookMs }))
  return { _tag: "Done", name, tookMs } satisfies StepOutcome
})
