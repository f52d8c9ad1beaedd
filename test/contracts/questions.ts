// The Questions contract as a suite that every store must pass: what people are asked about parked deliveries, once each, and how far that is.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { DeliveryId } from "../../src/domain/Names.ts"
import { Evidence } from "../../src/outbox/Evidence.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Questions } from "../../src/outbox/Questions.ts"
import { type Attempted, chatId, contract, lost, queued, type Store, sent, unanswered } from "./delivering.ts"
import { deals, now, post } from "./outbox.ts"

const ann = 4242
const ben = 4343

const unasked = (person = ann) =>
  Effect.flatMap(Questions, (questions) =>
    Effect.map(questions.unasked(person), (all) => all.map(({ delivery }) => delivery))
  )

const ask = ({ delivery, attempt }: Attempted, person = ann, messageId: number | null = 7) =>
  Effect.flatMap(Questions, (questions) => questions.asked({ delivery, attempt, person, messageId }, now))

const settled = Effect.flatMap(Questions, (questions) => questions.settled)

const awaitedOf = (person = ann) =>
  Effect.flatMap(Questions, (questions) => Effect.map(questions.awaited(person), (found) => found?.delivery))

const resolved = (delivery: DeliveryId, how: "Absent" | "Sent") =>
  Effect.flatMap(Outbox, (outbox) =>
    outbox.resolve(delivery, how === "Sent" ? { _tag: "Sent", messageIds: [99] } : { _tag: "Absent" }, now)
  )

const park = (delivery: DeliveryId) =>
  Effect.flatMap(Outbox, (outbox) => outbox.resolve(delivery, { _tag: "Park", reason: "no reader" }, now))

