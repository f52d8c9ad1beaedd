// The Intake contract as a suite, continued: what is gone from a source's document, and what proves it.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { source } from "../identity/Arbitrary.ts"
import {
  admit,
  article,
  articles,
  crashing,
  document,
  IntakeBench,
  type IntakeLayer,
  now,
  queued,
  settled,
  titles
} from "./IntakeBench.ts"

const absent = Effect.flatMap(IntakeBench, (bench) => bench.absent)
const etag = Effect.map(
  Effect.flatMap(Intake, (intake) => intake.cursor(source().id)),
  (cursor) => cursor.etag
)
const minutes = (count: number) => now + count * 60_000

/** A source that listed ten articles. */
const ten = settled(articles(1, 10))

export const intakeAbsenceContract = (name: string, layer: IntakeLayer): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: what is gone`, () => {
    promise(
      "what a complete document lists no more is marked as missing, until one lists it again",
      Effect.gen(function* () {
        yield* ten
        const less = yield* admit(articles(3, 11))
        assert.deepStrictEqual([less.gone, yield* absent], [2, ["1", "2"]])
        assert.strictEqual((yield* admit(articles(3, 11))).gone, 0)
        const more = yield* admit(articles(2, 11))
        assert.deepStrictEqual([more.gone, more.fresh, yield* absent], [0, 0, ["1"]])
      })
    )

    promise(
      "a cut-off document proves nothing gone, and brings back what it has",
      Effect.gen(function* () {
        yield* ten
        yield* admit(articles(3, 10))
        const cut = yield* admit([article(2), article(10)], { complete: false })
        assert.deepStrictEqual([cut.gone, cut.doubted, yield* absent], [0, false, ["1"]])
      })
    )

    promise(
      "a missing item does not hide behind those of another source",
      Effect.gen(function* () {
        yield* ten
        yield* settled(articles(1, 10), { source: source({ id: SourceId.make("other") }) })
        assert.strictEqual((yield* admit(articles(6, 10))).gone, 5)
        assert.lengthOf(yield* absent, 5)
      })
    )

    promise(
      "a list of the newest that has moved on altogether says that something may never have been seen",
      Effect.gen(function* () {
        assert.isFalse((yield* admit(articles(1, 10))).gap, "at first sight")
        assert.isFalse((yield* admit(articles(10, 14))).gap)
        assert.isTrue((yield* admit(articles(15, 18))).gap)
        assert.isFalse((yield* admit(articles(15, 18))).gap)
        assert.isFalse((yield* admit([article(30)])).gap, "some pages show only one")
        const all = { source: source({ lists: "all" }) }
        assert.isFalse((yield* admit(articles(41, 45), all)).gap)
      })
    )

    promise(
      "of a long document all that is missing is found",
      Effect.gen(function* () {
        yield* settled(articles(1, 12_000))
        assert.strictEqual((yield* admit(articles(5_500, 12_000))).gone, 5_499)
      })
    )
  })

  describe(`Intake on ${name}: a source whose entry in the catalog changed`, () => {
    const elsewhere = { source: source({ url: "https://example.com/other", start: 2 }) }

    promise(
      "begins as a new one when nothing of what it has is known, and what it had before is not gone",
      Effect.gen(function* () {
        yield* ten
        const first = yield* admit(articles(101, 109), elsewhere)
        assert.deepStrictEqual([first.baseline, first.gone, yield* titles()], [7, 0, ["108", "109"]])
        const news = yield* admit(articles(101, 112), elsewhere)
        assert.deepStrictEqual([news.fresh, queued(news)], [3, 3])
      })
    )

    promise(
      "goes on as before when it has the same items at another place",
      Effect.gen(function* () {
        yield* ten
        const moved = yield* admit(articles(4, 12), elsewhere)
        assert.deepStrictEqual([moved.fresh, queued(moved), moved.gone], [2, 2, 0])
        assert.strictEqual((yield* admit(articles(5, 12), elsewhere)).gone, 1, "and from then on believed")
      })
    )

    promise(
      "goes on as before when the list has nearly moved on meanwhile: what is new is news",
      Effect.gen(function* () {
        yield* ten
        assert.strictEqual(queued(yield* admit(articles(10, 17), elsewhere)), 7)
      })
    )

    promise(
      "has what it lacks now marked nowhere, and is not doubted for having less",
      Effect.gen(function* () {
        yield* ten
        const less = { source: source({ skip: ["/old/*"] }) }
        const admission = yield* admit(articles(8, 10), less)
        assert.deepStrictEqual([admission.gone, admission.doubted, yield* etag], [0, false, '"1"'])
        assert.strictEqual((yield* admit(articles(8, 10))).fresh, 0)
      })
    )

    promise(
      "that nobody polls is what people post by hand, from anywhere: nothing of it is lost sight of",
      Effect.gen(function* () {
        const from = (host: string) => ({
          source: source({ everyMs: 0, start: "all", url: `https://${host}/` }),
          complete: false
        })
        yield* admit([article(1)], from("a.example"))
        yield* admit([article(2)], from("b.example"))
        assert.deepStrictEqual([yield* absent, yield* titles()], [[], ["1", "2"]])
      })
    )

    promise(
      "waits for a document that has something before it decides",
      Effect.gen(function* () {
        yield* ten
        yield* admit([], elsewhere)
        assert.strictEqual((yield* admit(articles(101, 109), elsewhere)).baseline, 7)
      })
    )

    promise(
      "begins anew with a long document, and wherever it is interrupted",
      Effect.gen(function* () {
        yield* settled(articles(1, 2_500))
        const intake = yield* Intake
        const read = Effect.gen(function* () {
          const { source: of } = elsewhere
          const opening = { source: of, routes: document([]).routes, now, batchItems: 100 }
          const session = yield* intake.session(opening)
          yield* session.admit(articles(10_001, 10_400))
          return yield* session.end({ complete: true, cursor: {} })
        })
        for (const pause of [0, 1, 3, 6, 12]) yield* crashing(read, pause)
        yield* read
        assert.deepStrictEqual(yield* titles(), ["10399", "10400"])
        assert.strictEqual((yield* admit(articles(10_001, 10_403), elsewhere)).fresh, 3)
      })
    )
  })

  describe(`Intake on ${name}: a document that shrinks by more than half`, () => {
    promise(
      "is believed when it was seen three times over an hour, and asked for whole until then",
      Effect.gen(function* () {
        yield* ten
        const seen = (at: number) => admit(articles(7, 10), { now: minutes(at), cursor: { etag: `"${at}"` } })
        for (const at of [0, 30, 59]) {
          const { doubted, gone } = yield* seen(at)
          assert.deepStrictEqual([doubted, gone, yield* etag], [true, 0, undefined])
        }
        const { doubted, gone } = yield* seen(60)
        assert.deepStrictEqual([doubted, gone, yield* etag], [false, 6, '"60"'])
        assert.lengthOf(yield* absent, 6)
        assert.isFalse((yield* seen(61)).doubted)
      })
    )

    promise(
      "is not believed for the time alone",
      Effect.gen(function* () {
        yield* ten
        yield* admit(articles(7, 10), { now: minutes(0) })
        assert.isTrue((yield* admit(articles(7, 10), { now: minutes(600) })).doubted)
        assert.isFalse((yield* admit(articles(7, 10), { now: minutes(601) })).doubted)
      })
    )

    promise(
      "is an accident when the whole one follows",
      Effect.gen(function* () {
        yield* ten
        yield* admit(articles(7, 10), { now: minutes(0) })
        yield* admit(articles(7, 10), { now: minutes(50) })
        yield* admit(articles(1, 10), { now: minutes(55) })
        const again = yield* admit(articles(7, 10), { now: minutes(70) })
        assert.deepStrictEqual([again.doubted, yield* absent], [true, []])
      })
    )

    promise(
      "still brings what is new in it",
      Effect.gen(function* () {
        yield* ten
        const { doubted, fresh } = yield* admit(articles(9, 12))
        assert.deepStrictEqual([doubted, fresh], [true, 2])
      })
    )

    promise(
      "to nothing is doubted the same; half of it is no such thing",
      Effect.gen(function* () {
        yield* ten
        for (const at of [0, 40]) assert.isTrue((yield* admit([], { now: minutes(at) })).doubted)
        assert.deepStrictEqual([yield* absent, yield* etag], [[], undefined])
        assert.strictEqual((yield* admit([], { now: minutes(80) })).gone, 10)
        yield* admit(articles(1, 10), { now: minutes(90) })
        assert.strictEqual((yield* admit(articles(6, 10), { now: minutes(100) })).gone, 5)
      })
    )
  })
}
