// The Outbox contract as a suite, continued: what goes out next under caps, several in one post, and what waits no longer.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import type { Cap } from "../../src/domain/Choice.ts"
import type { DeliveryId } from "../../src/domain/Names.ts"
import type { DigestTerms } from "../../src/domain/Opening.ts"
import type { Choosing } from "../../src/outbox/Choosing.ts"
import { type Claim, Outbox, type Outcome } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import type { Steering } from "../../src/outbox/Steering.ts"
import { begin, deals, type Enqueue, enqueue, lease, news, now } from "./outbox.ts"

const hour = 3_600_000
const perBrand = (fields: Partial<Cap> = {}): Cap => ({
  ...{ by: "brand", max: 2, perMs: hour, over: "wait" },
  ...fields
})
const full: DigestTerms = { items: 3, queuedBy: Number.MAX_SAFE_INTEGER, lateBy: Number.MIN_SAFE_INTEGER }

const claim = (choosing: Choosing, at = now) =>
  Effect.flatMap(Outbox, (outbox) => outbox.claim(deals, at, choosing))

/** What a claim finds, in words: the titles of a post, or what else. */
const words = (found: Claim): string => {
  switch (found._tag) {
    case "Ready":
      return [found.delivery, ...found.more].map(({ item }) => item.title).join(" + ")
    case "Waiting":
      return `until ${found.until}: ${found.why}`
    case "Over":
      return `over: ${found.why}`
    default:
      return found._tag
  }
}
const found = (choosing: Choosing, at = now) => Effect.map(claim(choosing, at), words)

const sentAs = (messageIds: ReadonlyArray<number>): Outcome => ({ _tag: "Sent", messageIds })

/** Sends what is claimed, as one post; the process may die after the intent. */
const post = (choosing: Choosing, at: number, outcome: Outcome | "dies" = sentAs([7])) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const fence = yield* lease("me", deals, at)
    const ready = yield* claim(choosing, at)
    if (ready._tag !== "Ready") return yield* Effect.dieMessage(`not ready: ${ready._tag}`)
    const members = ready.more.map(({ id }) => id)
    const attempt = yield* begin(ready.delivery.id, fence, deals, at, members)
    if (outcome !== "dies") yield* outbox.settle(attempt, fence, outcome, at)
    return { attempt, fence, ids: [ready.delivery.id, ...members], lead: ready.delivery.id }
  })

const three = Effect.all([enqueue("a"), enqueue("b"), enqueue("c")])

/** Whether deliveries can be begun again: what left the queue cannot. */
const refused = (delivery: DeliveryId) =>
  Effect.gen(function* () {
    const fence = yield* lease()
    const exit = yield* Effect.either(begin(delivery, fence))
    return Either.isLeft(exit)
  })

