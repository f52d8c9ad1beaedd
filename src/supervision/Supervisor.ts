// Keeps named fibers alive, one for one: children enter by name, their states and changes leave, and a typed failure when keeping them alive
// has become pointless. Promises: neighbours never notice a failure; nothing is given up for good; stopping ends by its deadline.
// Never knows what the children do. The tree of several supervisors and their order is the caller's (Pipeline, Shutdown).
//
//   start ──▶ Starting ──▶ Running ◀──▶ Waiting | OpenCircuit    (ChildReport)
//                ▲            │ ended (Judgement)
//        restart,│            ├──▶ Restarting ──── at `at` ───────▶ Running
//        replace,│            ├──▶ Quarantined ─── at `probeAt` ──▶ Running on probation
//        resume  │            └──▶ escalation, Paused
//                └── from every state;   pause: any ──▶ Stopping ──▶ Paused;   stop: any ──▶ Stopping ──▶ Stopped (forgotten)
import type { Cause, Duration, Effect, Scope, Stream } from "effect"
import { Context } from "effect"
import type { ChildReport } from "./ChildReport.ts"
import type { ChildChange, ChildId, ChildState } from "./ChildState.ts"
import { make } from "./OneForOne.ts"
import type { RestartPolicy } from "./RestartPolicy.ts"
import type { Escalated, NoSuchChild } from "./SupervisionError.ts"

export interface SupervisorOptions {
  /** What the children are, in the plural; used in messages. */
  readonly name: string
  readonly policy?: Partial<RestartPolicy>
  /** Which failures mean that the process itself is bad (storage I/O). None by default. Must not throw. */
  readonly isFatal?: (cause: Cause.Cause<unknown>) => boolean
}

export interface ChildOptions {
  /** How long stopping waits for the child's finalizers; 3 seconds by default. */
  readonly stopDeadline?: Duration.DurationInput
  /** Keeps the child without running it, until `resume`; the text says why. */
  readonly paused?: string
}

/** A child; its report is its own in each generation. */
export type Run<E, R> = (report: Context.Tag.Service<ChildReport>) => Effect.Effect<never, E, R>

/** Runs `run` under the name. What it needs is taken from here, once. */
type Begin = <E, R>(id: ChildId, run: Run<E, R>, options?: ChildOptions) => Effect.Effect<void, never, R>

export class Supervisor extends Context.Tag("oncecast/supervision/Supervisor")<
  Supervisor,
  {
    /** Keeps the child running from now on; a name that is kept already is left as it is. */
    readonly start: Begin
    /** Ends what runs under the name and then runs this instead, with a clean record. Returns before that end. */
    readonly replace: Begin
    /** Ends the child and forgets it. False when it overran its deadline: it is left to end by itself. */
    readonly stop: (id: ChildId, why?: string) => Effect.Effect<boolean>
    /** Ends the child but keeps its name, until `resume` or `restart`. False as for `stop`. */
    readonly pause: (id: ChildId, why: string) => Effect.Effect<boolean, NoSuchChild>
    /** Runs a paused child again; leaves any other alone. */
    readonly resume: (id: ChildId) => Effect.Effect<void, NoSuchChild>
    /** A new generation now, with a clean record, out of any state. */
    readonly restart: (id: ChildId) => Effect.Effect<void, NoSuchChild>
    /**
     * Tells all children to end, the last started first, and waits for them together, 3 seconds by default; nothing starts any more.
     * Returns those that overran. Also done when the scope closes.
     */
    readonly stopAll: (deadline?: Duration.DurationInput) => Effect.Effect<ReadonlyArray<ChildId>>
    /** All kept children, in the order of their first start. */
    readonly states: Effect.Effect<ReadonlyMap<ChildId, ChildState>>
    /** Every change from now on. Whoever reads `states` after subscribing and then follows has the whole picture. */
    readonly changes: Stream.Stream<ChildChange>
    /** Fails when the process should end: a fatal failure of a child, or most children quarantined at once. */
    readonly escalation: Effect.Effect<never, Escalated>
  }
>() {
  /** A supervisor without children; those it gets end with the scope. One for each branch of the tree. */
  static readonly make: (
    options: SupervisorOptions
  ) => Effect.Effect<Context.Tag.Service<Supervisor>, never, Scope.Scope> = make
}
