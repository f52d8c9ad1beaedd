// What every LimitStore promises, run on each of them. `elapse` lets the store's time pass: virtual or real.
import { assert, type it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import type { Limit } from "../../src/throttle/Limit.ts"
import { spanMs } from "../../src/throttle/Limit.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import type { Verdict } from "../../src/throttle/SlidingLog.ts"

export interface LimitStoreSuite {
  readonly layer: Layer.Layer<LimitStore>
  readonly elapse: (ms: number) => Effect.Effect<void>
  readonly test: typeof it.effect | typeof it.live
}

let names = 0
/** A limit that no other test uses. Short, because some stores keep real time. */
const fresh = (max: number, windowMs: number): Limit => ({ key: `contract:${names++}`, max, windowMs })

const times = <A, E>(n: number, effect: Effect.Effect<A, E>) =>
  Effect.all(Array.from({ length: n }, () => effect))
const tags = (verdicts: ReadonlyArray<Verdict>) => verdicts.map((verdict) => verdict._tag)
const waitOf = (verdict: Verdict) => {
  assert(verdict._tag === "Wait")
  return verdict
}

export const limitStoreSuite = ({ layer, elapse, test }: LimitStoreSuite) => {
  const promise = (name: string, body: Effect.Effect<void, unknown, LimitStore>) =>
    test(name, () => Effect.provide(body, layer))

  promise(
    "grants as much as the limit, then names the limit and a wait no longer than its span",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(3, 60_000)
      assert.deepStrictEqual(tags(yield* times(3, store.take([limit]))), ["Granted", "Granted", "Granted"])
      const wait = waitOf(yield* store.take([limit]))
      assert.strictEqual(wait.key, limit.key)
      assert.isTrue(Number.isInteger(wait.ms) && wait.ms > 0 && wait.ms <= spanMs(limit))
    })
  )

  promise(
    "a wait shrinks as time passes, and a call that waited as long as told is granted",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(1, 500)
      yield* store.take([limit])
      yield* elapse(100)
      const { ms } = waitOf(yield* store.take([limit]))
      assert.isAtMost(ms, spanMs(limit) - 99)
      yield* elapse(ms)
      assert.strictEqual((yield* store.take([limit]))._tag, "Granted")
    })
  )

  promise(
    "several limits are taken together or not at all; a refused call charges nothing",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const [narrow, wide] = [fresh(1, 60_000), fresh(3, 60_000)]
      assert.strictEqual((yield* store.take([wide, narrow]))._tag, "Granted")
      const refused = yield* times(5, store.take([wide, narrow]))
      assert.deepStrictEqual(
        refused.map((verdict) => waitOf(verdict).key),
        Array(5).fill(narrow.key)
      )
      assert.deepStrictEqual(
        (yield* store.usage([wide, narrow])).map((usage) => usage.used),
        [1, 1]
      )
      assert.deepStrictEqual(tags(yield* times(3, store.take([wide]))), ["Granted", "Granted", "Wait"])
    })
  )

  promise(
    "calls that ask at the same moment see each other: in their order, each is granted or refused by itself",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const [all, own, other] = [fresh(5, 60_000), fresh(1, 60_000), fresh(9, 60_000)]
      const urgent = { ...all, max: all.max + 1 }
      const asked: ReadonlyArray<readonly [ReadonlyArray<Limit>, number, string | undefined]> = [
        [[all, own], 1, undefined],
        [[all, own], 1, own.key],
        [[other, all], 2, undefined],
        [[all], 3, all.key],
        [[other, all], 2, undefined],
        [[all], 1, all.key],
        [[urgent], 1, undefined],
        [[urgent, other], 1, urgent.key]
      ]
      const verdicts = yield* Effect.forEach(asked, ([limits, cost]) => store.take(limits, cost), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        verdicts.map((verdict) => (verdict._tag === "Wait" ? verdict.key : undefined)),
        asked.map(([, , refusedBy]) => refusedBy)
      )
      assert.deepStrictEqual(
        (yield* store.usage([urgent, own, other])).map((usage) => usage.used),
        [6, 1, 4]
      )
    })
  )

  promise(
    "the longest of several waits is the one that is told",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const [short, long] = [fresh(1, 1000), fresh(1, 60_000)]
      yield* store.take([short, long])
      const wait = waitOf(yield* store.take([short, long]))
      assert.strictEqual(wait.key, long.key)
      assert.isAbove(wait.ms, 50_000)
    })
  )

  promise(
    "an album counts as its items",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(10, 60_000)
      assert.strictEqual((yield* store.take([limit], 7))._tag, "Granted")
      assert.strictEqual((yield* store.take([limit], 4))._tag, "Wait")
      assert.strictEqual((yield* store.take([limit], 3))._tag, "Granted")
      assert.strictEqual((yield* store.take([limit], 1))._tag, "Wait")
    })
  )

  promise(
    "a call that costs more than the limit waits for an empty window and fills it",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(2, 400)
      yield* store.take([limit])
      yield* elapse(waitOf(yield* store.take([limit], 5)).ms)
      assert.strictEqual((yield* store.take([limit], 5))._tag, "Granted")
      assert.deepStrictEqual(
        (yield* store.usage([limit])).map((usage) => usage.used),
        [2]
      )
    })
  )

  promise(
    "a refund makes room for the refunded call and for no other",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const [one, other] = [fresh(4, 60_000), fresh(9, 60_000)]
      yield* store.take([one, other], 2)
      yield* elapse(5)
      const grant = yield* store.take([one, other], 2)
      assert(grant._tag === "Granted")
      yield* store.refund([one, other], 2, grant.at)
      yield* store.refund([one, other], 2, grant.at)
      assert.deepStrictEqual(
        (yield* store.usage([one, other])).map((usage) => usage.used),
        [2, 2]
      )
      assert.strictEqual((yield* store.take([one, other], 3))._tag, "Wait")
      assert.strictEqual((yield* store.take([one, other], 2))._tag, "Granted")
    })
  )

  promise(
    "limits with different keys do not know of each other",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const [one, other] = [fresh(1, 60_000), fresh(1, 60_000)]
      assert.strictEqual((yield* store.take([one]))._tag, "Granted")
      assert.strictEqual((yield* store.take([other]))._tag, "Granted")
    })
  )

  promise(
    "usage tells what counts and when one more fits, and is empty again after the span",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(2, 400)
      yield* times(2, store.take([limit]))
      const [full] = yield* store.usage([limit])
      assert(full !== undefined)
      assert.strictEqual(full.used, 2)
      assert.isTrue(full.freeInMs > 0 && full.freeInMs <= spanMs(limit))
      yield* elapse(spanMs(limit) + 1)
      const [drained] = yield* store.usage([limit])
      assert.deepStrictEqual(drained, { ...limit, used: 0, freeInMs: 0 })
    })
  )

  promise(
    "callers that come at the same time get no more than the limit together",
    Effect.gen(function* () {
      const store = yield* LimitStore
      const limit = fresh(5, 60_000)
      const verdicts = yield* Effect.all(
        Array.from({ length: 50 }, () => store.take([limit])),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(tags(verdicts).filter((tag) => tag === "Granted").length, 5)
    })
  )
}
