// What becomes of a held burst. Enters: a person's decision. Leaves: deliveries, as far as the channels have room; the rest goes on with
// the source's next polls. Promises: each step is a transaction of its own and can be repeated; an item leaves the burst together with
// its deliveries, so a crash neither loses nor doubles one.
import { Effect, Option } from "effect"
import type { Millis, SourceId } from "../domain/Names.ts"
import { routed, rulesOf } from "./AdmissionPlan.ts"
import { fitInto, viewOf } from "./Fitting.ts"
import type { Burst, BurstDecision, Route } from "./Intake.ts"
import type { IntakeReads, IntakeRows, IntakeStore } from "./IntakeStore.ts"
import { breathe } from "./Paced.ts"
import { announce, enqueue } from "./Queueing.ts"
import type { Signals } from "./Signals.ts"
import { add, countEach, nothing, type Queued, sum, type Tally } from "./Tally.ts"

/** Items per transaction: about 5 ms of work. */
const itemsPerStep = 100

/** Rows per transaction of which only a mark changes. */
const rowsPerStep = 500

type Released = Pick<Burst, "id" | "source">

interface Step {
  readonly became: Partial<Tally> & Queued
  /** Nothing more can be queued now: all is, or a channel is full. */
  readonly ended: boolean
}

const releaseSome = (rows: IntakeRows, burst: Released, routes: ReadonlyArray<Route>, now: Millis): Step => {
  const held = rows.held(burst.id, itemsPerStep)
  const bound = held.map((one) => ({ ...one, ...routed(one.item, routes) }))
  const view = viewOf(rows, routes, bound)
  const { admitted, prevented, waiting } = fitInto(bound, burst.source, view)
  const bearers = admitted.map(({ of, channels }) => ({ ...of, channels }))
  const queued = enqueue(rows, bearers, view, now)
  rows.letGo(
    burst.id,
    bearers.map((one) => one.id)
  )
  const all = waiting === 0 && held.length < itemsPerStep
  if (all) rows.setBurst(burst.id, "released", now)
  const filtered = countEach(rulesOf(bearers))
  return { became: { ...queued, fresh: bearers.length, filtered, prevented }, ended: all || waiting > 0 }
}

/**
 * Queues what fits of a burst that is decided, or is with the first of it. Returns what became of its items; `fresh` are those that it holds
 * no longer.
 */
export const release = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  burst: Released,
  routes: ReadonlyArray<Route>,
  now: Millis,
  decided: (rows: IntakeRows) => void = () => undefined
) {
  let tally = nothing
  while (true) {
    const { became, ended } = yield* store.transaction("release items", (rows) => {
      if (tally === nothing) decided(rows)
      return releaseSome(rows, burst, routes, now)
    })
    yield* announce(signals, became)
    tally = add(tally, became)
    if (ended) return tally
    yield* breathe
  }
})

const openFlood = (rows: IntakeReads, id: number): Option.Option<Burst> =>
  Option.fromNullable(rows.bursts().find((one) => one.id === id && one.kind === "flood"))

/** Keeps the newest of a burst. The oldest go first, so that a repetition after a crash keeps the same. */
const keepNewest = Effect.fnUntraced(function* (store: IntakeStore, id: number, keep: number) {
  let surplus = (yield* store.read("count held items", (rows) => rows.heldCount(id))) - keep
  while (surplus > 0) {
    const count = Math.min(surplus, rowsPerStep)
    yield* store.transaction("let go of held items", (rows) => rows.letOldestGo(id, count))
    surplus -= count
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
  const burst = yield* store.read("read the bursts", (rows) => openFlood(rows, id))
  if (Option.isNone(burst)) return Option.none<number>()
  if (decision !== "release") yield* keepNewest(store, id, decision === "discard" ? 0 : decision.newest)
  if (decision === "discard") {
    yield* store.transaction("discard a burst", (rows) => rows.setBurst(id, "discarded", now))
    return Option.some(0)
  }
  // Decided together with the first that is queued: the source's next poll, which goes on with it, would have queued what is told here.
  const { queued } = yield* release(store, signals, burst.value, routes, now, (rows) =>
    rows.setBurst(id, "releasing", now)
  )
  return Option.some(sum(queued))
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
    queued += sum((yield* release(store, signals, burst, routes, now)).queued)
  }
  return queued
})
