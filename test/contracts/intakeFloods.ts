// The Intake contract as a suite, continued: bursts, full channels, several sources for one channel, and very large documents.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import { SourceId } from "../../src/domain/Names.ts"
import { type BurstDecision, Intake } from "../../src/outbox/Intake.ts"
import { item, source } from "../identity/Arbitrary.ts"
import {
  admit,
  article,
  articles,
  channel,
  crashing,
  deals,
  type IntakeBench,
  type IntakeLayer,
  now,
  onPauses,
  other,
  queued,
  send,
  settled,
  titles,
  unguarded
} from "./IntakeBench.ts"

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`)
const into = (...channels: ReadonlyArray<Channel>) => ({
  routes: channels.map((one) => ({ channel: one, where: {} }))
})
const bursts = Effect.flatMap(Intake, (intake) => intake.bursts)
const cursor = Effect.flatMap(Intake, (intake) => intake.cursor(source().id))

const decide = (decision: BurstDecision, to = channel(), burst = 1) =>
  Effect.flatMap(Intake, (intake) => intake.decide(burst, decision, into(to).routes, now))
const goOn = (to = channel()) =>
  Effect.flatMap(Intake, (intake) => intake.continueReleases(source().id, into(to).routes, now))

/** A source with ten known articles whose next document holds a flood of 240. */
const flooded = Effect.gen(function* () {
  yield* settled(articles(1, 10))
  return yield* admit(articles(1, 250))
})

/** `largest`: items of the largest document that is tried. */
export const intakeFloodsContract = (name: string, layer: IntakeLayer, largest: number): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: bursts`, () => {
    promise(
      "a flood is remembered, held and not posted",
      Effect.gen(function* () {
        const admission = yield* flooded
        assert.deepStrictEqual(Option.getOrNull(admission.held), { burst: 1, items: 240 })
        assert.deepStrictEqual([admission.fresh, queued(admission)], [0, 0])
        assert.deepStrictEqual(yield* bursts, [
          { id: 1, source: source().id, at: now, items: 240, documentItems: 250, state: "held" }
        ])
        const next = yield* admit(articles(1, 251))
        assert.deepStrictEqual([next.known, queued(next)], [250, 1])
      })
    )

    promise(
      "ten new items in a long document, or more than half of a short one, are no flood",
      Effect.gen(function* () {
        yield* settled(articles(1, 20))
        assert.strictEqual(queued(yield* admit(articles(1, 40))), 20)
        const short = source({ id: SourceId.make("short") })
        yield* settled(articles(1, 1), { source: short })
        assert.strictEqual(queued(yield* admit(articles(1, 10), { source: short })), 9)
      })
    )

    promise(
      "with the guard off everything is posted",
      Effect.gen(function* () {
        yield* settled(articles(1, 1))
        assert.strictEqual(queued(yield* admit(articles(1, 250), { source: unguarded() })), 249)
      })
    )

    promise(
      "a released burst is posted oldest first",
      Effect.gen(function* () {
        yield* flooded
        assert.deepStrictEqual(Option.getOrNull(yield* decide("release")), 240)
        assert.deepStrictEqual(yield* titles(), numbers(11, 250))
        assert.deepStrictEqual(yield* bursts, [])
        assert.isNull(Option.getOrNull(yield* decide("release")))
      })
    )

    promise(
      "of a burst the newest few can be posted, and all others be seen",
      Effect.gen(function* () {
        yield* flooded
        assert.deepStrictEqual(Option.getOrNull(yield* decide({ newest: 3 })), 3)
        assert.deepStrictEqual(yield* titles(), ["248", "249", "250"])
        assert.strictEqual((yield* admit(articles(1, 250))).known, 250)
      })
    )

    promise(
      "a discarded burst is never posted",
      Effect.gen(function* () {
        yield* flooded
        assert.deepStrictEqual(Option.getOrNull(yield* decide("discard")), 0)
        assert.deepStrictEqual([yield* titles(), yield* bursts], [[], []])
        assert.strictEqual((yield* admit(articles(1, 250))).known, 250)
      })
    )

    promise(
      "a release into a full channel goes on as there is room",
      Effect.gen(function* () {
        const small = channel({ capacity: 150 })
        yield* flooded
        assert.deepStrictEqual(Option.getOrNull(yield* decide("release", small)), 150)
        assert.deepStrictEqual(
          (yield* bursts).map((burst) => burst.state),
          ["releasing"]
        )
        assert.strictEqual(yield* goOn(small), 0)
        yield* send(60)
        assert.strictEqual(yield* goOn(small), 60)
        yield* send(150)
        assert.strictEqual(yield* goOn(small), 30)
        assert.deepStrictEqual(yield* titles(), numbers(221, 250))
        assert.deepStrictEqual([yield* bursts, yield* goOn(small)], [[], 0])
      })
    )

    promise(
      "a burst that a crash interrupted is held whole",
      Effect.gen(function* () {
        for (const pause of [0, 1]) {
          yield* Effect.gen(function* () {
            yield* settled(articles(1, 10))
            assert.isFalse(yield* crashing(admit(articles(1, 250)), pause))
            const again = yield* admit(articles(1, 250))
            assert.strictEqual(queued(again), 0)
            assert.deepStrictEqual(
              (yield* bursts).map((burst) => burst.items),
              [240]
            )
            assert.strictEqual(queued(yield* admit(articles(1, 251))), 1)
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "a decision that comes while a flood is still being stored is about what it saw; the rest is held for another",
      Effect.gen(function* () {
        for (const [decision, posted] of [
          ["release", 100],
          [{ newest: 3 }, 3],
          ["discard", 0]
        ] as const) {
          yield* Effect.gen(function* () {
            const intake = yield* Intake
            const decideOnce = intake.decide(1, decision, into(channel()).routes, now)
            yield* settled(articles(1, 10))
            yield* onPauses(admit(articles(1, 250)), () => Effect.orDie(Effect.asVoid(decideOnce)))
            assert.strictEqual((yield* titles()).length, posted)
            assert.deepStrictEqual(
              (yield* bursts).map(({ id, items, state }) => [id, items, state]),
              [[2, 140, "held"]]
            )
            assert.deepStrictEqual(Option.getOrNull(yield* decide("release", channel(), 2)), 140)
            assert.deepStrictEqual((yield* titles()).slice(posted), numbers(111, 250))
            assert.strictEqual((yield* admit(articles(1, 250))).known, 250)
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "a flood that two polls see at once is held whole, and once",
      Effect.gen(function* () {
        for (const pause of [0, 1, 2]) {
          yield* Effect.gen(function* () {
            yield* settled(articles(1, 10))
            const intake = yield* Intake
            const slower = yield* intake.session({ source: source(), ...into(channel()), now })
            yield* slower.admit(articles(1, 250))
            const end = Effect.asVoid(slower.end({ complete: true, cursor: {} }))
            let pauses = 0
            yield* onPauses(admit(articles(1, 250)), () =>
              pauses++ === pause ? Effect.orDie(end) : Effect.void
            )
            if (pauses <= pause) yield* end
            assert.deepStrictEqual([(yield* bursts).map(({ items }) => items), yield* titles()], [[240], []])
            assert.deepStrictEqual(Option.getOrNull(yield* decide("release")), 240)
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "a release that a crash interrupted neither loses nor doubles an item",
      Effect.gen(function* () {
        for (let pause = 0; pause < 3; pause++) {
          yield* Effect.gen(function* () {
            yield* flooded
            yield* crashing(decide({ newest: 205 }), pause)
            const left = yield* bursts
            if (left[0]?.state === "held") yield* decide({ newest: 205 })
            yield* goOn()
            assert.deepStrictEqual(yield* titles(), numbers(46, 250))
          }).pipe(Effect.provide(layer))
        }
      })
    )
  })

  describe(`Intake on ${name}: full channels`, () => {
    promise(
      "a full channel takes the oldest that fit; the rest comes with the next polls, and is neither burst nor old",
      Effect.gen(function* () {
        const small = into(channel({ capacity: 30 }))
        yield* settled(articles(1, 100))
        const first = yield* admit(articles(1, 180), { ...small, cursor: { etag: '"2"' } })
        assert.deepStrictEqual([first.fresh, queued(first), first.deferred], [30, 30, 50])
        assert.deepStrictEqual(yield* titles(), numbers(101, 130))
        assert.deepStrictEqual(yield* cursor, {})
        yield* send(25)
        // Most of a shorter document is what waited: still no burst.
        const second = yield* admit(articles(120, 180), { ...small, cursor: { etag: '"3"' } })
        assert.deepStrictEqual(
          [queued(second), second.deferred, Option.getOrNull(second.held)],
          [25, 25, null]
        )
        yield* send(30)
        const third = yield* admit(articles(120, 180), { ...small, cursor: { etag: '"3"' } })
        assert.deepStrictEqual([queued(third), third.deferred], [25, 0])
        assert.deepStrictEqual(yield* titles(), numbers(156, 180))
        assert.deepStrictEqual(yield* cursor, { etag: '"3"' })
      })
    )

    promise(
      "a first sight that waits for room goes on as one",
      Effect.gen(function* () {
        const small = { ...into(channel({ capacity: 2 })), source: source({ start: 5 }) }
        assert.deepStrictEqual((yield* admit(articles(1, 20), small)).deferred, 3)
        yield* send(2)
        assert.deepStrictEqual((yield* admit(articles(1, 20), small)).deferred, 1)
        yield* send(2)
        yield* admit(articles(1, 20), small)
        yield* send(2)
        assert.deepStrictEqual(yield* titles(deals, "sent"), numbers(16, 20))
      })
    )

    promise(
      "a channel that drops its oldest keeps the newest, and the dropped stay visible",
      Effect.gen(function* () {
        const small = into(channel({ capacity: 3, overflow: "drop-oldest" }))
        const first = yield* admit(articles(1, 5), { ...small, source: unguarded({ start: "all" }) })
        assert.deepStrictEqual([first.fresh, first.deferred], [5, 0])
        assert.deepStrictEqual(yield* titles(), ["3", "4", "5"])
        assert.deepStrictEqual(yield* titles(deals, "expired"), ["1", "2"])
        yield* admit(articles(1, 6), small)
        assert.deepStrictEqual(yield* titles(), ["4", "5", "6"])
      })
    )

    promise(
      "a channel that drops its lowest keeps the greatest discounts",
      Effect.gen(function* () {
        const offer = (discount: number) =>
          item({
            title: `${discount}`,
            offer: {
              id: `${discount}`,
              price: { amount: `${100 - discount}`, currency: "EUR" },
              oldPrice: { amount: "100", currency: "EUR" }
            }
          })
        const small = into(channel({ capacity: 2, overflow: "drop-lowest" }))
        yield* admit([50, 10, 30, 20].map(offer), { ...small, source: unguarded({ start: "all" }) })
        assert.deepStrictEqual([...(yield* titles())].sort(), ["30", "50"])
      })
    )

    promise(
      "an item waits for all of its channels, and one that drops does not hold it up",
      Effect.gen(function* () {
        const both = into(
          channel({ capacity: 1 }),
          channel({ id: other, capacity: 1, overflow: "drop-oldest" })
        )
        const first = yield* admit(articles(1, 3), { ...both, source: unguarded({ start: "all" }) })
        assert.deepStrictEqual([queued(first), queued(first, other), first.deferred], [1, 1, 2])
      })
    )
  })

  describe(`Intake on ${name}: several sources`, () => {
    const phone = (id: string) => item({ title: id, offer: { id, gtin: "4015600608835" } })
    const shop = (id: string) => unguarded({ id: SourceId.make(id), start: "all" })

    promise(
      "a product that another source brought goes into the channel once, and into other channels",
      Effect.gen(function* () {
        yield* admit([phone("a")], { source: shop("one") })
        const second = yield* admit([phone("b")], {
          source: shop("two"),
          ...into(channel(), channel({ id: other }))
        })
        assert.deepStrictEqual([second.fresh, second.duplicatesPrevented], [1, 1])
        assert.deepStrictEqual([yield* titles(), yield* titles(other)], [["a"], ["b"]])
      })
    )

    promise(
      "offers of one source are never merged by their barcode",
      Effect.gen(function* () {
        const first = yield* admit([phone("a")], { source: shop("one") })
        const second = yield* admit([phone("b")], { source: shop("one") })
        assert.deepStrictEqual([queued(first), queued(second), second.duplicatesPrevented], [1, 1, 0])
      })
    )

    promise(
      "the same page from two sources goes into the channel once",
      Effect.gen(function* () {
        yield* admit([article("a")], { source: shop("one") })
        const second = yield* admit([article("a", { guid: "x" })], { source: shop("two") })
        assert.strictEqual(second.duplicatesPrevented, 1)
      })
    )

    promise(
      "a page that has moved is the same where it is now, and a product by the barcode that it has got",
      Effect.gen(function* () {
        const lamp = (gtin?: string) =>
          item({ title: "lamp", offer: { id: "1", ...(gtin === undefined ? {} : { gtin }) } })
        const gtin = "4006381333931"
        yield* admit([article("a"), lamp()], { source: shop("one") })
        const moved = article("a", { link: "https://example.com/moved" })
        yield* admit([moved, lamp(gtin)], { source: shop("one") })
        const others = [{ ...moved, guid: "x" }, item({ title: "lamp", offer: { id: "x", gtin } })]
        const second = yield* admit(others, { source: shop("two") })
        assert.deepStrictEqual([second.duplicatesPrevented, yield* titles()], [2, ["lamp", "a"]])
      })
    )

    promise(
      "what has moved while it was held is recognised at both places",
      Effect.gen(function* () {
        yield* flooded
        const moved = article(250, { link: "https://example.com/moved" })
        yield* admit([moved, ...articles(1, 249)])
        yield* decide("release")
        const again = [article(250, { guid: "x" }), { ...moved, guid: "y" }]
        const second = yield* admit(again, { source: shop("two") })
        assert.deepStrictEqual([second.duplicatesPrevented, queued(second)], [2, 0])
      })
    )
  })

  describe(`Intake on ${name}: very large documents`, () => {
    const portions: Array<number> = []
    const measured = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
      let last = performance.now()
      return onPauses(effect, () =>
        Effect.async<void>((resume) => {
          portions.push(performance.now() - last)
          setImmediate(() => {
            last = performance.now()
            resume(Effect.void)
          })
        })
      )
    }

    it.effect(
      `${largest} items are admitted in short portions, and known the next time`,
      () =>
        Effect.gen(function* () {
          const large = articles(1, largest)
          const first = yield* measured(admit(large, { source: source({ start: 3 }) }))
          assert.deepStrictEqual([first.fresh, first.baseline, queued(first)], [largest, largest - 3, 3])
          const again = yield* measured(admit(large))
          assert.deepStrictEqual([again.known, again.updated], [largest, 0])
          // The median, since this machine may be busy with other things: it says how the work is cut.
          const median = portions.toSorted((a, b) => a - b)[Math.floor(portions.length / 2)] ?? 0
          assert.isBelow(median, 50)
          assert.isAbove(portions.length, largest / 75)
        }).pipe(Effect.provide(layer)),
      180_000
    )
  })
}
