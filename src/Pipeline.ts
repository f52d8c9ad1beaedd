// The topology: one child per channel, one per source, and the janitors, each under its own supervisor.
//
//   Pipeline ─┬─ janitors      one_for_one   upkeep: forgetting; alerts: telling people; backup: where a folder is named
//             ├─ bots          one_for_one   bot/<role>: receipts, answers of people, questions to them
//             ├─ publishers    one_for_one   channel/<id>: recovers what a dead process left in flight, then publishes
//             └─ sources       one_for_one   source/<id>: polls, reads, admits
//
// Start: in that order, so that receipts are heard before anything is sent, and what a channel left in flight is known before anything new
// is queued for it. Restart: a child alone; a broken shop never stops the rest. Escalation: a store that fails for good, or most children of
// a branch quarantined at once; then the process ends and whoever started it starts it anew.
// Stop: in reverse, a deadline each: 1 sources (nothing new comes in), 2 publishers (the send in flight is finished or stays recorded as
// in flight), 3 bots and janitors. The layers below (Redis, database) close after that.
// Reload: a changed catalog touches the children concerned only. A replaced channel first waits for the outcome of its send. A source is
// concerned when one of its channels changed, since the channel's capacity decides how much the source may admit; it is polled at once
// only when its own entry changed.
import { Cause, Context, Deferred, type Duration, Effect, Layer, Option, Ref, Tracer } from "effect"
import type { Catalog } from "./config/Catalog.ts"
import { inLine, makeLine } from "./domain/Line.ts"
import { StorageFailed } from "./domain/StorageFailed.ts"
import { difference, type Reloaded, type Wanted, wantedOf } from "./Pipeline/Difference.ts"
import { type ChannelRequirements, channelFiber } from "./publisher/ChannelFiber.ts"
import { makeRenewals } from "./publisher/Renewals.ts"
import { traced } from "./Spans.ts"
import { startSpreadMs } from "./sources/PollPlan.ts"
import { type SourceRequirements, type SourceStart, sourceFiber } from "./sources/SourceFiber.ts"
import { ChildReport } from "./supervision/ChildReport.ts"
import { ChildId, type ChildState } from "./supervision/ChildState.ts"
import type { StepOutcome } from "./supervision/Shutdown.ts"
import { runSteps } from "./supervision/Shutdown.ts"
import type { Escalated, NoSuchChild } from "./supervision/SupervisionError.ts"
import { Supervisor } from "./supervision/Supervisor.ts"

export interface PipelineOptions {
  /** Names this process in leases; unique among processes on one database. */
  readonly owner: string
  /** How long a channel stays with a process that shows no sign of life; absent: the publisher's own choice. */
  readonly leaseTtl?: Duration.DurationInput
  readonly janitors: ReadonlyMap<string, Effect.Effect<never, StorageFailed>>
  readonly bots: ReadonlyMap<string, Effect.Effect<never, StorageFailed, ChildReport>>
}

export class Pipeline extends Context.Tag("oncecast/Pipeline")<
  Pipeline,
  {
    /** The catalog in force. */
    readonly catalog: Effect.Effect<Catalog>
    /** Brings the children in line with a catalog; the first call starts them all. */
    readonly apply: (catalog: Catalog) => Effect.Effect<Reloaded>
    readonly children: Effect.Effect<ReadonlyMap<ChildId, ChildState>>
    /** A new generation of one child now, out of quarantine too. */
    readonly restart: (child: ChildId) => Effect.Effect<void, NoSuchChild>
    readonly escalation: Effect.Effect<never, Escalated>
    /** Numbered steps with a deadline each, 4 s in all. */
    readonly stop: Effect.Effect<ReadonlyArray<StepOutcome>>
  }
>() {
  static readonly layer = (options: PipelineOptions) => Layer.scoped(Pipeline, make(options))
}

type Needs = ChannelRequirements | SourceRequirements
type ChildFailure = Effect.Effect.Error<ReturnType<typeof channelFiber> | ReturnType<typeof sourceFiber>>

/** Children that are begun between two pauses, some 8 ms: the first of ten thousand are at work while the others are begun. */
const portion = 32

const noCatalog: Catalog = { admins: [], channels: new Map(), sources: new Map(), forgetMs: 0 }

/** A store that cannot go on concerns every child; what passes is only waited for. */
const isFatal = (cause: Cause.Cause<unknown>): boolean =>
  [...Cause.failures(cause)].some((failure) => failure instanceof StorageFailed && !failure.passes)

