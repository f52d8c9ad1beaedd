// Random histories, step by step on the memory layer (the specification) and on SQLite: every answer must be the same.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer } from "effect"
import * as fc from "effect/FastCheck"
import { markerLength, markerOf } from "../../src/domain/Marker.ts"
import { AttemptId, type ChannelId, DeliveryId, Fence } from "../../src/domain/Names.ts"
import { Outbox, type Outcome, type Resolution } from "../../src/outbox/Outbox.ts"
import * as OutboxMemory from "../../src/outbox/OutboxMemory.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { enqueueLayer } from "../storage/fixtures.ts"
import { deals, type Enqueue, enqueue, news } from "./outbox.ts"
import { enqueueMemory } from "./outboxMemory.ts"

type Step =
  | { readonly does: "enqueue"; readonly channel: ChannelId; readonly priority: number }
  | { readonly does: "lease"; readonly channel: ChannelId; readonly owner: string; readonly ttlMs: number }
  | { readonly does: "yieldLease" | "recover"; readonly channel: ChannelId; readonly fence: Fence }
  | {
      readonly does: "begin"
      readonly delivery: DeliveryId
      readonly channel: ChannelId
      readonly fence: Fence
      /** Uses a marker that another attempt may have. */
      readonly again: boolean
    }
  | { readonly does: "settle"; readonly attempt: AttemptId; readonly fence: Fence; readonly outcome: Outcome }
  | { readonly does: "resolve"; readonly delivery: DeliveryId; readonly resolution: Resolution }
  | { readonly does: "retry"; readonly delivery: DeliveryId }
  | { readonly does: "hold"; readonly channel: ChannelId; readonly ahead: number }

const channel: fc.Arbitrary<ChannelId> = fc.constantFrom(deals, deals, news)
const delivery = fc.integer({ min: 1, max: 4 }).map((id) => DeliveryId.make(id))
const attempt = fc.integer({ min: 1, max: 6 }).map((id) => AttemptId.make(id))
const fence = fc.constantFrom(1, 1, 2, 3).map((n) => Fence.make(n))
const reason = "a reason"
const messageIds = [7]
const outcome = fc.constantFrom<Outcome>(
  { _tag: "Sent", messageIds },
  { _tag: "Refused", reason },
  { _tag: "Unknown", reason },
  { _tag: "Deferred", until: 12, scope: "flood", reason },
  { _tag: "Deferred", until: 13, scope: "trouble", reason },
  { _tag: "Deferred", until: 15, scope: "delivery", reason }
)
const resolution = fc.constantFrom<Resolution>(
  { _tag: "Sent", messageIds },
  { _tag: "Absent" },
  { _tag: "Park", reason },
  { _tag: "GiveUp", reason }
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant("enqueue" as const), channel, priority: fc.nat({ max: 2 }) })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("lease" as const),
      channel,
      owner: fc.constantFrom("a", "a", "b"),
      ttlMs: fc.constantFrom(2, 50)
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom("yieldLease" as const, "recover" as const), channel, fence })
  },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant("begin" as const),
      delivery,
      channel,
      fence,
      again: fc.nat({ max: 2 }).map((n) => n === 0)
    })
  },
  { weight: 8, arbitrary: fc.record({ does: fc.constant("settle" as const), attempt, fence, outcome }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("resolve" as const), delivery, resolution }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("retry" as const), delivery }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("hold" as const), channel, ahead: fc.nat({ max: 9 }) })
  }
)

const post = { html: "x", photoUrls: [], buttons: [], silent: false }

/** `at` makes another one each time; 0 is the one that is used again. */
const markerAt = (at: number) => markerOf(Array.from(`${at}`.padStart(markerLength, "0"), Number))

/** `at` is the step's place in its history and its time: markers differ, and time goes on. */
const perform = (step: Step, at: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    switch (step.does) {
      case "enqueue":
        return yield* enqueue("x", { channel: step.channel, priority: step.priority, now: at })
      case "lease":
        return yield* outbox.lease(step.channel, step.owner, at, step.ttlMs)
      case "yieldLease":
        return yield* outbox.yieldLease(step.channel, step.fence)
      case "recover":
        return yield* outbox.recover(step.channel, step.fence, at)
      case "begin":
        return yield* outbox.begin({
          ...{ ...step, chat: "@deals", post, revision: 1, now: at },
          marker: markerAt(step.again ? 0 : at)
        })
      case "settle":
        return yield* outbox.settle(step.attempt, step.fence, step.outcome, at)
      case "resolve":
        return yield* outbox.resolve(step.delivery, step.resolution, at)
      case "retry":
        return yield* outbox.retry(step.delivery, at)
      case "hold":
        return step.ahead === 0
          ? yield* outbox.lookAgain(step.channel)
          : yield* outbox.hold(
              step.channel,
              { until: at + step.ahead, scope: step.ahead % 2 ? "flood" : "trouble", why: reason },
              at
            )
    }
  })

/** What a step answered, and how both channels stand after it. */
const observe = (step: Step, at: number) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(perform(step, at))
    const answer = Exit.match(exit, {
      onSuccess: (value) => String(value),
      onFailure: (cause) => (Cause.isDie(cause) ? "a bug" : String(Cause.squash(cause)))
    })
    const outbox = yield* Outbox
    const found = yield* Effect.all([outbox.claim(deals, at), outbox.claim(news, at)])
    const claims = found.map((claim) =>
      claim._tag === "Ready" ? { ...claim, delivery: { ...claim.delivery, itemId: 0, source: "" } } : claim
    )
    return { step, answer, claims }
  })

const replay = <E>(steps: ReadonlyArray<Step>, layer: Layer.Layer<Outbox | Steering | Enqueue, E>) =>
  Effect.forEach(steps, (step, index) => observe(step, index + 1)).pipe(Effect.provide(Layer.fresh(layer)))

const memory = enqueueMemory.pipe(
  Layer.provideMerge(OutboxMemory.layer),
  Layer.provideMerge(Steering.layerMemory),
  Layer.provide(Signals.layer)
)
const sqlite = enqueueLayer.pipe(Layer.provideMerge(Storage.layerMemory), Layer.provide(Signals.layer))

describe("Outbox on SQLite", () => {
  it("answers every history as the specification does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [expected, found] = await Effect.runPromise(
          Effect.all([replay(steps, memory), replay(steps, sqlite)])
        )
        assert.deepStrictEqual(found, expected)
      }),
      { numRuns: 150 }
    )
  })
})
