// What becomes of a held burst. Enters: a person's decision. Leaves: deliveries, as far as the channels have room; the rest goes on with
// the source's next polls. Promises: each step is a transaction of its own and can be repeated; an item leaves the burst together with
// its deliveries, so a crash neither loses nor doubles one.
import { Effect, Option } from "effect"
import type { Millis, SourceId } from "../domain/Names.ts"
import { routed } from "./AdmissionPlan.ts"
import { fitInto, viewOf } from "./Fitting.ts"
import type { Burst, BurstDecision, Route } from "./Intake.ts"
import type { IntakeReads, IntakeRows, IntakeStore } from "./IntakeStore.ts"
import { breathe } from "./Paced.ts"
import { announce, enqueue } from "./Queueing.ts"
import type { Signals } from "./Signals.ts"
import { type Queued, sum } from "./Tally.ts"

/** Items per transaction: about 5 ms of work. */
const itemsPerStep = 100

/** Rows per transaction of which only a mark changes. */
const rowsPerStep = 500

interface Step extends Queued {
  /** Nothing more can be queued now: all is, or a channel is full. */
  readonly ended: boolean
}

const releaseSome = (rows: IntakeRows, burst: Burst, routes: ReadonlyArray<Route>, now: Millis): Step => {
  const held = rows.held(burst.id, itemsPerStep)
  const bound = held.map((one) => ({ ...one, ...routed(one.item, routes) }))
  const view = viewOf(rows, routes, bound)
  const { admitted, waiting } = fitInto(bound, burst.source, view)
  const bearers = admitted.map(({ of, channels }) => ({ ...of, channels }))
  const became = enqueue(rows, bearers, view, now)
  rows.letGo(
    burst.id,
    bearers.map((one) => one.id)
  )
  const all = waiting === 0 && held.length < itemsPerStep
  if (all) rows.setBurst(burst.id, "released", now)
  return { ...became, ended: all || waiting > 0 }
}

/** Queues what fits of a burst that is decided. Returns the number queued. */
const release = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  burst: Burst,
  routes: ReadonlyArray<Route>,
  now: Millis
) {
  let queued = 0
  while (true) {
    const step = yield* store.transaction("release items", (rows) => releaseSome(rows, burst, routes, now))
    yield* announce(signals, step)
    queued += sum(step.queued)
    if (step.ended) return queued
    yield* breathe
  }
})

const openBurst = (rows: IntakeReads, id: number): Option.Option<Burst> =>
  Option.fromNullable(rows.bursts().find((one) => one.id === id))

/** Keeps the newest of a burst. The oldest go first, so that a repetition after a crash keeps the same. */
const keepNewest = Effect.fnUntraced(function* (store: IntakeStore, id: number, keep: number) {
  while (true) {
    const gone = yield* store.transaction("let go of held items", (rows) =>
      rows.letOldestGo(id, keep, rowsPerStep)
    )
    if (gone < rowsPerStep) return
    yield* breathe
  }
})

/** Implements `Intake.decide`. */
export const decide = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  id: number,
  decision: BurstDecision,
  routes: ReadonlyArray<Route>,
  now: Millis
) {
  const burst = yield* store.read("read the bursts", (rows) => openBurst(rows, id))
  if (Option.isNone(burst)) return Option.none<number>()
  if (decision !== "release") yield* keepNewest(store, id, decision === "discard" ? 0 : decision.newest)
  const state = decision === "discard" ? "discarded" : "releasing"
  yield* store.transaction("decide about a burst", (rows) => rows.setBurst(id, state, now))
  if (decision === "discard") return Option.some(0)
  return Option.some(yield* release(store, signals, burst.value, routes, now))
})

/** Implements `Intake.continueReleases`. */
export const continueReleases = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  source: SourceId,
  routes: ReadonlyArray<Route>,
  now: Millis
) {
  const open = yield* store.read("read the bursts", (rows) => rows.bursts())
  let queued = 0
  for (const burst of open.filter((one) => one.source === source && one.state === "releasing")) {
    queued += yield* release(store, signals, burst, routes, now)
  }
  return queued
})
