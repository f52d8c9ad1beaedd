// A source at work: polls when it is due, admits what is new, waits. Enters: the source and its routes from the catalog. Leaves: admitted
// items, journal records, reports. Promises: what a server does wrong becomes state (back-off, an open circuit), never the end of the fiber;
// a full channel holds the next poll back and loses nothing; a restart goes on where the journal ends. Never polls early on a hint.
import { Clock, Effect, FiberRef, HashMap, Option, Random } from "effect"
import type { ChannelId, Millis } from "../domain/Names.ts"
import { listsAll, type Source } from "../domain/Source.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import { Signals } from "../outbox/Signals.ts"
import { Steering, type Target } from "../outbox/Steering.ts"
import { beginning } from "../Spans.ts"
import type { Fetcher } from "./Fetcher.ts"
import type { Kinds } from "./Kinds.ts"
import type { Pages } from "./Pages.ts"
import { firstMood } from "./PollLog.ts"
import { firstAt, initial, restored } from "./PollPlan.ts"
import { SourceJournal } from "./SourceJournal.ts"
import { type Course, onClock, turn } from "./SourceTurn.ts"

/** How a source says what it does; supervision's ChildReport has this shape. */
export interface SourceReport {
  /** Polling. */
  readonly running: () => Effect.Effect<void>
  /** For the next poll, for room in a channel, for the end of a pause. */
  readonly waiting: (until: Millis, why: string) => Effect.Effect<void>
  /** The source keeps failing; it is probed at `until`. */
  readonly openCircuit: (until: Millis, why: string) => Effect.Effect<void>
}

export interface SourceStart {
  /** Spreads a first poll that is due already, ms (`startSpreadMs` of the number of sources that start together); default 0. */
  readonly spreadMs?: number
  /** The catalog entry has just changed: poll at once and whole, whatever the journal and the cursor say. */
  readonly changed?: boolean
}

export type SourceRequirements = Fetcher | Intake | Kinds | Pages | Signals | SourceJournal | Steering

/** While a hint may be lost, a pause is looked at again after 10 minutes; of a channel's room nobody tells. */
const pauseLookMs = 600_000
const roomLookMs = 5_000
/** Timers cannot be longer than 24 days; nobody minds one look a day. */
const longestWaitMs = 86_400_000

const targetOf = (source: Source): Target => ({ kind: "source", id: source.id })

/** The clock was ahead, and was set back. */
const setRight = ({ id }: Source, now: Millis) =>
  Effect.flatMap(Intake, (intake) => whilePassing(intake.setRight(id, now)))

const opening = Effect.fnUntraced(function* (source: Source, start: SourceStart) {
  const journal = yield* SourceJournal
  const last =
    start.changed === true ? undefined : Option.getOrUndefined(yield* whilePassing(journal.last(source.id)))
  const now = yield* Clock.currentTimeMillis
  if (last !== undefined && last.at > now) yield* setRight(source, now)
  const due = firstAt(last, source.everyMs, start.spreadMs ?? 0, now, yield* Random.next)
  const course: Course = {
    due,
    plan: last === undefined ? initial : restored(last),
    mood: firstMood(last?.failures ?? 0),
    why: last !== undefined && last.failures > 0 ? last.note : "next poll",
    whole: start.changed === true
  }
  return course
})

/** Nothing is read meanwhile, so that nothing new goes before what waits; a short list of the newest moves on all the same. */
const fullness = (source: Source, channel: ChannelId): string =>
  `waits: channel ${channel} is full${listsAll(source) ? "" : "; what leaves its list meanwhile is never seen"}`

/** What keeps the source from working at all; when nothing does, decided bursts go on. */
const obstacle = Effect.fnUntraced(function* (source: Source, routes: ReadonlyArray<Route>) {
  const [intake, signals, steering] = yield* Effect.all([Intake, Signals, Steering])
  const now = yield* Clock.currentTimeMillis
  if (yield* whilePassing(steering.isPaused(targetOf(source)))) {
    return { until: now + pauseLookMs, why: `paused until oncecast resume ${source.id}` }
  }
  const full = yield* whilePassing(intake.full(routes.map((route) => route.channel)))
  if (Option.isSome(full)) return { until: now + roomLookMs, why: fullness(source, full.value) }
  if ((yield* whilePassing(intake.continueReleases(source.id, routes, now))) > 0) {
    yield* Effect.forEach(routes, ({ channel }) => signals.notify({ kind: "channel", id: channel.id }), {
      discard: true
    })
  }
  return undefined
})

/** A source at work, between two looks. */
interface Life {
  readonly source: Source
  readonly routes: ReadonlyArray<Route>
  readonly report: SourceReport
  course: Course
  /** When it looked last. */
  seen: Millis
  /** What kept it from working then. */
  held: string | undefined
}

const reportWait = (report: SourceReport, { due, plan, why }: Course) =>
  plan.breaker._tag === "Open" ? report.openCircuit(due, why) : report.waiting(due, why)

/** Polls if it may. Gives the time of the next look. */
const look = Effect.fnUntraced(function* (life: Life) {
  const { source, routes, report } = life
  const held = yield* obstacle(source, routes)
  if (held?.why !== life.held) yield* Effect.logInfo(held?.why ?? "goes on")
  life.held = held?.why
  const now = yield* Clock.currentTimeMillis
  if (now < life.seen) yield* setRight(source, now)
  life.course = onClock(life.course, life.seen, now)
  life.seen = now
  if (held === undefined && now >= life.course.due) {
    yield* report.running()
    life.course = yield* beginning(turn(source, routes, life.course), "Source.turn", { source: source.id })
  }
  yield* held === undefined ? reportWait(report, life.course) : report.waiting(held.until, held.why)
  return Math.min(held === undefined ? life.course.due : held.until, now + longestWaitMs)
})

const round = (life: Life) =>
  Effect.flatMap(look(life), (until) =>
    Effect.flatMap(Signals, (signals) => signals.wait(targetOf(life.source), until))
  )

const always = () => true
const nothing = () => undefined
const never = () => Effect.never

/**
 * Looks and waits for ever. A loop of these parts and no generator: what it leaves on the fiber's stack is in memory for as long as the source
 * waits, which is nearly always: 0.3 KB in place of 2.
 */
const living = (life: Life): Effect.Effect<never, StorageFailed, SourceRequirements> => {
  const body = () => round(life)
  return Effect.flatMap(Effect.whileLoop({ while: always, body, step: nothing }), never)
}

const born = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  report: SourceReport,
  start: SourceStart
) {
  // Set and not lent: this never ends, and what gives back would stay in memory as long, 2 KB a source.
  yield* FiberRef.update(FiberRef.currentLogAnnotations, HashMap.set<string, unknown>("source", source.id))
  const course = yield* opening(source, start)
  const seen = yield* Clock.currentTimeMillis
  const life: Life = { source, routes, report, course, seen, held: undefined }
  return life
})

/** Runs a source for ever; fails only with a store that cannot go on. Wake it with `Signals` after a pause, a resume or a decision. */
export const sourceFiber = (
  source: Source,
  routes: ReadonlyArray<Route>,
  report: SourceReport,
  start: SourceStart = {}
): Effect.Effect<never, StorageFailed, SourceRequirements> =>
  Effect.flatMap(born(source, routes, report, start), living)
