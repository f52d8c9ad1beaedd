// The Intake contract as a suite, continued: what a channel chooses when an item is admitted.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import type { Item, Offer } from "../../src/domain/Item.ts"
import { parseScore } from "../../src/domain/Score.ts"
import type { Intake } from "../../src/outbox/Intake.ts"
import {
  admit,
  article,
  channel,
  deals,
  IntakeBench,
  type IntakeLayer,
  now,
  other,
  settled,
  titles,
  unguarded
} from "./IntakeBench.ts"

const eur = (amount: string) => ({ amount, currency: "EUR" })
const offer = (name: string, fields: Partial<Offer> = {}, rest: Partial<Item> = {}): Item =>
  article(name, { offer: { id: name, ...fields }, ...rest })

const queue = Effect.flatMap(IntakeBench, (bench) => bench.queue(deals))
const order = Effect.map(queue, (placed) => placed.map(({ title }) => title))

/** Into `deals`, whose choice this is. */
const arrive = (items: ReadonlyArray<Item>, choice: Partial<Channel>, at = now) =>
  Effect.gen(function* () {
    const routes = [{ channel: channel(choice), where: {} }]
    yield* settled([], { source: unguarded() })
    return yield* admit(items, { source: unguarded({ start: "all" }), routes, now: at })
  })

export const intakeChoicesContract = (name: string, layer: IntakeLayer): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: what a channel chooses`, () => {
    promise(
      "a channel's own filter is judged after the route's, for each channel, and what it keeps out is counted by reason",
      Effect.gen(function* () {
        const routes = [
          { channel: channel({ where: { brand: ["Acme"] } }), where: { price: { min: 5 } } },
          { channel: channel({ id: other, chat: "@other" }), where: { price: { min: 5 } } }
        ]
        const items = [
          offer("cheap", { price: eur("1"), brand: "Acme" }),
          offer("foreign", { price: eur("9"), brand: "Emca" }),
          offer("nameless", { price: eur("9") }),
          offer("good", { price: eur("9"), brand: "ACME" })
        ]
        const admission = yield* admit(items, { source: unguarded({ start: "all" }), routes })
        assert.deepStrictEqual(yield* titles(deals), ["good"])
        assert.deepStrictEqual((yield* titles(other)).toSorted(), ["foreign", "good", "nameless"])
        assert.deepStrictEqual(Object.fromEntries(admission.filtered), {
          "price below 5": 1,
          "none of the brands": 1,
          "no brand": 1
        })
        assert.deepStrictEqual(yield* Effect.flatMap(IntakeBench, (bench) => bench.keptOut), {
          "deals: price below 5": 1,
          "other: price below 5": 1,
          "deals: none of the brands": 1,
          "deals: no brand": 1
        })
      })
    )

    promise(
      "a changed filter judges what is new; what is queued or was kept out stays so",
      Effect.gen(function* () {
        const all = [offer("a", { brand: "Acme" }), offer("b", { brand: "Emca" })]
        yield* arrive(all, { where: { brand: ["Acme"] } })
        yield* arrive([...all, offer("c", { brand: "Emca" })], { where: { brand: ["Emca"] } })
        assert.deepStrictEqual((yield* order).toSorted(), ["a", "c"])
      })
    )

    promise(
      "without a wish the one that was found first goes first, with newest the one that was published last",
      Effect.gen(function* () {
        const dated = (name: string, publishedAt: number) => offer(name, {}, { publishedAt })
        yield* arrive([dated("old", now - 9000), dated("older", now - 99_000)], { first: { _tag: "Newest" } })
        yield* arrive(
          [dated("future", now + 1e9), dated("new", now - 1)],
          { first: { _tag: "Newest" } },
          now + 10
        )
        assert.deepStrictEqual(yield* order, ["future", "new", "old", "older"])
      })
    )

    promise(
      "newest goes by the order of the document where it has no dates",
      Effect.gen(function* () {
        yield* arrive([article("first line"), article("second line")], { first: { _tag: "Newest" } })
        assert.deepStrictEqual(yield* order, ["first line", "second line"])
      })
    )

    promise(
      "a score puts the higher first and equal ones in the order in which they were found",
      Effect.gen(function* () {
        const score = Either.getOrThrow(parseScore("discount + rating / 10"))
        const halved = { price: eur("5"), oldPrice: eur("10") }
        const items = [
          offer("plain"),
          offer("halved", halved),
          offer("loved", { ...halved, rating: 5 }),
          offer("plain too")
        ]
        yield* arrive(items.toReversed(), { first: { _tag: "Score", score } })
        assert.deepStrictEqual(yield* order, ["loved", "halved", "plain", "plain too"])
      })
    )

    promise(
      "a full channel that drops its lowest drops by the score",
      Effect.gen(function* () {
        const first = { _tag: "Score", score: Either.getOrThrow(parseScore("rating")) } as const
        const rated = [3, 5, 1, 4].map((rating) => offer(`${rating} stars`, { rating }))
        yield* arrive(rated, { first, capacity: 2, overflow: "drop-lowest" })
        assert.deepStrictEqual(yield* order, ["5 stars", "4 stars"])
      })
    )

    promise(
      "brand and category are kept as caps count them: in lower case, the end of the category's path",
      Effect.gen(function* () {
        yield* arrive(
          [
            offer("a", { brand: " ACME  Corp", categoryPath: ["Home", "Kitchen "] }, { categories: ["x"] }),
            article("b", { categories: ["Electronics > Phones", "News"] }),
            article("c")
          ],
          {}
        )
        const placed = (yield* queue).toSorted((one, two) => one.title.localeCompare(two.title))
        assert.deepStrictEqual(placed, [
          { title: "a", brand: "acme corp", category: "kitchen" },
          { title: "b", brand: null, category: "phones" },
          { title: "c", brand: null, category: null }
        ])
      })
    )
  })
}
