// The Intake contract as a suite that every store must pass: what is recognised, what a first sight posts, what a document leaves behind.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { maxBodyLength } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { item, source } from "../identity/Arbitrary.ts"
import {
  admit,
  article,
  articles,
  channel,
  crashing,
  day,
  deals,
  deliveries,
  document,
  IntakeBench,
  type IntakeLayer,
  now,
  queued,
  settled,
  titles,
  unguarded
} from "./IntakeBench.ts"

const items = Effect.flatMap(IntakeBench, (bench) => bench.items)
const cursor = (id = source().id) => Effect.flatMap(Intake, (intake) => intake.cursor(id))
const prices = (title: string) => Effect.flatMap(IntakeBench, (bench) => bench.prices(title))
const eur = (amount: string) => ({ amount, currency: "EUR" })

const offer = (id: string, amount: string) => item({ title: id, offer: { id, price: eur(amount) } })

export const intakeContract = (name: string, layer: IntakeLayer): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: recognising`, () => {
    promise(
      "the same document twice brings nothing new",
      Effect.gen(function* () {
        yield* settled([])
        yield* admit(articles(1, 5), { source: unguarded({ start: "all" }) })
        const again = yield* admit(articles(1, 5), { source: unguarded({ start: "all" }), now: now + 1 })
        assert.deepStrictEqual([again.fresh, again.known, again.updated, queued(again)], [0, 5, 0, 0])
        assert.deepStrictEqual(yield* titles(), ["1", "2", "3", "4", "5"])
      })
    )

    promise(
      "a guid made anew with each request neither repeats the item nor grows without end",
      Effect.gen(function* () {
        yield* settled([article("a")])
        for (let poll = 0; poll < 30; poll++) {
          const admission = yield* admit([article("a", { guid: `random ${poll}` })])
          assert.strictEqual(admission.fresh, 0)
        }
        assert.deepStrictEqual(
          (yield* items).map((one) => one.aliases),
          [16]
        )
      })
    )

    promise(
      "a change of the guid scheme is survived, and the next change of links too",
      Effect.gen(function* () {
        yield* settled(articles(1, 20))
        yield* admit(articles(1, 20).map((one) => ({ ...one, guid: `v2:${one.guid}` })))
        const moved = articles(1, 20).map((one) => ({
          ...one,
          guid: `v2:${one.guid}`,
          link: `https://example.com/new/${one.title}`
        }))
        assert.strictEqual((yield* admit(moved)).known, 20)
      })
    )

    promise(
      "one guid shared by all items hides none, also not in a later document with a single item",
      Effect.gen(function* () {
        const shared = (one: number) => article(one, { guid: "the feed" })
        yield* settled([shared(1), shared(2), shared(3)])
        const next = yield* admit([shared(4)])
        assert.deepStrictEqual([next.fresh, queued(next)], [1, 1])
      })
    )

    for (const count of [5, 60]) {
      promise(
        `an item of ${count} that is known by its address alone stays known when a newer one has the same address`,
        Effect.gen(function* () {
          const bare = Array.from({ length: count }, (_, at) =>
            item({ title: `${at}`, link: `https://example.com/${at}` })
          )
          yield* settled(bare)
          const newer = item({ title: "newer", link: "https://example.com/0" })
          for (const fresh of [1, 0]) {
            const next = yield* admit([newer, ...bare], { source: unguarded() })
            assert.deepStrictEqual([next.fresh, next.known], [fresh, count + 1 - fresh])
          }
          assert.deepStrictEqual(yield* titles(), ["newer"])
        })
      )
    }

    promise(
      "kinds of key that a document proved worthless are reported once and stay distrusted",
      Effect.gen(function* () {
        const shared = [1, 2, 3].map((one) => article(one, { guid: "the feed" }))
        assert.deepStrictEqual((yield* admit(shared)).distrusted, ["guid"])
        assert.deepStrictEqual((yield* admit(shared)).distrusted, [])
      })
    )

    promise(
      "a page whose product loses its number for a while, or gets one, is no other; another number there is",
      Effect.gen(function* () {
        const shop = source({ kind: "page", url: "https://shop.example/" })
        const at = (page: string, id?: string) =>
          admit(
            [
              item({
                ...{ title: `${page} ${id}`, link: `https://shop.example/${page}` },
                offer: id === undefined ? {} : { id }
              })
            ],
            { source: shop }
          )
        yield* settled([article(1)], { source: shop })
        // Its data are broken now and then.
        for (const id of ["1", undefined, "1", undefined, undefined, "1"]) yield* at("kettle", id)
        assert.deepStrictEqual((yield* titles()).length, 1)
        // It got a number, loses it for a while, and makes way for another.
        for (const id of [undefined, undefined, "7", undefined, "7", "8", undefined, "8", "9"])
          yield* at("offer-of-the-day", id)
        assert.deepStrictEqual(yield* titles(), [
          "kettle 1",
          "offer-of-the-day 7",
          "offer-of-the-day 8",
          "offer-of-the-day 9"
        ])
      })
    )

    promise(
      "a product is the same when it gets variants, and when it has none any more",
      Effect.gen(function* () {
        const shoe = (id: string, group?: string) =>
          item({ title: `shoe ${id}`, offer: { id, ...(group === undefined ? {} : { group }) } })
        yield* settled([shoe("9")])
        yield* admit([shoe("9"), shoe("1")])
        yield* admit([shoe("9"), shoe("1", "g"), shoe("2", "g")])
        yield* admit([shoe("9"), shoe("1")])
        yield* admit([shoe("9"), shoe("1"), shoe("3", "h"), shoe("4", "h")])
        yield* admit([shoe("9"), shoe("1"), shoe("3")])
        assert.deepStrictEqual(yield* titles(), ["shoe 1", "shoe 3"])
      })
    )

    promise(
      "items that leave and return are known",
      Effect.gen(function* () {
        yield* settled(articles(1, 20))
        yield* admit(articles(11, 20))
        assert.strictEqual((yield* admit(articles(1, 20), { now: now + 300 * day })).known, 20)
      })
    )

    promise(
      "an item that two known ones claim is the older one",
      Effect.gen(function* () {
        yield* settled([])
        yield* settled([item({ guid: "a", title: "older" })])
        yield* admit([item({ link: "https://example.com/b", title: "newer" })])
        const both = yield* admit([item({ guid: "a", link: "https://example.com/b", title: "changed" })])
        assert.deepStrictEqual([both.known, both.updated], [1, 1])
        assert.deepStrictEqual(
          (yield* items).map((one) => one.title),
          ["changed", "newer"]
        )
      })
    )

    promise(
      "sources do not share what they know",
      Effect.gen(function* () {
        yield* settled([item({ guid: "a", title: "a" })])
        const other = unguarded({ id: SourceId.make("other"), start: "all" })
        assert.strictEqual((yield* admit([item({ guid: "a", title: "a" })], { source: other })).fresh, 1)
      })
    )
  })

  describe(`Intake on ${name}: first sight`, () => {
    promise(
      "start: none posts nothing and remembers everything",
      Effect.gen(function* () {
        const first = yield* admit(articles(1, 30))
        assert.deepStrictEqual([first.fresh, first.baseline, queued(first)], [30, 30, 0])
        const next = yield* admit(articles(1, 31))
        assert.deepStrictEqual([next.fresh, next.baseline], [1, 0])
        assert.deepStrictEqual(yield* titles(), ["31"])
      })
    )

    promise(
      "start: all posts everything, the oldest first",
      Effect.gen(function* () {
        const first = yield* admit(articles(1, 250), { source: source({ start: "all" }) })
        assert.deepStrictEqual([queued(first), first.baseline], [250, 0])
        assert.deepStrictEqual(
          yield* titles(),
          Array.from({ length: 250 }, (_, at) => `${at + 1}`)
        )
      })
    )

    promise(
      "start: 3 posts the three newest of the whole document by date, wherever they stand in it",
      Effect.gen(function* () {
        const dated = [3, 1, 5, 2, 4].map((publishedAt) => article(publishedAt, { publishedAt }))
        const first = yield* admit(dated, { source: source({ start: 3 }) })
        assert.deepStrictEqual([first.fresh, first.baseline], [5, 2])
        assert.deepStrictEqual(yield* titles(), ["3", "4", "5"])
      })
    )

    promise(
      "a crash anywhere in a first sight changes nothing of what it posts",
      Effect.gen(function* () {
        const large = { source: source({ start: 150 }) }
        const dyingAt = (pause: number) =>
          Effect.gen(function* () {
            const done = yield* crashing(admit(articles(1, 420), large), pause)
            if (!done) assert.deepStrictEqual(yield* cursor(), {})
            yield* admit(articles(1, 420), large)
            assert.deepStrictEqual(
              yield* titles(),
              Array.from({ length: 150 }, (_, at) => `${271 + at}`)
            )
            assert.strictEqual((yield* admit(articles(1, 420), large)).fresh, 0)
            return done
          }).pipe(Effect.provide(layer))
        let pauses = 0
        while (!(yield* dyingAt(pauses))) pauses += 1
        // One before each further transaction.
        assert.isAtLeast(pauses, 4)
      })
    )

    promise(
      "a cut-off first document is not the whole: what follows in the next is still old",
      Effect.gen(function* () {
        yield* admit(articles(15, 20), { complete: false })
        const whole = yield* admit(articles(1, 20))
        assert.deepStrictEqual([whole.fresh, whole.baseline, queued(whole)], [14, 14, 0])
        assert.strictEqual(queued(yield* admit(articles(1, 21))), 1)
      })
    )

    promise(
      "a source whose document never ends is taken at its second word",
      Effect.gen(function* () {
        yield* admit(articles(1, 20), { complete: false })
        yield* admit(articles(1, 20), { complete: false })
        assert.strictEqual(queued(yield* admit(articles(1, 21), { complete: false })), 1)
      })
    )
  })

  describe(`Intake on ${name}: what a document leaves behind`, () => {
    promise(
      "the cursor advances with the document",
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* cursor(), {})
        const left = {
          urlHash: "ab",
          etag: 'W/"x"',
          lastModified: "Tue, 24 Nov 2026 04:00:00 GMT",
          bodyHash: "00ff",
          fetchedAt: now
        }
        yield* admit(articles(1, 2), { cursor: left })
        assert.deepStrictEqual(yield* cursor(), left)
        yield* admit(articles(1, 2), { cursor: {} })
        assert.deepStrictEqual(yield* cursor(), {})
      })
    )

    promise(
      "a document without items changes nothing, and the next is asked for whole",
      Effect.gen(function* () {
        yield* admit([])
        assert.deepStrictEqual(yield* cursor(), {})
        assert.strictEqual((yield* admit(articles(1, 3))).baseline, 3)
        yield* admit([], { cursor: { etag: '"2"' } })
        assert.deepStrictEqual(yield* cursor(), {})
        assert.strictEqual((yield* admit(articles(1, 3))).known, 3)
      })
    )

    promise(
      "a cut-off document adds its items, and the next is asked for whole",
      Effect.gen(function* () {
        yield* settled(articles(1, 20))
        const cut = yield* admit(articles(20, 22), { complete: false, cursor: { etag: '"cut"' } })
        assert.strictEqual(cut.fresh, 2)
        assert.deepStrictEqual(yield* cursor(), {})
      })
    )

    promise(
      "an item listed twice is one item",
      Effect.gen(function* () {
        const first = yield* admit([...articles(1, 5), article(3)], { source: unguarded({ start: "all" }) })
        assert.deepStrictEqual([first.fresh, first.repeated], [5, 1])
      })
    )

    promise(
      "a changed text is an update of the known item; a changed date or guid is none",
      Effect.gen(function* () {
        yield* settled([article("a", { publishedAt: 1 })])
        assert.strictEqual((yield* admit([article("a", { publishedAt: 2, guid: "b" })])).updated, 0)
        assert.strictEqual((yield* admit([article("a", { body: "more" })])).updated, 1)
        assert.deepStrictEqual(
          (yield* items).map((one) => [one.revision, one.body]),
          [[2, "more"]]
        )
      })
    )

    promise(
      "a price enters the history when it changes, and only then",
      Effect.gen(function* () {
        const poll = (amount: string, at: number) => admit([offer("phone", amount)], { now: now + at })
        yield* poll("10", 0)
        yield* poll("10.00", 1)
        yield* poll("9.50", 2)
        yield* poll("9.5", 3)
        yield* poll("12", 4)
        assert.deepStrictEqual(yield* prices("phone"), ["10", "9.50", "12"])
      })
    )

    promise(
      "a long body is cut, never in the middle of a character",
      Effect.gen(function* () {
        yield* settled([article("a", { body: `${"x".repeat(maxBodyLength - 1)}🎉🎉` })])
        assert.deepStrictEqual(
          (yield* items).map((one) => one.body),
          ["x".repeat(maxBodyLength - 1)]
        )
        assert.strictEqual(
          (yield* admit([article("a", { body: `${"x".repeat(maxBodyLength - 1)}🎉🎉` })])).updated,
          0
        )
      })
    )

    promise(
      "new items that a filter keeps out are known from then on, and counted by the rule",
      Effect.gen(function* () {
        yield* settled([article("first")])
        const routes = [{ channel: channel(), where: { exclude: ["spare part"] } }]
        const admission = yield* admit([article("spare part"), article("phone")], { routes })
        assert.deepStrictEqual([...admission.filtered], [['word "spare part"', 1]])
        assert.deepStrictEqual(yield* titles(), ["phone"])
        assert.strictEqual((yield* admit([article("spare part")])).known, 1)
      })
    )

    promise(
      "only items that left their source's document long ago are forgotten",
      Effect.gen(function* () {
        const forget = (before: number) => Effect.flatMap(Intake, (intake) => intake.forget(before))
        yield* settled(articles(1, 3))
        // Nothing but 304 for a year and a half: everything is still in the document.
        assert.strictEqual(yield* forget(now + 500 * day), 0)
        yield* admit(articles(2, 4), { now: now + 501 * day })
        // It was there all the time, and may come back tomorrow.
        assert.strictEqual(yield* forget(now + 500 * day), 0)
        assert.strictEqual(yield* forget(now + 502 * day), 1)
        assert.deepStrictEqual(
          (yield* items).map((one) => one.title),
          ["2", "3", "4"]
        )
        assert.strictEqual(yield* forget(now + 2_000 * day), 0)
        for (const hour of [0, 1, 2])
          yield* admit([article(9)], { now: now + 1_000 * day + hour * 3_600_000 })
        assert.strictEqual(yield* forget(now + 1_000 * day), 0)
        assert.strictEqual(yield* forget(now + 1_001 * day), 2)
        assert.deepStrictEqual(
          (yield* deliveries()).map((one) => one.title),
          ["4", "9"]
        )
        const back = yield* admit([article(1), article(4), article(9)], { now: now + 1_001 * day })
        assert.deepStrictEqual([back.fresh, back.known], [1, 2])
      })
    )

    promise(
      "of the prices before a time only the one that held at it is kept",
      Effect.gen(function* () {
        const seen = (amount: string, days: number) =>
          admit([offer("a", amount), offer("b", "5.00")], { now: now + days * day })
        for (const [days, amount] of ["9.00", "8.00", "7.00", "6.00"].entries()) yield* seen(amount, days)
        const { forgetPrices } = yield* Intake
        assert.strictEqual(yield* forgetPrices(now + 0.5 * day), 0, "it held then")
        assert.strictEqual(yield* forgetPrices(now + 2 * day), 2)
        assert.deepStrictEqual(yield* prices("a"), ["7.00", "6.00"])
        assert.strictEqual(yield* forgetPrices(now + 900 * day), 1)
        assert.deepStrictEqual([yield* prices("a"), yield* prices("b")], [["6.00"], ["5.00"]])
      })
    )

    promise(
      "publishers are woken after the commit",
      Effect.gen(function* () {
        const intake = yield* Intake
        yield* intake.admit(document([article("a")], { source: unguarded({ start: "all" }) }))
        assert.deepStrictEqual(Option.getOrNull(yield* intake.full([channel({ capacity: 1 })])), deals)
        assert.isNull(Option.getOrNull(yield* intake.full([channel({ capacity: 2 })])))
        const dropping = channel({ capacity: 1, overflow: "drop-oldest" })
        assert.isNull(Option.getOrNull(yield* intake.full([dropping])))
      })
    )
  })
}
