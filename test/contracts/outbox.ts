// The Outbox contract as a suite that every store must pass. A store gives a layer and a way to put deliveries into it.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Layer, Option } from "effect"
import type { DeliveryState } from "../../src/domain/Delivery.ts"
import { markerLength, markerOf } from "../../src/domain/Marker.ts"
import { ChannelId, DeliveryId, Fence, type Millis } from "../../src/domain/Names.ts"
import { NoLongerQueued } from "../../src/outbox/NoLongerQueued.ts"
import { LeaseLost, Outbox, type Outcome, type Resolution } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Steering } from "../../src/outbox/Steering.ts"

export interface Queued {
  readonly channel: ChannelId
  readonly title: string
  readonly priority: number
  readonly now: Millis
  readonly brand?: string
  readonly category?: string
}

/** What Intake does in the program. */
export class Enqueue extends Context.Tag("test/Enqueue")<
  Enqueue,
  (delivery: Queued) => Effect.Effect<DeliveryId>
>() {}

export const deals = ChannelId.make("deals")
export const news = ChannelId.make("news")
const other = ChannelId.make("other")
export const now = 1_000_000

let markers = 0
export const post = { html: "<b>Hello</b>", photoUrls: [], buttons: [], silent: false }

/** Ten characters, another one each time. */
export const newMarker = () => markerOf(Array.from(`${markers++}`.padStart(markerLength, "0"), Number))

export const enqueue = (title = "an item", options: Partial<Queued> = {}) =>
  Effect.flatMap(Enqueue, (put) => put({ channel: deals, title, priority: 0, now, ...options }))

/** The channel's lease, taken by `owner` for a minute. */
export const lease = (owner = "me", channel = deals, at = now) =>
  Outbox.pipe(
    Effect.flatMap((outbox) => outbox.lease(channel, owner, at, 60_000)),
    Effect.flatten,
    Effect.orDieWith(() => new Error(`${owner} did not get the lease`))
  )

export const begin = (
  delivery: DeliveryId,
  fence: Fence,
  channel = deals,
  at = now,
  members: ReadonlyArray<DeliveryId> = []
) =>
  Effect.flatMap(Outbox, (outbox) =>
    outbox.begin({
      delivery,
      members,
      channel,
      fence,
      chat: "@deals",
      marker: newMarker(),
      post,
      revision: 1,
      now: at
    })
  )

const settle = (delivery: DeliveryId, fence: Fence, outcome: Outcome, channel = deals) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const attempt = yield* begin(delivery, fence, channel)
    yield* outbox.settle(attempt, fence, outcome, now)
    return attempt
  })

const claim = (channel = deals, at = now) => Effect.flatMap(Outbox, (outbox) => outbox.claim(channel, at))

const waiting = (scope: "channel" | "delivery", until: Millis, why: string) => ({
  ...({ _tag: "Waiting", until, why, scope } as const)
})

const claimedTitle = (channel = deals, at = now) =>
  Effect.map(claim(channel, at), (found) => (found._tag === "Ready" ? found.delivery.item.title : found._tag))

const sent: Outcome = { _tag: "Sent", messageIds: [7] }
const refused: Outcome = { _tag: "Refused", reason: "too long" }
const unknown: Outcome = { _tag: "Unknown", reason: "connection reset" }
const deferred = (scope: "flood" | "trouble" | "delivery"): Outcome => ({
  _tag: "Deferred",
  until: now + 5_000,
  scope,
  reason: "flood wait"
})

const dies = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) =>
    assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause), `a bug was expected to show: ${exit}`)
  )

/** Brings a new delivery into `state` by the shortest way. */
const arrive = (state: Exclude<DeliveryState, "edited" | "withdrawn" | "expired">) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const id = yield* enqueue(state)
    const fence = yield* lease()
    switch (state) {
      case "queued":
        break
      case "sending":
        yield* begin(id, fence)
        break
      case "sent":
        yield* settle(id, fence, sent)
        break
      case "refused":
        yield* settle(id, fence, refused)
        break
      case "unknown":
        yield* settle(id, fence, unknown)
        break
      case "parked":
        yield* settle(id, fence, unknown)
        yield* outbox.resolve(id, { _tag: "Park", reason: "no reader" }, now)
    }
    return { id, fence, outbox }
  })

