// The store behind a watch: a `take` that never fails and never hands out a late grant; the footing as a value and as changes.
// Promises: one warning per loss; a lost store is left alone but for one probe, 1 s to 30 s apart, and taken back by itself.
import { Clock, Effect, Schedule, type Scope, type Stream, SubscriptionRef } from "effect"
import { atStart, longestProbeMs, type Standing } from "./Footing.ts"
import { graceMs, type Limit } from "./Limit.ts"
import { LimitStore, LimitStoreUnavailable } from "./LimitStore.ts"
import { monotonicMs } from "./MonotonicTime.ts"
import type { Verdict } from "./SlidingLog.ts"

export interface StoreWatch {
  readonly standing: Effect.Effect<Standing>
  readonly changes: Stream.Stream<Standing>
  /** `Wait` of 0 ms: nothing was granted for use; ask again at once, on the footing of then. */
  readonly take: (limits: ReadonlyArray<Limit>, cost: number) => Effect.Effect<Verdict>
}

/** A store all of whose answers are late for so long is too slow to be used. One stall of this machine is over sooner. */
const tooSlowMs = 3_000

/** A store that takes no writes is no use, so the probe is a call like any other, under a limit of its own. */
const probe: ReadonlyArray<Limit> = [{ key: "probe", max: 1, windowMs: 1 }]

const probeTimes = Schedule.exponential("1 second").pipe(
  Schedule.union(Schedule.spaced(longestProbeMs)),
  Schedule.jitteredWith({ min: 0.8, max: 1 })
)

const again: Verdict = { _tag: "Wait", ms: 0, key: "" }

export const makeStoreWatch: Effect.Effect<StoreWatch, never, LimitStore | Scope.Scope> = Effect.gen(
  function* () {
    const store = yield* LimitStore
    const scope = yield* Effect.scope
    const ref = yield* SubscriptionRef.make(atStart)
    let lateSince: number | undefined

    const timed = Effect.fnUntraced(function* (limits: ReadonlyArray<Limit>, cost: number) {
      const asked = yield* monotonicMs
      const verdict = yield* store.take(limits, cost)
      const tookMs = (yield* monotonicMs) - asked
      return { verdict, asked, tookMs, late: tookMs > graceMs(limits) }
    })

    const regain = Effect.gen(function* () {
      const now = yield* monotonicMs
      yield* SubscriptionRef.update(
        ref,
        (was): Standing => ({ ...was, footing: { _tag: "Shared" }, regainedAt: now })
      )
      yield* Effect.logInfo("The shared limits are back")
    })

    const untilBack = timed(probe, 1).pipe(
      Effect.filterOrFail(
        (answer) => !answer.late,
        (answer) => new LimitStoreUnavailable({ why: `its answers take ${Math.round(answer.tookMs)} ms` })
      ),
      Effect.retry(probeTimes),
      Effect.delay("1 second"),
      Effect.andThen(regain)
    )

    const lose = Effect.fnUntraced(function* (why: string) {
      const lostAt = yield* monotonicMs
      const since = yield* Clock.currentTimeMillis
      const first = yield* SubscriptionRef.modify(ref, (was): [boolean, Standing] =>
        was.footing._tag === "Local"
          ? [false, was]
          : [true, { ...was, footing: { _tag: "Local", since, why }, lostAt }]
      )
      if (!first) return
      lateSince = undefined
      yield* Effect.logWarning("The shared limits are out of reach; going on with this process's share").pipe(
        Effect.annotateLogs({ why })
      )
      yield* Effect.forkIn(Effect.interruptible(untilBack), scope)
    }, Effect.uninterruptible)

    const take = Effect.fnUntraced(
      function* (limits: ReadonlyArray<Limit>, cost: number) {
        const answer = yield* timed(limits, cost)
        if (answer.verdict._tag === "Wait") return answer.verdict
        if (!answer.late) {
          lateSince = undefined
          return answer.verdict
        }
        lateSince ??= answer.asked
        yield* store.refund(limits, cost, answer.verdict.at)
        if (answer.asked - lateSince > tooSlowMs)
          yield* lose(`its answers take ${Math.round(answer.tookMs)} ms`)
        return again
      },
      Effect.catchTag("LimitStoreUnavailable", (lost) => Effect.as(lose(lost.why), again))
    )

    return { standing: SubscriptionRef.get(ref), changes: ref.changes, take }
  }
)
