// The Intake contract as a suite, continued: documents that are admitted while they are read. Batches are of five items here.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import { type BurstDecision, type Ending, Intake, type Opening } from "../../src/outbox/Intake.ts"
import { item, source } from "../identity/Arbitrary.ts"
import {
  admit,
  article,
  articles,
  channel,
  crashing,
  deals,
  document,
  IntakeBench,
  type IntakeLayer,
  now,
  queued,
  send,
  settled,
  titles,
  unguarded
} from "./IntakeBench.ts"

type Streamed = Partial<Opening & Ending> & { readonly ended?: boolean }

/** Admits a document in pieces of three items; without an end when it is not `ended`. */
export const stream = Effect.fnUntraced(function* (items: ReadonlyArray<Item>, fields: Streamed = {}) {
  const { ended = true, ...given } = fields
  const intake = yield* Intake
  const opening = { ...document(items), batchItems: 5, ...given }
  const session = yield* intake.session(opening)
  for (let at = 0; at < items.length; at += 3) yield* session.admit(items.slice(at, at + 3))
  if (!ended) return Option.none()
  return Option.some(yield* session.end(opening))
})

/** The same, ended; its counts add up. */
const streamed = Effect.fnUntraced(function* (items: ReadonlyArray<Item>, fields: Streamed = {}) {
  const admission = Option.getOrThrow(yield* stream(items, fields))
  const held = Option.match(admission.held, { onNone: () => 0, onSome: (burst) => burst.items })
  const { deferred, fresh, known, repeated } = admission
  assert.strictEqual(admission.items, fresh + known + repeated + deferred + held)
  return admission
})

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`)
const etag = Effect.map(
  Effect.flatMap(Intake, (intake) => intake.cursor(source().id)),
  (cursor) => cursor.etag
)
const bursts = Effect.flatMap(Intake, (intake) => intake.bursts)
const into = (capacity: number) => [{ channel: channel({ capacity }), where: {} }]
const decide = (decision: BurstDecision) =>
  Effect.flatMap(Intake, (intake) => intake.decide(1, decision, into(10_000), now))
const goOn = (capacity: number) =>
  Effect.flatMap(Intake, (intake) => intake.continueReleases(source().id, into(capacity), now))
const items = Effect.flatMap(IntakeBench, (bench) => bench.items)
const offer = (id: string, fields: Partial<Item> = {}) => item({ title: id, offer: { id }, ...fields })

export const intakeSessionsContract = (name: string, layer: IntakeLayer): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: a document that is admitted while it is read`, () => {
    promise(
      "no longer than a batch is admitted as a whole one",
      Effect.gen(function* () {
        yield* settled(articles(1, 3))
        const short = yield* streamed(articles(1, 5), { routes: into(1) })
        // As a whole document does, it leaves what finds no room to the next poll.
        assert.deepStrictEqual([short.fresh, short.deferred, (yield* items).length], [1, 1, 4])
      })
    )

    promise(
      "is stored while it is read, and posted when it ended",
      Effect.gen(function* () {
        yield* settled(articles(1, 30))
        yield* stream(articles(1, 40), { ended: false })
        assert.isAbove((yield* items).length, 30)
        assert.deepStrictEqual([yield* titles(), yield* bursts, yield* etag], [[], [], undefined])
        const whole = yield* streamed(articles(1, 40), { cursor: { etag: '"2"' } })
        assert.deepStrictEqual([whole.fresh, whole.known, queued(whole)], [10, 30, 10])
        assert.deepStrictEqual([yield* titles(), yield* etag], [numbers(31, 40), '"2"'])
      })
    )

    promise(
      "posts its new items oldest first, by date and then from below",
      Effect.gen(function* () {
        yield* settled(articles(1, 30))
        const dated = [41, 46, 42, 45, 43, 44].map((day) => article(day, { publishedAt: day }))
        yield* streamed([...dated, ...articles(1, 30)], { source: unguarded() })
        assert.deepStrictEqual(yield* titles(), numbers(41, 46))
        yield* streamed([...articles(1, 60), ...dated], { source: unguarded() })
        assert.deepStrictEqual((yield* titles()).slice(6), [...numbers(31, 40), ...numbers(47, 60)])
      })
    )

    promise(
      "at first sight posts the newest of all of it, wherever they stand",
      Effect.gen(function* () {
        const shuffled = Array.from({ length: 40 }, (_, at) => ((at * 17) % 40) + 1)
        const dated = shuffled.map((day) => article(day, { publishedAt: day }))
        const first = yield* streamed(dated, { source: source({ start: 3 }) })
        assert.deepStrictEqual([first.fresh, first.baseline, queued(first)], [40, 37, 3])
        assert.deepStrictEqual(yield* titles(), ["38", "39", "40"])
        assert.deepStrictEqual(yield* bursts, [])
        assert.strictEqual((yield* streamed(dated)).known, 40)
      })
    )

    promise(
      "at first sight posts nothing or everything if that is wanted",
      Effect.gen(function* () {
        const silent = yield* streamed(articles(1, 20))
        assert.deepStrictEqual([silent.fresh, silent.baseline, queued(silent)], [20, 20, 0])
        const loud = source({ id: source().id, url: "https://other.example/", start: "all" })
        yield* streamed(articles(1, 21), { source: loud })
        assert.deepStrictEqual(yield* titles(), ["21"])
      })
    )

    promise(
      "posts everything of a first sight, in order",
      Effect.gen(function* () {
        const first = yield* streamed(articles(1, 250), { source: source({ start: "all" }) })
        assert.deepStrictEqual([queued(first), first.baseline], [250, 0])
        assert.deepStrictEqual(yield* titles(), numbers(1, 250))
      })
    )

    promise(
      "knows an item by the keys that another one bears now as well",
      Effect.gen(function* () {
        const one = item({ guid: "g", title: "one" })
        yield* settled([one, ...articles(1, 30)])
        const both = [one, item({ guid: "g", title: "another" }), ...articles(1, 30)]
        yield* streamed(both)
        assert.deepStrictEqual(yield* titles(), ["another"])
        yield* streamed([...articles(1, 30), ...both.slice(0, 2)])
        assert.deepStrictEqual(yield* titles(), ["another"])
      })
    )

    promise(
      "updates what changed, with its price history",
      Effect.gen(function* () {
        const shop = (price: (id: number) => string) =>
          Array.from({ length: 20 }, (_, id) =>
            item({ title: `${id}`, offer: { id: `${id}`, price: { amount: price(id), currency: "EUR" } } })
          )
        yield* streamed(shop(() => "10"))
        const second = yield* streamed(
          shop((id) => (id === 17 ? "9" : "10")),
          { now: now + 1 }
        )
        assert.deepStrictEqual([second.known, second.updated, second.fresh], [20, 1, 0])
        const prices = yield* Effect.flatMap(IntakeBench, (bench) => bench.prices("17"))
        assert.deepStrictEqual(prices, ["10", "9"])
      })
    )

    promise(
      "counts what filters keep out and what another source has brought",
      Effect.gen(function* () {
        yield* settled([])
        yield* admit([article("x")], { source: unguarded({ start: "all" }) })
        const routes = [{ channel: channel(), where: { exclude: ["7"] } }]
        const shop = unguarded({ id: SourceId.make("shop"), start: "all" })
        const first = yield* streamed([...articles(1, 9), article("x", { guid: "other" })], {
          source: shop,
          routes
        })
        assert.deepStrictEqual([first.fresh, first.duplicatesPrevented], [10, 1])
        assert.deepStrictEqual([...first.filtered], [['word "7"', 1]])
      })
    )

    promise(
      "has what it says anew of an offer prevent the same from another source",
      Effect.gen(function* () {
        const lamp = (id: number, gtin?: string) =>
          offer(`${id}`, { offer: { id: `${id}`, ...(gtin === undefined ? {} : { gtin }) } })
        const gtin = "4006381333931"
        const twelve = (last: Item) => [...Array.from({ length: 11 }, (_, at) => lamp(at)), last]
        const all = unguarded({ start: "all" })
        yield* streamed(twelve(lamp(12)), { source: all })
        yield* streamed(twelve(lamp(12, gtin)), { source: all })
        const other = { ...all, id: SourceId.make("other") }
        const again = yield* admit([lamp(1, gtin)], { source: other })
        assert.deepStrictEqual([again.duplicatesPrevented, queued(again)], [1, 0])
      })
    )

    promise(
      "that is cut off adds its items, proves nothing gone and leaves the cursor",
      Effect.gen(function* () {
        yield* streamed(articles(1, 30))
        const cut = yield* streamed(articles(21, 33), { complete: false, cursor: { etag: '"cut"' } })
        assert.deepStrictEqual([cut.fresh, cut.gone, yield* etag], [3, 0, undefined])
        assert.deepStrictEqual(yield* titles(), ["31", "32", "33"])
      })
    )

    promise(
      "that is whole proves what is gone, unless it shrank by more than half",
      Effect.gen(function* () {
        yield* streamed(articles(1, 30))
        assert.strictEqual((yield* streamed(articles(11, 30))).gone, 10)
        assert.strictEqual((yield* streamed(articles(8, 30))).gone, 0)
        const absent = Effect.flatMap(IntakeBench, (bench) => bench.absent)
        assert.deepStrictEqual(yield* absent, numbers(1, 7).toReversed())
        const shrunken = yield* streamed(articles(23, 30), { cursor: { etag: '"2"' } })
        assert.deepStrictEqual([shrunken.doubted, shrunken.gone, yield* etag], [true, 0, undefined])
      })
    )
  })

  describe(`Intake on ${name}: floods in a long document`, () => {
    promise(
      "are judged on the whole, held, and released oldest first",
      Effect.gen(function* () {
        yield* settled(articles(1, 10))
        const dated = articles(1, 40).map((one) => ({ ...one, publishedAt: Number(one.title) }))
        const flood = yield* streamed(dated.toReversed())
        assert.deepStrictEqual(Option.getOrNull(flood.held), { burst: 1, items: 30 })
        assert.deepStrictEqual([flood.fresh, queued(flood)], [0, 0])
        assert.deepStrictEqual(yield* bursts, [
          { id: 1, source: source().id, at: now, items: 30, documentItems: 40, state: "held" }
        ])
        assert.deepStrictEqual(Option.getOrNull(yield* decide({ newest: 20 })), 20)
        assert.deepStrictEqual(yield* titles(), numbers(21, 40))
      })
    )

    promise(
      "are none when most of the document is known",
      Effect.gen(function* () {
        yield* settled(articles(1, 30))
        assert.strictEqual(queued(yield* streamed(articles(1, 50))), 20)
      })
    )
  })

  describe(`Intake on ${name}: full channels and a long document`, () => {
    promise(
      "what finds no room is known, and follows in order as there is room",
      Effect.gen(function* () {
        yield* settled(articles(1, 100))
        const full = yield* streamed(articles(1, 150), { routes: into(20), cursor: { etag: '"2"' } })
        assert.deepStrictEqual([full.fresh, full.deferred, queued(full)], [20, 30, 20])
        assert.deepStrictEqual([yield* titles(), yield* etag], [numbers(101, 120), '"2"'])
        assert.deepStrictEqual(yield* bursts, [])
        yield* send(15)
        assert.strictEqual(yield* goOn(20), 15)
        yield* send(20)
        assert.strictEqual(yield* goOn(20), 15)
        assert.deepStrictEqual(yield* titles(), numbers(136, 150))
        assert.strictEqual((yield* streamed(articles(1, 150))).known, 150)
      })
    )
  })

  describe(`Intake on ${name}: keys in a long document`, () => {
    promise(
      "an offer's id decides alone, wherever it stands again",
      Effect.gen(function* () {
        const shop = Array.from({ length: 12 }, (_, id) =>
          offer(`${id}`, { link: "https://example.com/shop" })
        )
        const first = yield* streamed([...shop, offer("3", { title: "again" }), offer("11")])
        assert.deepStrictEqual([first.fresh, first.repeated], [12, 2])
        assert.strictEqual((yield* streamed(shop)).known, 12)
      })
    )

    promise(
      "variants of a group are one item",
      Effect.gen(function* () {
        const variant = (id: number) => item({ title: `${id}`, offer: { id: `${id}`, group: `g${id % 7}` } })
        const first = yield* streamed(Array.from({ length: 21 }, (_, id) => variant(id)))
        assert.deepStrictEqual([first.fresh, first.repeated], [7, 14])
      })
    )

    promise(
      "an article listed again is one; one that shares a key with another is another",
      Effect.gen(function* () {
        const shared = article("b", { guid: "guid 3" })
        const first = yield* streamed([...articles(1, 12), article(12), shared])
        assert.deepStrictEqual([first.fresh, first.repeated], [13, 1])
        const again = yield* streamed([...articles(1, 12), shared])
        assert.deepStrictEqual([again.fresh, again.known], [0, 13])
      })
    )

    promise(
      "a kind that the first batch repeats names nothing in the rest either",
      Effect.gen(function* () {
        const all = articles(1, 20).map((one) => ({ ...one, guid: "the feed" }))
        const first = yield* streamed(all)
        assert.deepStrictEqual([first.fresh, first.distrusted], [20, ["guid"]])
        const next = yield* streamed(
          [...articles(21, 21), ...articles(1, 20)].map((one) => ({ ...one, guid: "the feed" }))
        )
        assert.deepStrictEqual([next.fresh, next.known, next.distrusted], [1, 20, []])
      })
    )

    promise(
      "a kind that the whole repeats too often is distrusted from the next document on",
      Effect.gen(function* () {
        const shared = articles(1, 30).map((one, at) => (at < 6 ? one : { ...one, guid: `guid ${at % 6}` }))
        const first = yield* streamed(shared)
        assert.deepStrictEqual([first.fresh, first.distrusted], [30, ["guid"]])
        const alone = yield* admit([article("new", { guid: "guid 1" })])
        assert.deepStrictEqual([alone.fresh, alone.distrusted], [1, []])
      })
    )
  })

  describe(`Intake on ${name}: an interrupted long document`, () => {
    promise(
      "anywhere loses nothing and doubles nothing, at first sight",
      Effect.gen(function* () {
        const large = { source: source({ start: 8 }), batchItems: 20 }
        const dyingAt = (pause: number) =>
          Effect.gen(function* () {
            const done = yield* crashing(streamed(articles(1, 120), large), pause)
            yield* streamed(articles(1, 120), large)
            assert.deepStrictEqual(yield* titles(), numbers(113, 120))
            assert.deepStrictEqual([(yield* items).length, yield* bursts], [120, []])
            return done
          }).pipe(Effect.provide(layer))
        let pauses = 0
        while (!(yield* dyingAt(pauses))) pauses += 1
        assert.isAtLeast(pauses, 6)
      })
    )

    promise(
      "anywhere loses nothing and doubles nothing, of a known source",
      Effect.gen(function* () {
        const dyingAt = (pause: number) =>
          Effect.gen(function* () {
            yield* settled(articles(1, 60))
            const done = yield* crashing(streamed(articles(1, 120), { source: unguarded() }), pause)
            // What is decided already goes on before the next poll.
            yield* goOn(10_000)
            yield* streamed(articles(2, 121), { source: unguarded() })
            assert.deepStrictEqual(yield* titles(), numbers(61, 121))
            assert.deepStrictEqual([(yield* items).length, yield* bursts], [121, []])
            return done
          }).pipe(Effect.provide(layer))
        let pauses = 0
        while (!(yield* dyingAt(pauses))) pauses += 1
        assert.isAtLeast(pauses, 10)
      })
    )

    promise(
      "anywhere is held as one flood",
      Effect.gen(function* () {
        for (const pause of [0, 3, 9, 15]) {
          yield* Effect.gen(function* () {
            yield* settled(articles(1, 10))
            yield* crashing(streamed(articles(1, 100)), pause)
            yield* streamed(articles(1, 100))
            assert.deepStrictEqual(
              (yield* bursts).map((burst) => burst.items),
              [90]
            )
            assert.deepStrictEqual(yield* titles(), [])
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "by a short one that another process reads meanwhile loses nothing, whether it ends or not",
      Effect.gen(function* () {
        for (const ends of [true, false]) {
          yield* Effect.gen(function* () {
            yield* settled(articles(1, 4))
            const intake = yield* Intake
            const routes = into(10_000)
            const short = yield* intake.session({ source: unguarded(), routes, now })
            const long = yield* intake.session({ source: unguarded(), routes, now, batchItems: 5 })
            yield* long.admit(articles(1, 18))
            yield* short.admit(articles(15, 20))
            yield* short.end({ complete: true, cursor: { etag: '"short"' } })
            assert.isUndefined(yield* etag)
            if (ends) yield* long.end({ complete: true, cursor: { etag: '"long"' } })
            yield* streamed(articles(1, 20), { source: unguarded() })
            assert.deepStrictEqual(
              (yield* titles()).toSorted((a, b) => +a - +b),
              numbers(5, 20)
            )
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "goes on with a flood that a shorter one began to hold",
      Effect.gen(function* () {
        yield* settled(articles(1, 10))
        assert.isFalse(yield* crashing(admit(articles(1, 250)), 1))
        yield* stream(articles(1, 250))
        assert.deepStrictEqual([yield* titles(), (yield* bursts).length], [[], 1])
        assert.deepStrictEqual(Option.getOrNull(yield* decide("release")), 240)
      })
    )

    promise(
      "of a first sight goes by the start that its entry has when it ends",
      Effect.gen(function* () {
        for (const [start, posted] of [
          ["none", ""],
          [2, "11 12"]
        ] as const) {
          yield* Effect.gen(function* () {
            yield* stream(articles(1, 12), { source: source({ start: "all" }), ended: false })
            yield* streamed(articles(1, 12), { source: source({ start }) })
            assert.strictEqual((yield* titles()).join(" "), posted)
          }).pipe(Effect.provide(layer))
        }
      })
    )

    promise(
      "is decided with the next document, however short that is; an empty one decides nothing",
      Effect.gen(function* () {
        yield* settled(articles(1, 20))
        yield* stream(articles(15, 26), { ended: false })
        yield* admit([])
        assert.deepStrictEqual(yield* titles(), [])
        const short = yield* admit([article(26), article(20)], { complete: false })
        assert.deepStrictEqual([short.fresh, short.known], [1, 1])
        // Those that it brought before it ended are as new as this one's.
        const posted = yield* titles()
        assert.strictEqual(posted.at(-1), "26")
        assert.isAbove(posted.length, 1)
        assert.deepStrictEqual((yield* items).length, 20 + posted.length)
        assert.strictEqual((yield* admit(articles(15, 26))).fresh, 6 - posted.length)
        assert.lengthOf(yield* titles(deals), 6)
      })
    )
  })
}