/** The services, in the span that the caller is in. */
const withSpanOf =
  <R>(services: Context.Context<R>) =>
  (caller: Context.Context<never>): Context.Context<R> =>
    Option.match(Context.getOption(caller, Tracer.ParentSpan), {
      onNone: () => services,
      onSome: (span) => Context.add(services, Tracer.ParentSpan, span)
    })

const make = (options: PipelineOptions) =>
  Effect.gen(function* () {
    const renewals = yield* makeRenewals(options.owner, options.leaseTtl) // Outlives whoever holds a lease.
    const janitors = yield* Supervisor.make({ name: "janitors", isFatal })
    const bots = yield* Supervisor.make({ name: "bots", isFatal })
    const publishers = yield* Supervisor.make({ name: "publishers", isFatal })
    const sources = yield* Supervisor.make({ name: "sources", isFatal })
    // After the supervisors, so that it is known before they stop their children.
    const ending = yield* Effect.acquireRelease(Deferred.make<void>(), (known) =>
      Deferred.succeed(known, undefined)
    )
    const servicesIn = withSpanOf(yield* Effect.context<Needs>())
    const current = yield* Ref.make(noCatalog)
    const one = makeLine(1)

    const branchOf = (id: ChildId) =>
      id.startsWith("channel/")
        ? publishers
        : id.startsWith("source/")
          ? sources
          : id.startsWith("bot/")
            ? bots
            : janitors

    const runOf = (
      child: Wanted,
      report: Context.Tag.Service<ChildReport>,
      start: SourceStart
    ): Effect.Effect<never, ChildFailure, Needs> =>
      child._tag === "Channel"
        ? channelFiber(child.channel, options.owner, report, {
            ending: Deferred.await(ending),
            words: child.words,
            renewals
          })
        : sourceFiber(
            child.source,
            child.channels.map((channel) => ({ channel, where: child.source.where })),
            report,
            start
          )

    const begin = (id: ChildId, child: Wanted | undefined, how: "start" | "replace", start: SourceStart) =>
      child === undefined
        ? Effect.void
        : Effect.mapInputContext(
            branchOf(id)[how](id, (report) => runOf(child, report, start)),
            servicesIn
          )

    const apply = traced("Pipeline.apply")(function* (catalog: Catalog) {
      const plan = difference(yield* Ref.getAndSet(current, catalog), catalog)
      const wanted = wantedOf(catalog)
      yield* Effect.forEach(
        options.janitors,
        ([id, run]) => janitors.start(ChildId.make(`janitor/${id}`), () => run),
        { discard: true }
      )
      yield* Effect.forEach(
        options.bots,
        ([id, run]) =>
          bots.start(ChildId.make(`bot/${id}`), (report) => Effect.provideService(run, ChildReport, report)),
        { discard: true }
      )
      yield* Effect.forEach(plan.stopped, (id) => branchOf(id).stop(id, "no longer in the catalog"), {
        discard: true
      })
      const renewed = new Set(plan.renewed)
      const polled = [...plan.started, ...plan.replaced].filter((id) => wanted.get(id)?._tag === "Source")
      const spreadMs = startSpreadMs(polled.length)
      yield* Effect.forEach(
        plan.replaced,
        (id) => begin(id, wanted.get(id), "replace", { spreadMs, changed: renewed.has(id) }),
        { discard: true }
      )
      for (const [at, id] of plan.started.entries()) {
        if (at % portion === 0) yield* Effect.sleep(0)
        yield* begin(id, wanted.get(id), "start", { spreadMs })
      }
      return plan
    })

    return Pipeline.of({
      catalog: Ref.get(current),
      apply: (catalog) => inLine(one)(apply(catalog)),
      children: Effect.map(
        Effect.all([janitors.states, bots.states, publishers.states, sources.states]),
        (branches) => new Map(branches.flatMap((branch) => [...branch]))
      ),
      restart: (id) => branchOf(id).restart(id),
      // Not `raceAll`, which waits for a success while one side has not failed yet.
      escalation: [bots, publishers, sources].reduce(
        (first, { escalation }) => Effect.raceFirst(first, escalation),
        janitors.escalation
      ),
      stop: Effect.zipRight(
        Deferred.succeed(ending, undefined),
        runSteps([
          { name: "stop the sources", deadline: "1 second", run: sources.stopAll("900 millis") },
          {
            name: "let the publishers finish",
            deadline: "2500 millis",
            run: publishers.stopAll("2400 millis")
          },
          {
            name: "stop the bots and janitors",
            deadline: "500 millis",
            run: Effect.all([bots.stopAll("400 millis"), janitors.stopAll("400 millis")], {
              concurrency: "unbounded"
            })
          }
        ])
      )
    })
  })