export const questionsContract = (stores: ReadonlyArray<Store>): void =>
  contract("Questions", stores, (test) => {
    test(
      "each person is asked once about a parked delivery",
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* unasked(), [])
        const parked = yield* unanswered("parked")
        assert.deepStrictEqual(yield* unasked(), [parked.delivery])
        yield* ask(parked)
        assert.deepStrictEqual(yield* unasked(), [])
        assert.deepStrictEqual(yield* unasked(ben), [parked.delivery])
        yield* ask(parked, ann, 8)
        const outbox = yield* Outbox
        assert.isTrue(yield* outbox.resolve(parked.delivery, { _tag: "Absent" }, now))
        assert.deepStrictEqual(
          (yield* settled).map(({ messageId }) => messageId),
          [7],
          "the question that was asked first is the one to take back"
        )
      })
    )

    test(
      "nobody is asked about a delivery that is not parked",
      Effect.gen(function* () {
        for (const state of ["refused", "unknown"] as const) {
          const { delivery } = yield* unanswered(state)
          assert.deepStrictEqual(yield* unasked(), [], state)
          const questions = yield* Questions
          assert.isUndefined(yield* questions.parked(delivery))
        }
      })
    )

    test(
      "a question shows what a person must see to decide",
      Effect.gen(function* () {
        const { delivery, attempt, marker } = yield* unanswered("parked")
        const questions = yield* Questions
        const expected = { delivery, attempt, marker, channel: deals, chat: "@deals", reason: "no reader" }
        const found = yield* questions.parked(delivery)
        assert.deepInclude(found, expected)
        assert.strictEqual(found?.post.html, post.html)
        assert.deepStrictEqual((yield* questions.unasked(ann))[0], found)
      })
    )

    test(
      "places to look at lie above what was known before the attempt and below our next post, without what was seen to be something else",
      Effect.gen(function* () {
        const evidence = yield* Evidence
        const questions = yield* Questions
        yield* sent(yield* queued("before"), [10])
        const parked = yield* unanswered("parked")
        assert.deepStrictEqual((yield* questions.parked(parked.delivery))?.candidates, [])
        yield* sent(yield* queued("after"), [15])
        yield* sent(yield* queued("later"), [17])
        yield* evidence.saw(deals, [{ chatId, messageId: 12, via: "discussion" }], now)
        const found = yield* questions.parked(parked.delivery)
        assert.deepStrictEqual(found?.candidates, [11, 13, 14])
        assert.strictEqual(found?.chatId, chatId)
      })
    )

    test(
      "places are no more than a person would look through",
      Effect.gen(function* () {
        const questions = yield* Questions
        yield* sent(yield* queued("before"), [10])
        const { delivery } = yield* unanswered("parked")
        yield* sent(yield* queued("long after"), [100_000_000])
        const found = yield* questions.parked(delivery)
        assert.isAtMost(found?.candidates.length ?? 0, 11)
        assert.deepStrictEqual(found?.candidates.slice(0, 3), [11, 12, 13])
      })
    )

    test(
      "whoever says that it is there is asked where, about one delivery at a time: the last",
      Effect.gen(function* () {
        const questions = yield* Questions
        const one = yield* unanswered("parked")
        const other = yield* lost(yield* queued("another"))
        yield* park(other.delivery)
        for (const parked of [one, other]) {
          yield* ask(parked)
          yield* ask(parked, ben)
        }
        assert.isUndefined(yield* awaitedOf())
        yield* questions.awaitPlace(one.delivery, ann)
        assert.strictEqual(yield* awaitedOf(), one.delivery)
        yield* questions.awaitPlace(other.delivery, ann)
        assert.strictEqual(yield* awaitedOf(), other.delivery)
        assert.isUndefined(yield* awaitedOf(ben))
        yield* resolved(other.delivery, "Sent")
        assert.isUndefined(yield* awaitedOf(), "settled meanwhile")
      })
    )

    test(
      "nobody is waited for who was not asked, or cannot be reached",
      Effect.gen(function* () {
        const questions = yield* Questions
        const parked = yield* unanswered("parked")
        yield* questions.awaitPlace(parked.delivery, ann)
        yield* ask(parked, ben, null)
        yield* questions.awaitPlace(parked.delivery, ben)
        assert.isUndefined(yield* awaitedOf())
        assert.isUndefined(yield* awaitedOf(ben))
        assert.deepStrictEqual(yield* unasked(ben), [], "and is not asked again")
        yield* resolved(parked.delivery, "Absent")
        assert.deepStrictEqual(yield* settled, [], "and has nothing to be taken back")
      })
    )

    test(
      "what was asked is to be taken back when the delivery is settled, by whatever, until that is done",
      Effect.gen(function* () {
        const questions = yield* Questions
        const parked = yield* unanswered("parked")
        yield* ask(parked)
        yield* ask(parked, ben, 8)
        assert.deepStrictEqual(yield* settled, [])
        yield* resolved(parked.delivery, "Sent")
        const open = yield* settled
        assert.deepStrictEqual(
          open.map(({ person, messageId }) => [person, messageId]),
          [
            [ann, 7],
            [ben, 8]
          ]
        )
        for (const question of open.slice(0, 1)) yield* questions.closed(question, now)
        assert.deepStrictEqual(
          (yield* settled).map(({ person }) => person),
          [ben]
        )
      })
    )

    test(
      "a later attempt that is parked is a question of its own, and the old one is to be taken back",
      Effect.gen(function* () {
        const parked = yield* unanswered("parked")
        yield* ask(parked)
        yield* resolved(parked.delivery, "Absent")
        const later = yield* lost(parked.delivery)
        yield* park(parked.delivery)
        assert.notStrictEqual(later.attempt, parked.attempt)
        assert.deepStrictEqual(yield* unasked(), [parked.delivery])
        assert.deepStrictEqual(
          (yield* settled).map(({ attempt }) => attempt),
          [parked.attempt]
        )
        yield* ask(later, ann, 9)
        assert.deepStrictEqual(yield* unasked(), [])
      })
    )
  })