export const outboxContract = <E>(
  store: string,
  layer: Layer.Layer<Outbox | Steering | Enqueue, E, Signals>
) =>
  describe(`Outbox (${store})`, () => {
    const test = (name: string, run: Effect.Effect<void, unknown, Outbox | Steering | Enqueue | Signals>) =>
      it.scoped(name, () => Effect.provide(run, Layer.provideMerge(layer, Signals.layer)))

    describe("lease", () => {
      test(
        "is given to one owner at a time, and to the next only after it has ended",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const first = yield* lease("first")
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "second", now + 59_999, 60_000)))
          const second = yield* lease("second", deals, now + 60_000)
          assert.isAbove(second, first)
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "first", now + 60_001, 60_000)))
        })
      )
      test(
        "keeps its fence when its owner renews it, and is longer then",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const fence = yield* lease("me")
          assert.strictEqual(yield* lease("me", deals, now + 50_000), fence)
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "other", now + 70_000, 60_000)))
        })
      )
      test(
        "of a dead owner does not last for as long as the clock was ahead; one who lives on keeps it",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const asks = (owner: string, at: number) => outbox.lease(deals, owner, now + at, 60_000)
          yield* lease("me", deals, now + 86_400_000)
          assert.isTrue(Option.isNone(yield* asks("other", 0)))
          assert.isTrue(Option.isSome(yield* asks("me", 20_000)))
          assert.isTrue(Option.isNone(yield* asks("other", 79_999)))
          yield* lease("me", deals, now + 86_400_000)
          assert.isTrue(Option.isNone(yield* asks("other", 0)))
          assert.isTrue(Option.isNone(yield* asks("other", 120_000)))
          assert.isTrue(Option.isSome(yield* asks("other", 240_000)))
        })
      )
      test(
        "given back is free at once, and gives a higher fence",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const id = yield* enqueue()
          const fence = yield* lease("me")
          yield* outbox.confirm(deals, fence)
          yield* outbox.yieldLease(deals, fence)
          assert.instanceOf(yield* Effect.flip(begin(id, fence)), LeaseLost)
          assert.instanceOf(yield* Effect.flip(outbox.confirm(deals, fence)), LeaseLost)
          const next = yield* lease("other")
          assert.isAbove(next, fence)
          yield* outbox.confirm(deals, next)
          assert.instanceOf(yield* Effect.flip(outbox.confirm(deals, fence)), LeaseLost)
        })
      )
      test(
        "cannot be given back by an owner who lost it",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const old = yield* lease("old")
          yield* lease("new", deals, now + 60_000)
          yield* outbox.yieldLease(deals, old)
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "old", now + 60_001, 60_000)))
        })
      )
      test(
        "renewed with others is longer then; one that was lost or given back stays as it is, and is not among those that are named",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const [kept, back, lost] = [yield* lease("me"), yield* lease("me", news), yield* lease("me", other)]
          yield* outbox.yieldLease(news, back)
          yield* lease("new", other, now + 60_000)
          const leases = new Map([[deals, kept] as const, [news, back] as const, [other, lost] as const])
          assert.deepStrictEqual([...(yield* outbox.renew("me", leases, now + 50_000, 60_000))], [deals])
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "new", now + 109_999, 60_000)))
          assert.isTrue(Option.isSome(yield* outbox.lease(deals, "new", now + 110_000, 60_000)))
          assert.isTrue(Option.isSome(yield* outbox.lease(news, "new", now + 50_001, 60_000)))
          assert.isTrue(Option.isNone(yield* outbox.lease(other, "me", now + 60_001, 60_000)))
        })
      )
      test(
        "of one channel says nothing about another",
        Effect.gen(function* () {
          yield* lease("me", deals)
          yield* lease("other", news)
        })
      )
    })

    describe("a stale fence", () => {
      test(
        "writes nothing: no attempt, no outcome, no recovery",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const first = yield* enqueue("first")
          const old = yield* lease("old")
          const attempt = yield* begin(first, old)
          const fresh = yield* lease("new", deals, now + 60_000)
          assert.instanceOf(yield* Effect.flip(outbox.settle(attempt, old, sent, now)), LeaseLost)
          assert.instanceOf(yield* Effect.flip(outbox.recover(deals, old, now)), LeaseLost)
          assert.instanceOf(yield* Effect.flip(outbox.moveTo(deals, old, "@deals")), LeaseLost)
          assert.strictEqual(yield* outbox.recover(deals, fresh, now), 1)
          yield* outbox.resolve(first, { _tag: "Absent" }, now)
          assert.instanceOf(yield* Effect.flip(begin(first, old)), LeaseLost)
          assert.strictEqual(yield* claimedTitle(), "first")
        })
      )
    })

    describe("claim", () => {
      test(
        "finds nothing in an empty channel, and never another channel's",
        Effect.gen(function* () {
          yield* enqueue("elsewhere", { channel: news })
          assert.deepStrictEqual(yield* claim(), { _tag: "Empty" })
        })
      )
      test(
        "gives the whole delivery",
        Effect.gen(function* () {
          const id = yield* enqueue("Lamp", { now: now - 5 })
          const found = yield* claim()
          assert.strictEqual(found._tag, "Ready")
          if (found._tag !== "Ready") return
          const { item, itemId: _, ...delivery } = found.delivery
          assert.strictEqual(item.title, "Lamp")
          assert.deepStrictEqual(delivery, {
            id,
            channel: deals,
            source: delivery.source,
            event: "new",
            revision: 1,
            attempts: 0,
            again: false,
            queuedAt: now - 5,
            ordinal: 0
          })
        })
      )
      test(
        "counts the posts that the channel got before: whoever asks hears the same until one more was sent there",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const ordinal = Effect.map(claim(), (found) =>
            found._tag === "Ready" ? found.delivery.ordinal : found._tag
          )
          const [first, second] = [yield* enqueue("first"), yield* enqueue("second")]
          yield* enqueue("third")
          const fence = yield* lease()
          assert.strictEqual(yield* ordinal, 0)
          // Neither a crash after the intent nor a refusal takes a turn.
          yield* settle(first, fence, unknown)
          yield* outbox.resolve(first, { _tag: "Absent" }, now)
          assert.strictEqual(yield* ordinal, 0)
          yield* settle(first, fence, sent)
          assert.strictEqual(yield* ordinal, 1)
          yield* settle(second, fence, refused)
          assert.strictEqual(yield* ordinal, 1)
          yield* enqueue("elsewhere", { channel: news })
          assert.strictEqual(
            yield* Effect.map(claim(news), (found) => found._tag === "Ready" && found.delivery.ordinal),
            0
          )
        })
      )
      test(
        "goes by priority, then first in, first out; and changes nothing",
        Effect.gen(function* () {
          const fence = yield* lease()
          const ids = new Map<string, DeliveryId>()
          for (const [title, priority] of [
            ["c", 0],
            ["d", 0],
            ["a", 5],
            ["b", 5],
            ["e", -1]
          ] as const) {
            ids.set(title, yield* enqueue(title, { priority }))
          }
          const order: Array<string> = []
          for (const _ of ids) {
            const title = yield* claimedTitle()
            assert.strictEqual(yield* claimedTitle(), title)
            order.push(title)
            yield* settle(ids.get(title) ?? DeliveryId.make(0), fence, sent)
          }
          assert.deepStrictEqual(order, ["a", "b", "c", "d", "e"])
          assert.strictEqual((yield* claim())._tag, "Empty")
        })
      )
      test(
        "finds a paused channel paused, and takes up where it was",
        Effect.gen(function* () {
          const steering = yield* Steering
          yield* enqueue("waits")
          const target = { kind: "channel", id: deals } as const
          assert.isTrue(yield* steering.pause(target, "admin", now))
          assert.isFalse(yield* steering.pause(target, "admin", now))
          assert.deepStrictEqual(yield* claim(), { _tag: "Paused" })
          assert.strictEqual(yield* steering.isPaused({ kind: "source", id: deals }), false)
          assert.deepStrictEqual(yield* steering.pauses, [{ ...target, since: now, by: "admin" }])
          assert.isTrue(yield* steering.resume(target))
          assert.isFalse(yield* steering.resume(target))
          assert.strictEqual(yield* claimedTitle(), "waits")
        })
      )
      test(
        "waits as long as the channel is held back, and a shorter hold never ends a longer one",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* enqueue("waits")
          yield* outbox.hold(deals, { until: now + 9_000, scope: "trouble", why: "no rights" }, now)
          yield* outbox.hold(deals, { until: now + 1_000, scope: "trouble", why: "out of reach" }, now)
          yield* outbox.hold(deals, { until: now + 1_000, scope: "flood", why: "flood wait" }, now)
          assert.deepStrictEqual(yield* claim(), waiting("channel", now + 9_000, "no rights"))
          yield* outbox.hold(deals, { until: now + 10_000, scope: "flood", why: "flood wait" }, now)
          assert.deepStrictEqual(yield* claim(), waiting("channel", now + 10_000, "flood wait"))
          assert.strictEqual(yield* claimedTitle(deals, now + 10_000), "waits")
        })
      )
      test(
        "looks again at once at what may be mended, and never before a flood wait is over",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* enqueue("waits")
          yield* outbox.hold(deals, { until: now + 2_000, scope: "flood", why: "flood wait" }, now)
          yield* outbox.hold(deals, { until: now + 9_000, scope: "trouble", why: "no rights" }, now)
          yield* outbox.lookAgain(deals)
          assert.deepStrictEqual(yield* claim(), waiting("channel", now + 2_000, "flood wait"))
          assert.strictEqual(yield* claimedTitle(deals, now + 2_000), "waits")
        })
      )
      test(
        "does not wait for a clock that was set back, neither for what is new nor for what is queued again",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const before = 0
          const fence = yield* lease("me")
          const id = yield* enqueue("again")
          assert.strictEqual(yield* claimedTitle(deals, before), "again")
          yield* outbox.settle(yield* begin(id, fence), fence, { _tag: "Refused", reason: "no" }, now)
          yield* outbox.retry(id, now)
          assert.strictEqual(yield* claimedTitle(deals, before), "again")
          yield* outbox.settle(yield* begin(id, fence), fence, { _tag: "Unknown", reason: "?" }, now)
          yield* outbox.resolve(id, { _tag: "Absent" }, now)
          assert.strictEqual(yield* claimedTitle(deals, before), "again")
        })
      )
      test(
        "does not wait for trouble that was noted while the clock was ahead, and waits for new trouble all the same",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* enqueue("waits")
          yield* outbox.hold(deals, { until: now + 86_400_000, scope: "trouble", why: "no network" }, now)
          assert.strictEqual(yield* claimedTitle(), "waits")
          yield* outbox.hold(deals, { until: now + 9_000, scope: "trouble", why: "no rights" }, now)
          assert.deepStrictEqual(yield* claim(), waiting("channel", now + 9_000, "no rights"))
        })
      )
      test(
        "waits for a flood that was noted while the clock was ahead as long as it was meant to, not until that date",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const [ahead, early] = [now + 86_400_000, now]
          yield* enqueue("waits")
          const fence = yield* lease("me", deals, ahead)
          yield* outbox.hold(deals, { until: ahead + 9_000, scope: "flood", why: "flood wait" }, ahead)
          yield* outbox.yieldLease(deals, fence)
          yield* lease("other", deals, early)
          assert.deepStrictEqual(yield* claim(), waiting("channel", early + 9_000, "flood wait"))
          yield* lease("other", deals, early + 5_000)
          assert.deepStrictEqual(yield* claim(), waiting("channel", early + 9_000, "flood wait"))
        })
      )
      test(
        "tries a delivery again that was put off while the clock was ahead, as soon as it was meant to",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const [ahead, early] = [now, 10_000]
          const fence = yield* lease("me", deals, ahead)
          const id = yield* enqueue("again")
          const later = {
            _tag: "Deferred",
            until: ahead + 900,
            scope: "delivery",
            reason: "odd answer"
          } as const
          yield* outbox.settle(yield* begin(id, fence), fence, later, ahead)
          yield* lease("me", deals, early)
          assert.deepStrictEqual(yield* claim(deals, early), waiting("delivery", early + 900, "odd answer"))
          assert.strictEqual(yield* claimedTitle(deals, early + 900), "again")
        })
      )
      test(
        "asks whether a post arrived of which that became unknown while the clock was ahead, without waiting for that date",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const fence = yield* lease("me", deals, now)
          const id = yield* enqueue("perhaps")
          yield* outbox.settle(yield* begin(id, fence), fence, { _tag: "Unknown", reason: "?" }, now)
          yield* lease("me", deals, 5_000)
          const found = yield* claim(deals, 5_000)
          assert.strictEqual(found._tag === "Frozen" && found.since, 5_000)
        })
      )
      test(
        "waits for a chat no longer when the channel has moved to another one, and does so for the same one",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* enqueue("moves")
          const fence = yield* lease("me")
          yield* outbox.hold(deals, { until: now + 9_000, scope: "trouble", why: "chat not found" }, now)
          for (const chat of ["@daels", "@daels"]) {
            yield* outbox.moveTo(deals, fence, chat)
            assert.strictEqual((yield* claim())._tag, "Waiting")
          }
          yield* outbox.moveTo(deals, fence, "@deals")
          assert.strictEqual(yield* claimedTitle(), "moves")
        })
      )
    })

    describe("begin", () => {
      test(
        "admits one delivery of a channel at a time, and another channel beside it",
        Effect.gen(function* () {
          const one = yield* enqueue("one")
          const two = yield* enqueue("two")
          const other = yield* enqueue("other", { channel: news })
          const fence = yield* lease()
          yield* begin(one, fence)
          yield* dies(begin(two, fence))
          const found = yield* claim()
          assert.isTrue(found._tag === "Frozen" && found.inFlight)
          yield* begin(other, yield* lease("me", news), news)
        })
      )
      test(
        "refuses a marker that was used before",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const fence = yield* lease()
          const intent = {
            channel: deals,
            fence,
            chat: "@deals",
            marker: newMarker(),
            post,
            revision: 1,
            now
          }
          const attempt = yield* outbox.begin({ ...intent, delivery: yield* enqueue("one") })
          yield* outbox.settle(attempt, fence, sent, now)
          const two = yield* enqueue("two")
          yield* dies(outbox.begin({ ...intent, delivery: two }))
          assert.strictEqual(yield* claimedTitle(), "two")
        })
      )
      for (const state of ["sent", "refused", "parked"] as const) {
        test(
          `says that a ${state} delivery is no longer queued`,
          Effect.gen(function* () {
            const { id, fence } = yield* arrive(state)
            assert.instanceOf(yield* Effect.flip(begin(id, fence)), NoLongerQueued)
          })
        )
      }
      for (const state of ["sending", "unknown"] as const) {
        test(
          `of a delivery that is ${state} is a bug`,
          Effect.gen(function* () {
            const { id, fence } = yield* arrive(state)
            yield* dies(begin(id, fence))
          })
        )
      }
      test(
        "says that a delivery of another channel, or none, is not queued here",
        Effect.gen(function* () {
          const elsewhere = yield* enqueue("elsewhere", { channel: news })
          const fence = yield* lease()
          assert.instanceOf(yield* Effect.flip(begin(elsewhere, fence)), NoLongerQueued)
          assert.instanceOf(yield* Effect.flip(begin(DeliveryId.make(99), fence)), NoLongerQueued)
        })
      )
      test(
        "is remembered with the time it began, by channel, for whoever must keep a limit after a restart",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const fence = yield* lease()
          yield* settle(yield* enqueue("first"), fence, sent)
          const second = yield* enqueue("second")
          yield* begin(second, fence, deals, now + 5_000)
          const calls = yield* outbox.callsSince(deals, now)
          assert.deepStrictEqual(
            calls.toSorted((a, b) => a.at - b.at),
            [
              { at: now, messages: 1 },
              { at: now + 5_000, messages: 1 }
            ]
          )
          assert.deepStrictEqual(yield* outbox.callsSince(deals, now + 1), [{ at: now + 5_000, messages: 1 }])
          assert.deepStrictEqual(yield* outbox.callsSince(news, now), [])
        })
      )
      test(
        "without any lease is refused",
        Effect.gen(function* () {
          const id = yield* enqueue()
          assert.instanceOf(yield* Effect.flip(begin(id, Fence.make(0))), LeaseLost)
        })
      )
    })

    describe("settle", () => {
      for (const outcome of [sent, refused]) {
        test(
          `${outcome._tag}: the delivery is over and the next one may go`,
          Effect.gen(function* () {
            const id = yield* enqueue("one")
            yield* enqueue("two")
            yield* settle(id, yield* lease(), outcome)
            assert.strictEqual(yield* claimedTitle(), "two")
          })
        )
      }
      test(
        "deferred for the channel: everything waits, then the same delivery is first",
        Effect.gen(function* () {
          const id = yield* enqueue("one")
          yield* enqueue("two")
          yield* settle(id, yield* lease(), deferred("flood"))
          assert.deepStrictEqual(yield* claim(), waiting("channel", now + 5_000, "flood wait"))
          const later = yield* claim(deals, now + 5_000)
          assert.isTrue(later._tag === "Ready" && later.delivery.id === id && later.delivery.attempts === 1)
        })
      )
      test(
        "deferred for the delivery: others go ahead, alone it is waited for",
        Effect.gen(function* () {
          const id = yield* enqueue("one")
          const two = yield* enqueue("two")
          const fence = yield* lease()
          yield* settle(id, fence, deferred("delivery"))
          assert.strictEqual(yield* claimedTitle(), "two")
          yield* settle(two, fence, sent)
          assert.deepStrictEqual(yield* claim(), waiting("delivery", now + 5_000, "flood wait"))
          assert.strictEqual(yield* claimedTitle(deals, now + 5_000), "one")
        })
      )
      test(
        "unknown: this channel stands still until it is settled, the others go on",
        Effect.gen(function* () {
          const id = yield* enqueue("one")
          const two = yield* enqueue("two")
          yield* enqueue("elsewhere", { channel: news })
          const fence = yield* lease()
          const attempt = yield* settle(id, fence, unknown)
          const found = yield* claim()
          assert.isTrue(found._tag === "Frozen" && found.attempt.id === attempt)
          if (found._tag !== "Frozen") return
          const { marker: _, ...open } = found.attempt
          assert.deepStrictEqual(
            { ...found, attempt: open },
            {
              _tag: "Frozen",
              delivery: id,
              attempt: { id: attempt, chat: "@deals", floor: 0, post, unknowns: 1 },
              since: now,
              why: "connection reset",
              inFlight: false
            }
          )
          yield* dies(begin(two, fence))
          assert.strictEqual(yield* claimedTitle(news), "elsewhere")
        })
      )
      test(
        "twice, or of no attempt, is a bug",
        Effect.gen(function* () {
          const { id, fence, outbox } = yield* arrive("queued")
          const attempt = yield* settle(id, fence, sent)
          yield* dies(outbox.settle(attempt, fence, refused, now))
          yield* outbox.settle(yield* begin(yield* enqueue(), fence), fence, sent, now)
        })
      )
      test(
        "of an attempt that is over, while its delivery is in flight again, is a bug",
        Effect.gen(function* () {
          const { id, fence, outbox } = yield* arrive("queued")
          const first = yield* settle(id, fence, deferred("delivery"))
          const second = yield* begin(id, fence)
          yield* dies(outbox.settle(first, fence, sent, now))
          yield* outbox.settle(second, fence, sent, now)
        })
      )
    })

    describe("recover", () => {
      test(
        "finds what an earlier owner left in flight, in this channel only",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const id = yield* enqueue("one")
          const attempt = yield* begin(id, yield* lease("dead"))
          yield* begin(yield* enqueue("other", { channel: news }), yield* lease("alive", news), news)
          const fence = yield* lease("new", deals, now + 60_000)
          assert.strictEqual(yield* outbox.recover(deals, fence, now + 60_000), 1)
          assert.strictEqual(yield* outbox.recover(deals, fence, now + 60_000), 0)
          const found = yield* claim(deals, now + 60_000)
          assert.deepInclude(found, { _tag: "Frozen", delivery: id, since: now + 60_000 })
          assert.isTrue(found._tag === "Frozen" && found.attempt.id === attempt)
          yield* dies(outbox.settle(attempt, fence, sent, now))
        })
      )
      test(
        "leaves everything else as it is",
        Effect.gen(function* () {
          const { fence, outbox } = yield* arrive("sent")
          yield* enqueue("queued")
          assert.strictEqual(yield* outbox.recover(deals, fence, now), 0)
          assert.strictEqual(yield* claimedTitle(), "queued")
        })
      )
    })

    describe("resolve", () => {
      const found: Resolution = { _tag: "Sent", messageIds: [8] }
      const absent: Resolution = { _tag: "Absent" }
      const giveUp: Resolution = { _tag: "GiveUp", reason: "enough" }
      const park: Resolution = { _tag: "Park", reason: "no reader" }
      const expected = [
        [found, "Empty"],
        [giveUp, "Empty"],
        [park, "Empty"],
        [absent, "Ready"]
      ] as const
      for (const state of ["unknown", "parked"] as const) {
        for (const [resolution, next] of expected) {
          test(
            `${state} as ${resolution._tag}: the channel moves again`,
            Effect.gen(function* () {
              const { id, outbox } = yield* arrive(state)
              assert.isTrue(yield* outbox.resolve(id, resolution, now))
              assert.strictEqual((yield* claim())._tag, next)
            })
          )
        }
      }
      for (const state of ["queued", "sending", "sent", "refused"] as const) {
        test(
          `does nothing to a ${state} delivery and says so`,
          Effect.gen(function* () {
            const { id, outbox } = yield* arrive(state)
            const before = yield* claim()
            for (const [resolution] of expected) assert.isFalse(yield* outbox.resolve(id, resolution, now))
            assert.deepStrictEqual(yield* claim(), before)
          })
        )
      }
      test(
        "frees a parked delivery's channel at once",
        Effect.gen(function* () {
          const { outbox } = yield* arrive("parked")
          yield* enqueue("next")
          assert.strictEqual(yield* claimedTitle(), "next")
          assert.isFalse(yield* outbox.resolve(DeliveryId.make(99), absent, now))
        })
      )
      test(
        "leaves alone what was tried again since the attempt that was looked for",
        Effect.gen(function* () {
          const { id, fence, outbox } = yield* arrive("unknown")
          const looked = yield* claim()
          assert.isTrue(looked._tag === "Frozen")
          if (looked._tag !== "Frozen") return
          yield* outbox.resolve(id, absent, now, looked.attempt.id)
          yield* settle(id, fence, unknown)
          for (const [resolution] of expected) {
            assert.isFalse(yield* outbox.resolve(id, resolution, now, looked.attempt.id))
          }
          const open = yield* claim()
          assert.isTrue(open._tag === "Frozen" && open.attempt.id !== looked.attempt.id)
        })
      )
      test(
        "as sent under an id that a person may have mistaken: what comes next is looked for where it was before",
        Effect.gen(function* () {
          const { id, fence, outbox } = yield* arrive("parked")
          yield* outbox.moveTo(deals, fence, "@deals")
          assert.isTrue(yield* outbox.resolve(id, found, now))
          yield* begin(yield* enqueue("next"), fence)
          const next = yield* claim()
          assert.strictEqual(next._tag === "Frozen" ? next.attempt.floor : undefined, 0)
        })
      )
      test(
        "as absent makes a new attempt possible, of the same delivery",
        Effect.gen(function* () {
          const { id, fence, outbox } = yield* arrive("unknown")
          yield* outbox.resolve(id, absent, now)
          const found = yield* claim()
          assert.isTrue(found._tag === "Ready" && found.delivery.id === id && found.delivery.attempts === 1)
          assert.isTrue(
            found._tag === "Ready" && found.delivery.again,
            "whoever hears of it may have heard before"
          )
          yield* settle(id, fence, sent)
        })
      )
    })

    describe("retry", () => {
      test(
        "puts a refused delivery back into the queue",
        Effect.gen(function* () {
          const { id, outbox } = yield* arrive("refused")
          assert.isTrue(yield* outbox.retry(id, now + 5))
          const found = yield* claim(deals, now + 5)
          assert.isTrue(
            found._tag === "Ready" && found.delivery.id === id && found.delivery.queuedAt === now + 5
          )
          assert.isFalse(yield* outbox.retry(id, now + 5))
        })
      )
      for (const state of ["queued", "sending", "sent", "unknown", "parked"] as const) {
        test(
          `does nothing to a ${state} delivery and says so`,
          Effect.gen(function* () {
            const { id, outbox } = yield* arrive(state)
            assert.isFalse(yield* outbox.retry(id, now))
          })
        )
      }
    })

    describe("reorder", () => {
      test(
        "puts a queued delivery before all others, whatever it waited for, or behind them",
        Effect.gen(function* () {
          const outbox = yield* Outbox
          yield* enqueue("one")
          const two = yield* enqueue("two")
          yield* enqueue("urgent", { priority: 5 })
          const fence = yield* lease()
          assert.isTrue(yield* outbox.reorder(two, "first"))
          assert.strictEqual(yield* claimedTitle(), "two")
          const until = now + 60_000
          const later = { _tag: "Deferred", scope: "delivery", until, reason: "busy" } as const
          yield* outbox.settle(yield* begin(two, fence), fence, later, now)
          assert.strictEqual(yield* claimedTitle(), "urgent")
          yield* outbox.reorder(two, "first")
          assert.strictEqual(yield* claimedTitle(), "two")
          assert.isTrue(yield* outbox.reorder(two, "last"))
          assert.strictEqual(yield* claimedTitle(), "urgent")
        })
      )
      for (const state of ["sending", "sent", "unknown", "parked", "refused"] as const) {
        test(
          `does nothing to a ${state} delivery and says so`,
          Effect.gen(function* () {
            const { id, outbox } = yield* arrive(state)
            assert.isFalse(yield* outbox.reorder(id, "first"))
          })
        )
      }
    })

    test(
      "resolving and retrying wake the channel's publisher",
      Effect.gen(function* () {
        const signals = yield* Signals
        const { id, outbox } = yield* arrive("unknown")
        yield* outbox.resolve(id, { _tag: "GiveUp", reason: "enough" }, now)
        yield* signals.wait({ kind: "channel", id: deals }, 1e12)
        yield* outbox.retry(id, now)
        yield* signals.wait({ kind: "channel", id: deals }, 1e12)
      })
    )
  })
