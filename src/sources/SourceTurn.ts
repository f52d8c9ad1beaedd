// One turn of a source: polls, and does everything that follows from what came of it. Enters: the source's course so far. Leaves: its next
// course. Promises: one journal record and one count a turn, channels with new deliveries woken, a log line only when something changed.
import { Clock, Effect, Metric, MetricLabel, Random } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { duplicatesPrevented, pollSeconds, sourcePolls } from "../Metrics.ts"
import { type Cursor, Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import { Signals } from "../outbox/Signals.ts"
import { type Polled, poll } from "./Poll.ts"
import { announce, type Mood } from "./PollLog.ts"
import { noteOf, outcomeOf, resultOf } from "./PollOutcome.ts"
import { begun, next, type PollState } from "./PollPlan.ts"
import { SourceJournal } from "./SourceJournal.ts"

/** Where a source stands between two polls. */
export interface Course {
  readonly due: Millis
  readonly plan: PollState
  readonly mood: Mood
  /** Why the next poll is not now, for the report. */
  readonly why: string
  /** The next poll leaves the cursor aside. */
  readonly whole: boolean
  /**
   * The cursor of the same body, fetched whole again after the stored one. Not worth a write: after a restart one more whole body
   * brings it back.
   */
  readonly renewed?: Cursor
}

/** The course at `now` if it was `seen` before: when the clock was set back, what was due in so long still is. */
export const onClock = (course: Course, seen: Millis, now: Millis): Course =>
  now < seen ? { ...course, due: course.due - (seen - now) } : course

const wakeChannels = Effect.fnUntraced(function* (polled: Polled) {
  if (polled._tag !== "Read") return
  const signals = yield* Signals
  for (const [id, queued] of polled.admission.queued) {
    if (queued > 0) yield* signals.notify({ kind: "channel", id })
  }
})

/** Made once for each kind: making a metric costs more than counting with it. */
const pollSecondsBy = new Map<Source["kind"], typeof pollSeconds>()

const pollSecondsOf = (kind: Source["kind"]) => {
  const metric = pollSecondsBy.get(kind) ?? Metric.tagged(pollSeconds, "kind", kind)
  pollSecondsBy.set(kind, metric)
  return metric
}

const measure = Effect.fnUntraced(function* (source: Source, polled: Polled, tookMs: number) {
  yield* Metric.update(pollSecondsOf(source.kind), tookMs / 1000)
  const labels = [MetricLabel.make("source", source.id), MetricLabel.make("outcome", outcomeOf(polled))]
  yield* Metric.update(Metric.taggedWithLabels(sourcePolls, labels), 1)
  if (polled._tag !== "Read") return
  const { duplicatesPrevented: queued, repeated } = polled.admission
  yield* Metric.update(Metric.tagged(duplicatesPrevented, "source", source.id), queued + repeated)
})

const newest = ({ whole, renewed }: Course, stored: Cursor): Cursor => {
  if (whole) return {}
  return renewed !== undefined && renewed.bodyHash === stored.bodyHash ? renewed : stored
}

const renewal = ({ renewed }: Course, polled: Polled): Pick<Course, "renewed"> => {
  if (polled._tag === "Read") return {}
  if (polled._tag === "Same" && polled.fetched._tag === "Unchanged") return { renewed: polled.fetched.cursor }
  return renewed === undefined ? {} : { renewed }
}

/** What happened to offers is told while what is known of them is what the source says. */
const tell = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  polled: Polled,
  now: Millis
) {
  if (polled._tag === "Failed" || (polled._tag === "Read" && polled.admission.doubted)) return
  const intake = yield* Intake
  yield* whilePassing(intake.tell(source, routes, now))
})

/** Polls now, whatever `course.due` says. */
export const turn = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  course: Course
) {
  const intake = yield* Intake
  const journal = yield* SourceJournal
  const at = yield* Clock.currentTimeMillis
  const cursor = newest(course, yield* whilePassing(intake.cursor(source.id)))
  const polled = yield* poll(source, routes, cursor)
  const now = yield* Clock.currentTimeMillis
  const result = resultOf(polled, course.plan.failures)
  const planned = next(begun(course.plan, at), source.everyMs, result, now, yield* Random.next)
  const note = noteOf(source, polled, planned.nextAt - now)
  yield* journal.record({
    source: source.id,
    at,
    tookMs: now - at,
    outcome: outcomeOf(polled),
    note,
    fresh: polled._tag === "Read" ? polled.admission.fresh : 0,
    failures: planned.state.failures,
    nextAt: planned.nextAt
  })
  yield* wakeChannels(polled)
  yield* tell(source, routes, polled, now)
  yield* measure(source, polled, now - at)
  const after: Course = {
    due: planned.nextAt,
    plan: planned.state,
    mood: yield* announce(source, course.mood, polled, planned, now),
    why: polled._tag === "Failed" ? note : "next poll",
    whole: course.whole && polled._tag === "Failed",
    ...renewal(course, polled)
  }
  return after
})
