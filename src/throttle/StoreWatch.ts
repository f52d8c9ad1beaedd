// The store behind a watch: a `take` that never fails and never hands out a late grant; the footing as a value and as changes.
// Promises: one warning per loss; a lost store is left alone but for one probe, 1 s to 30 s apart, and taken back by itself.
import { Clock, type Context, Effect, Schedule, type Stream, SubscriptionRef } from "effect"
import { monotonicMs } from "../domain/MonotonicTime.ts"
import {
  attending,
  attentiveMs,
  heartbeatMs,
  longestProbeMs,
  lost,
  regained,
  type Standing,
  standingAt
} from "./Footing.ts"
import { graceMs, type Limit } from "./Limit.ts"
import { LimitStore, LimitStoreUnavailable } from "./LimitStore.ts"
import type { Verdict } from "./SlidingLog.ts"

export interface StoreWatch {
  readonly standing: Effect.Effect<Standing>
  /** The same for somebody who is about to call: from now on losses are noticed. */
  readonly attend: Effect.Effect<Standing>
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

const slow = (tookMs: number) => `its answers take ${Math.round(tookMs)} ms`

/** Asks the store and measures, by this process's own clock, how old the answer is. */
const makeTimed = (store: Context.Tag.Service<LimitStore>) =>
  Effect.fnUntraced(function* (limits: ReadonlyArray<Limit>, cost: number) {
    const asked = yield* monotonicMs
    const verdict = yield* store.take(limits, cost)
    const tookMs = (yield* monotonicMs) - asked
    return { verdict, asked, tookMs, late: tookMs > graceMs(limits) }
  })

/** `peers`: other processes use the store too, so that a loss must be noticed even between two calls. */
export const makeStoreWatch = Effect.fnUntraced(function* (peers: boolean) {
  const store = yield* LimitStore
  const scope = yield* Effect.scope
  const ref = yield* SubscriptionRef.make(standingAt(yield* monotonicMs))
  const timed = makeTimed(store)
  let lateSince: number | undefined
  /** When the last question was asked that the store has answered. */
  let answeredAt = Number.NEGATIVE_INFINITY

  const untilBack = timed(probe, 1).pipe(
    Effect.filterOrFail(
      (answer) => !answer.late,
      (answer) => new LimitStoreUnavailable({ why: slow(answer.tookMs) })
    ),
    // At once a second time: a store that has forgotten says so on the first call, and waiting again would break `regainSpreadMs`.
    Effect.retry({ times: 1 }),
    Effect.retry(probeTimes),
    Effect.delay("1 second"),
    Effect.andThen(monotonicMs),
    Effect.andThen((now) => SubscriptionRef.update(ref, (standing) => regained(standing, now))),
    Effect.andThen(Effect.logInfo("The shared limits are back"))
  )

  const lose = Effect.fnUntraced(function* (why: string) {
    const [now, since] = [yield* monotonicMs, yield* Clock.currentTimeMillis]
    const before = yield* SubscriptionRef.getAndUpdate(ref, (standing) => lost(standing, why, since, now))
    if (before.footing._tag === "Local") return
    lateSince = undefined
    yield* Effect.annotateLogs(
      Effect.logWarning("The shared limits are out of reach; going on with this process's share"),
      { why }
    )
    yield* Effect.forkIn(Effect.interruptible(untilBack), scope)
  }, Effect.uninterruptible)

  const take = Effect.fnUntraced(
    function* (limits: ReadonlyArray<Limit>, cost: number) {
      const { verdict, asked, tookMs, late } = yield* timed(limits, cost)
      answeredAt = asked
      if (verdict._tag === "Wait") return verdict
      lateSince = late ? (lateSince ?? asked) : undefined
      if (lateSince === undefined) return verdict
      yield* store.refund(limits, cost, verdict.at)
      if (asked - lateSince > tooSlowMs) yield* lose(slow(tookMs))
      return again
    },
    Effect.catchTag("LimitStoreUnavailable", (error) => Effect.as(lose(error.why), again))
  )

  const attentive = yield* Effect.makeLatch(false)
  let askedAt = yield* monotonicMs
  const attend = Effect.gen(function* () {
    const now = yield* monotonicMs
    const before = askedAt
    const known = yield* SubscriptionRef.get(ref)
    // Told to those who follow the changes only when it is one.
    const standing =
      attending(known, before, now) === known
        ? known
        : yield* SubscriptionRef.updateAndGet(ref, (latest) => attending(latest, before, now))
    askedAt = now
    yield* attentive.open
    return standing
  })
  const heartbeat = Effect.gen(function* () {
    yield* attentive.await
    const knownFor = (yield* monotonicMs) - answeredAt
    yield* Effect.sleep(knownFor < heartbeatMs ? heartbeatMs - knownFor : heartbeatMs)
    const now = yield* monotonicMs
    // A call has asked meanwhile: that was as good as a probe.
    if (now - answeredAt < heartbeatMs) return
    if (now - askedAt > attentiveMs) return yield* attentive.close
    const { footing } = yield* SubscriptionRef.get(ref)
    if (footing._tag === "Shared") yield* take(probe, 1)
  })
  // Each beat sleeps: `forever`, which yields after each, would be one more turn of the event loop.
  if (peers)
    yield* Effect.forkScoped(
      Effect.whileLoop({ while: () => true, body: () => heartbeat, step: () => undefined })
    )

  const standing = SubscriptionRef.get(ref)
  return { standing, attend: peers ? attend : standing, changes: ref.changes, take } satisfies StoreWatch
})