export const outboxChoicesContract = <E>(
  store: string,
  layer: Layer.Layer<Outbox | Steering | Enqueue, E, Signals>
): void => {
  const test = (name: string, run: Effect.Effect<void, unknown, Outbox | Steering | Enqueue | Signals>) =>
    it.scoped(name, () => Effect.provide(run, Layer.provideMerge(layer, Signals.layer)))

  describe(`Outbox (${store}): caps`, () => {
    test(
      "what was sent by a clock that was set back far since does not count for as long as that clock was ahead",
      Effect.gen(function* () {
        const caps = [perBrand({ max: 1 })]
        for (const title of ["a1", "a2"]) yield* enqueue(title, { brand: "acme" })
        const ahead = now + 24 * hour
        yield* post({ caps }, ahead)
        assert.strictEqual(
          yield* found({ caps }, ahead - 1_000),
          `until ${ahead + hour}: cap: 1 of brand acme in 1h`
        )
        assert.strictEqual(yield* found({ caps }, now), "a2")
      })
    )
    test(
      "what is over a cap lets others pass, and goes when the window has moved on",
      Effect.gen(function* () {
        const caps = [perBrand()]
        for (const title of ["a1", "a2", "a3"]) yield* enqueue(title, { brand: "acme" })
        yield* enqueue("b1", { brand: "best" })
        yield* enqueue("plain")
        yield* post({ caps }, now)
        yield* post({ caps }, now + 10)
        assert.strictEqual(yield* found({ caps }, now + 20), "b1")
        yield* post({ caps }, now + 20)
        yield* post({ caps }, now + 30)
        assert.strictEqual(
          yield* found({ caps }, now + 40),
          `until ${now + hour}: cap: 2 of brand acme in 1h`
        )
        assert.strictEqual(
          yield* found({ caps }, now + hour - 1),
          `until ${now + hour}: cap: 2 of brand acme in 1h`
        )
        assert.strictEqual(yield* found({ caps }, now + hour), "a3")
        assert.strictEqual(yield* found({}, now + 40), "a3")
      })
    )

    test(
      "brand and category are capped together, each over its own window",
      Effect.gen(function* () {
        const caps = [perBrand({ max: 1 }), perBrand({ by: "category", max: 1, perMs: 2 * hour })]
        yield* enqueue("one", { brand: "acme", category: "phones" })
        yield* enqueue("same brand", { brand: "acme", category: "toys" })
        yield* enqueue("same category", { brand: "best", category: "phones" })
        yield* post({ caps }, now)
        assert.strictEqual(yield* found({ caps }, now), `until ${now + hour}: cap: 1 of brand acme in 1h`)
        yield* post({ caps }, now + hour)
        assert.strictEqual(
          yield* found({ caps }, now + hour),
          `until ${now + 2 * hour}: cap: 1 of category phones in 2h`
        )
      })
    )

    test(
      "with skip the excess is named, and left out by its owner for good",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const caps = [perBrand({ max: 1, over: "skip" })]
        yield* enqueue("a1", { brand: "acme" })
        const second = yield* enqueue("a2", { brand: "acme" })
        yield* enqueue("b1", { brand: "best" })
        const { fence } = yield* post({ caps }, now)
        const over = yield* claim({ caps }, now)
        assert.deepStrictEqual(over, { _tag: "Over", delivery: second, why: "cap: 1 of brand acme in 1h" })
        assert.strictEqual(yield* outbox.expire(deals, fence, { delivery: second }, "over", now), 1)
        assert.strictEqual(yield* found({ caps }, now), "b1")
        assert.strictEqual(yield* outbox.expire(deals, fence, { delivery: second }, "over", now), 0)
      })
    )

    test(
      "only what was sent counts: neither another channel nor what was refused",
      Effect.gen(function* () {
        const caps = [perBrand({ max: 1 })]
        yield* enqueue("elsewhere", { brand: "acme", channel: news })
        yield* enqueue("a1", { brand: "acme" })
        yield* enqueue("a2", { brand: "acme" })
        yield* post({ caps }, now, { _tag: "Refused", reason: "too long" })
        assert.strictEqual(yield* found({ caps }, now), "a2")
      })
    )
  })

  describe(`Outbox (${store}): digests`, () => {
    test(
      "is gathered until it is full, or until one of it has waited long enough",
      Effect.gen(function* () {
        yield* enqueue("a")
        yield* enqueue("b", { now: now + 5 })
        assert.deepStrictEqual(yield* claim({ digest: full }), {
          ...{ _tag: "Gathering", oldestQueuedAt: now, until: Number.POSITIVE_INFINITY }
        })
        assert.strictEqual(yield* found({ digest: { ...full, lateBy: now } }), "a + b")
        yield* enqueue("c")
        yield* enqueue("d")
        assert.strictEqual(yield* found({ digest: full }), "a + b + c")
      })
    )

    test(
      "takes what was queued while the clock was ahead, as soon as the channel is taken again",
      Effect.gen(function* () {
        yield* enqueue("ahead", { now: now + 86_400_000 })
        const digest = { ...full, queuedBy: now, lateBy: now }
        assert.strictEqual(yield* found({ digest }), "Gathering")
        yield* lease()
        assert.strictEqual(yield* found({ digest }), "ahead")
      })
    )

    test(
      "takes only what was queued by its time, and knows that more is there",
      Effect.gen(function* () {
        yield* enqueue("late", { now: now + 5 })
        const digest = { ...full, queuedBy: now, lateBy: now }
        assert.strictEqual(yield* found({ digest }), "Gathering")
        yield* enqueue("early")
        assert.strictEqual(yield* found({ digest }), "early")
        assert.strictEqual(yield* found({ digest: full }, now), "Gathering")
      })
    )

    test(
      "leaves alone what may have landed by itself: that goes again as it was, at once, and the others without it",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const unknown: Outcome = { _tag: "Unknown", reason: "reset" }
        yield* enqueue("first")
        const { lead } = yield* post({}, now, unknown)
        for (const title of ["a", "b", "c"]) yield* enqueue(title)
        yield* outbox.resolve(lead, { _tag: "Absent" }, now)
        assert.strictEqual(yield* found({ digest: { ...full, items: 9 } }), "first")
        yield* outbox.reorder(lead, "last")
        assert.strictEqual(yield* found({ digest: full }), "a + b + c")
        assert.strictEqual(yield* found({ digest: { ...full, items: 4 } }), "first")
        yield* post({ digest: full }, now)
        assert.strictEqual(yield* found({ digest: full }), "first")
      })
    )

    test(
      "counts its own items against a cap",
      Effect.gen(function* () {
        for (const title of ["a1", "a2", "a3"]) yield* enqueue(title, { brand: "acme" })
        yield* enqueue("b1", { brand: "best" })
        assert.strictEqual(yield* found({ caps: [perBrand()], digest: full }), "a1 + a2 + b1")
      })
    )

    test(
      "is sent as one: all of it, exactly once",
      Effect.gen(function* () {
        yield* three
        const { ids } = yield* post({ digest: full }, now)
        assert.strictEqual(ids.length, 3)
        assert.strictEqual(yield* found({}), "Empty")
        for (const id of ids) assert.isTrue(yield* refused(id))
      })
    )

    test(
      "counts each of its items as sent for the caps",
      Effect.gen(function* () {
        for (const title of ["a1", "a2", "a3"]) yield* enqueue(title, { brand: "acme" })
        yield* post({ digest: { ...full, items: 2 } }, now)
        assert.strictEqual(
          yield* found({ caps: [perBrand()] }),
          `until ${now + hour}: cap: 2 of brand acme in 1h`
        )
        assert.strictEqual(yield* found({ caps: [perBrand({ max: 3 })] }), "a3")
      })
    )

    test(
      "that was put off goes on as it was, before anything else, whatever has come meanwhile and however the channel is set",
      Effect.gen(function* () {
        yield* three
        const until = now + 100
        yield* post({ digest: full }, now, { _tag: "Deferred", until, scope: "delivery", reason: "busy" })
        yield* enqueue("urgent", { priority: 9 })
        assert.strictEqual(yield* found({}, now), "urgent")
        assert.deepStrictEqual(yield* claim({ digest: full }), {
          ...{ _tag: "Gathering", oldestQueuedAt: now, until }
        })
        for (const choosing of [{}, { digest: full }, { digest: { ...full, items: 2 } }])
          assert.strictEqual(yield* found(choosing, until), "a + b + c")
        yield* post({}, until)
        assert.strictEqual(yield* found({}, until), "urgent")
      })
    )

    test(
      "in which the process dies is unknown as a whole: nothing else goes out, none of it is free",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* three
        yield* enqueue("next")
        const { lead, ids } = yield* post({ digest: full }, now, "dies")
        const found = yield* claim({ digest: full })
        assert.isTrue(found._tag === "Frozen" && found.inFlight && found.delivery === lead)
        const fence = yield* lease("another", deals, now + 60_000)
        assert.strictEqual(yield* outbox.recover(deals, fence, now + 60_000), 1)
        const unknown = yield* claim({ digest: full }, now + 60_000)
        assert.isTrue(unknown._tag === "Frozen" && !unknown.inFlight && unknown.delivery === lead)
        assert.isTrue(yield* outbox.resolve(lead, { _tag: "Absent" }, now + 60_000))
        const again = yield* claim({}, now + 60_000)
        assert.strictEqual(words(again), "a + b + c")
        if (again._tag === "Ready") {
          assert.isTrue(again.bound && [again.delivery, ...again.more].every((one) => one.again))
          assert.deepStrictEqual([again.delivery.id, ...again.more.map(({ id }) => id)], ids)
        }
      })
    )

    test(
      "is settled as a whole by a person who names any of it",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* three
        const unknown: Outcome = { _tag: "Unknown", reason: "reset" }
        const { ids, lead } = yield* post({ digest: full }, now, unknown)
        yield* outbox.resolve(lead, { _tag: "Park", reason: "no reader" }, now)
        assert.strictEqual(yield* found({}), "Empty")
        assert.isTrue(yield* outbox.resolve(ids[2] ?? lead, { _tag: "Sent", messageIds: [9] }, now))
        for (const id of ids) assert.isFalse(yield* outbox.resolve(id, { _tag: "Absent" }, now))
        assert.strictEqual((yield* outbox.backlog(deals)).lastSentAt, now)
      })
    )

    test(
      "that is refused is refused as a whole, and queued again as a whole",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* three
        const { ids, lead } = yield* post({ digest: full }, now, { _tag: "Refused", reason: "no" })
        assert.strictEqual(yield* found({}), "Empty")
        assert.isTrue(yield* outbox.retry(ids[1] ?? lead, now))
        assert.strictEqual(yield* found({}), "a + b + c")
      })
    )

    test(
      "does not begin when one of it left the queue, nor by one of its members",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const [a, b, c] = yield* three
        const fence = yield* lease()
        yield* outbox.expire(deals, fence, { delivery: b }, "too old", now)
        assert.isTrue(Either.isLeft(yield* Effect.either(begin(a, fence, deals, now, [b, c]))))
        assert.strictEqual(yield* found({ digest: { ...full, lateBy: now } }), "a + c")
        const attempt = yield* begin(a, fence, deals, now, [c])
        const until = now + 10
        yield* outbox.settle(
          attempt,
          fence,
          { _tag: "Deferred", until, scope: "delivery", reason: "busy" },
          now
        )
        assert.isTrue(yield* refused(c))
      })
    )
  })

  describe(`Outbox (${store}): waiting`, () => {
    test(
      "a digest that was put off waits as long as its first: what is given up is what is told to wait too long",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* enqueue("old")
        const first = yield* enqueue("first", { now: now + 100, priority: 1 })
        const until = now + 300
        const off: Outcome = { _tag: "Deferred", until, scope: "delivery", reason: "busy" }
        const digest = { ...full, items: 2 }
        const { lead, fence } = yield* post({ digest }, now + 200, off)
        assert.strictEqual(lead, first)
        assert.strictEqual((yield* outbox.backlog(deals)).oldestQueuedAt, now + 100)
        const before = { before: now + 50 }
        assert.strictEqual(yield* outbox.expire(deals, fence, before, "too old", now + 210), 0)
      })
    )

    test(
      "what was queued before a time is given up, some at a time, by the owner only",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        for (let count = 0; count < 250; count++) yield* enqueue(`old ${count}`)
        yield* enqueue("new", { now: now + 10 })
        const fence = yield* lease("me", deals, now + 10)
        const before = { before: now + 10 }
        assert.strictEqual((yield* outbox.backlog(deals)).oldestQueuedAt, now)
        assert.strictEqual(yield* outbox.expire(deals, fence, before, "too old", now), 200)
        assert.strictEqual(yield* outbox.expire(deals, fence, before, "too old", now), 50)
        assert.strictEqual(yield* outbox.expire(deals, fence, before, "too old", now), 0)
        assert.strictEqual(yield* found({}), "new")
        const other = yield* lease("another", deals, now + 70_000)
        assert.isTrue(
          Either.isLeft(yield* Effect.either(outbox.expire(deals, fence, before, "too old", now)))
        )
        assert.strictEqual(yield* outbox.expire(deals, other, before, "too old", now), 0)
      })
    )

    test(
      "the backlog says how many wait, since when, and when the channel was sent to last",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        assert.deepStrictEqual(yield* outbox.backlog(deals), {
          queued: 0,
          oldestQueuedAt: null,
          lastSentAt: null
        })
        yield* enqueue("a")
        yield* enqueue("b", { now: now + 5 })
        yield* post({}, now + 7)
        assert.deepStrictEqual(yield* outbox.backlog(deals), {
          queued: 1,
          oldestQueuedAt: now + 5,
          lastSentAt: now + 7
        })
      })
    )
  })
}
