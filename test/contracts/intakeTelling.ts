// The Intake contract as a suite, continued: what happens to offers later, and what of it a channel is told.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import { eventOf, type ItemEvent } from "../../src/domain/Event.ts"
import type { Item, Offer } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"
import { Intake, type Route } from "../../src/outbox/Intake.ts"
import { item } from "../identity/Arbitrary.ts"
import {
  admit,
  channel,
  day,
  deals,
  IntakeBench,
  type IntakeLayer,
  now,
  other,
  send,
  unguarded
} from "./IntakeBench.ts"

const all: ReadonlyArray<ItemEvent> = ["new", "drop", "back", "gone"]
const hour = day / 24

/** A source of everything that a shop has. */
const shop = (fields: Partial<Source> = {}) =>
  unguarded({ id: SourceId.make("shop"), kind: "yml", start: "all", variants: "each", ...fields })

const routesTo = (...channels: ReadonlyArray<Partial<Channel>>): ReadonlyArray<Route> =>
  channels.map((fields) => ({ channel: channel({ events: all, ...fields }), where: {} }))

const offer = (amount: string | undefined, fields: Partial<Offer> = {}, title = "Kettle"): Item =>
  item({
    title,
    offer: {
      id: title,
      availability: "in-stock",
      ...(amount === undefined ? {} : { price: { amount, currency: "EUR" } }),
      ...fields
    }
  })

interface Given {
  readonly source?: Source
  readonly routes?: ReadonlyArray<Route>
  readonly complete?: boolean
}

/** A poll on a day: what it has is admitted, and told of. */
const poll = (
  at: number,
  items: ReadonlyArray<Item>,
  { source = shop(), routes = routesTo({}), complete = true }: Given = {}
) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const time = now + at * day
    yield* admit(items, { source, routes, complete, now: time })
    yield* intake.tell(source, routes, time)
  })

const told = Effect.map(
  Effect.flatMap(IntakeBench, (bench) => bench.told(deals)),
  (rows) => rows.map(({ key, ...row }) => ({ ...row, event: eventOf(key) }))
)
const events = Effect.map(told, (rows) => rows.map(({ event }) => event))

/** The kettle is published for 100.00, beside others that make documents believable. */
const others = [1, 2, 3].map((one) => offer("5.00", {}, `Cup ${one}`))
const published = (given: Given = {}) =>
  Effect.gen(function* () {
    yield* poll(0, [offer("100.00"), ...others], given)
    yield* send(4)
  })

const afterwards = Effect.map(told, (rows) => rows.slice(4))
const tells = (...expected: ReadonlyArray<ItemEvent>) =>
  Effect.map(events, (rows) => assert.deepStrictEqual(rows.slice(4), expected))

export const intakeTellingContract = (name: string, layer: IntakeLayer): void => {
  const promise = <E>(text: string, test: Effect.Effect<void, E, Intake | IntakeBench>) =>
    it.effect(text, () => Effect.provide(test, layer))

  describe(`Intake on ${name}: a price drop`, () => {
    promise(
      "is told once, with the price that readers knew, however often the source is polled",
      Effect.gen(function* () {
        yield* published()
        for (const at of [2, 2.1, 3, 5]) yield* poll(at, [offer("80.00"), ...others])
        assert.deepStrictEqual(yield* afterwards, [
          { title: "Kettle", state: "queued", event: "drop", before: "100.00" }
        ])
      })
    )

    promise(
      "a month after another is one of its own",
      Effect.gen(function* () {
        yield* published()
        yield* poll(2, [offer("80.00"), ...others])
        yield* send(1)
        for (const at of [10, 20, 40]) yield* poll(at, [offer("100.00"), ...others])
        yield* poll(50, [offer("80.00"), ...others])
        assert.deepStrictEqual(
          (yield* afterwards).map(({ event, before }) => [event, before]),
          [
            ["drop", "100.00"],
            ["drop", "100.00"]
          ]
        )
      })
    )

    promise(
      "is measured for each channel by what its own readers were told",
      Effect.gen(function* () {
        const strict = channel({ events: all }).drops
        const routes = routesTo({ drops: { ...strict, percent: 30 } })
        yield* published({ routes })
        yield* poll(2, [offer("80.00"), ...others], { routes })
        yield* tells()
        yield* poll(4, [offer("69.00"), ...others], { routes })
        yield* tells("drop")
      })
    )

    promise(
      "is measured anew, from the lowest of that time, when the currency has been another one for long enough",
      Effect.gen(function* () {
        const dollars = (amount: string) => [offer(amount, { price: { amount, currency: "USD" } }), ...others]
        yield* published()
        yield* poll(2, dollars("60.00"))
        yield* poll(4, dollars("50.00"))
        yield* poll(5, dollars("60.00"))
        yield* poll(8, dollars("40.00"))
        yield* tells()
        yield* poll(10, dollars("48.00"))
        yield* poll(12, dollars("30.00"))
        assert.deepStrictEqual(yield* afterwards, [
          { title: "Kettle", state: "queued", event: "drop", before: "40.00" }
        ])
      })
    )

    promise(
      "is measured from what the first post showed, in whatever currency that was by then",
      Effect.gen(function* () {
        const dollars = (amount: string) => [offer(amount, { price: { amount, currency: "USD" } }), ...others]
        yield* poll(0, [offer("100.00"), ...others])
        yield* poll(1, dollars("60.00"))
        yield* send(4)
        yield* poll(3, dollars("50.00"))
        yield* tells("drop")
      })
    )

    promise(
      "comes of no missing price, none of 0, none in another currency, and of nothing that cannot be bought",
      Effect.gen(function* () {
        yield* published()
        yield* poll(2, [offer(undefined), ...others])
        yield* poll(3, [offer("0"), ...others])
        yield* poll(4, [offer("50.00", { price: { amount: "50.00", currency: "USD" } }), ...others])
        yield* poll(5, [offer("50.00", { availability: "out-of-stock" }), ...others])
        yield* poll(6, [offer("100.00"), ...others])
        yield* tells("back")
      })
    )

    promise(
      "that the channel does not want, or its filter keeps out, is not told",
      Effect.gen(function* () {
        const routes = [...routesTo({ events: ["new"] }), ...routesTo({ id: other })]
        yield* poll(0, [offer("100.00")], { routes })
        yield* send(1)
        yield* send(1, other)
        const narrow = routes.map((route) => ({ ...route, where: { price: { min: 90 } } }))
        yield* poll(2, [offer("80.00")], { routes: narrow })
        const bench = yield* IntakeBench
        assert.deepStrictEqual([(yield* bench.told(deals)).length, (yield* bench.told(other)).length], [1, 1])
      })
    )

    promise(
      "while readers rest is told when they have, though nothing changes any more; not if it is over by then",
      Effect.gen(function* () {
        yield* published()
        yield* poll(2, [offer("90.00"), ...others])
        yield* send(1)
        yield* poll(2.5, [offer("70.00"), ...others])
        yield* tells("drop")
        const intake = yield* Intake
        yield* intake.tell(shop(), routesTo({}), now + 3.1 * day)
        yield* tells("drop", "drop")
        yield* send(1)
        yield* poll(3.5, [offer("50.00"), ...others])
        yield* poll(3.9, [offer("70.00"), ...others])
        yield* intake.tell(shop(), routesTo({}), now + 5 * day)
        yield* tells("drop", "drop")
      })
    )

    promise(
      "that is over before its post went out is called off, and the next one is told",
      Effect.gen(function* () {
        yield* published()
        yield* poll(2, [offer("80.00"), ...others])
        yield* poll(2.5, [offer("100.00"), ...others])
        assert.deepStrictEqual(
          (yield* afterwards).map(({ state }) => state),
          ["expired"]
        )
        yield* poll(40, [offer("80.00"), ...others])
        assert.deepStrictEqual(
          (yield* afterwards).map(({ event, state }) => [event, state]),
          [
            ["drop", "expired"],
            ["drop", "queued"]
          ]
        )
      })
    )

    promise(
      "of an offer whose first post still waits is no event: the post will show it",
      Effect.gen(function* () {
        yield* poll(0, [offer("100.00"), ...others])
        yield* poll(2, [offer("80.00"), ...others])
        yield* send(4)
        yield* tells()
        yield* poll(4, [offer("79.00"), ...others])
        yield* tells()
        yield* poll(5, [offer("60.00"), ...others])
        assert.deepStrictEqual(
          (yield* afterwards).map((one) => one.before),
          ["80.00"]
        )
      })
    )

    promise(
      "in a full channel that waits is told when there is room; none is lost",
      Effect.gen(function* () {
        const given = { routes: routesTo({ capacity: 4 }) }
        const lids = [1, 2, 3, 4].map((one) => offer("9.00", {}, `Lid ${one}`))
        yield* published(given)
        yield* poll(1, [...lids, offer("100.00"), ...others], given)
        yield* poll(2, [...lids, offer("80.00"), ...others], given)
        yield* tells("new", "new", "new", "new")
        yield* send(1)
        const intake = yield* Intake
        for (const at of [2.1, 2.2]) yield* intake.tell(shop(), given.routes, now + at * day)
        yield* tells("new", "new", "new", "new", "drop")
      })
    )

    promise(
      "of what stood there before the channel began is told too, measured by the price until then",
      Effect.gen(function* () {
        const given = { source: shop({ start: "none" }), routes: routesTo({ events: ["drop"] }) }
        yield* poll(0, [offer("100.00"), ...others], given)
        yield* poll(3, [offer("80.00"), offer("9.00", {}, "Lid"), ...others], given)
        assert.deepStrictEqual(yield* told, [
          { title: "Kettle", state: "queued", event: "drop", before: "100.00" }
        ])
      })
    )

    promise(
      "of a group of variants is that of the cheapest that can be had",
      Effect.gen(function* () {
        const group = (amount: string, priceIsFrom = true) =>
          offer(amount, { group: "kettles", priceIsFrom, options: [{ name: "Colour", value: "red, blue" }] })
        const given = { source: shop({ variants: "group" }) }
        yield* poll(0, [group("100.00"), ...others], given)
        yield* send(4)
        yield* poll(2, [group("80.00"), ...others], given)
        yield* poll(3, [group("80.00", false), ...others], given)
        yield* tells("drop")
      })
    )
  })

  describe(`Intake on ${name}: stock`, () => {
    promise(
      "back in stock is told after a while without, not after a moment",
      Effect.gen(function* () {
        const out = offer("100.00", { availability: "out-of-stock" })
        yield* published()
        yield* poll(2, [out, ...others])
        yield* poll(2.1, [offer("100.00"), ...others])
        yield* tells()
        yield* poll(3, [out, ...others])
        yield* poll(4, [offer("100.00"), ...others])
        yield* tells("back")
      })
    )

    promise(
      "back in stock that is called off is told when it is back again, though it was gone for a moment only",
      Effect.gen(function* () {
        const out = offer("100.00", { availability: "out-of-stock" })
        yield* published()
        yield* poll(2, [out, ...others])
        yield* poll(3, [offer("100.00"), ...others])
        yield* poll(4.9, [out, ...others])
        yield* poll(5, [offer("100.00"), ...others])
        assert.deepStrictEqual(
          (yield* afterwards).map(({ event, state }) => [event, state]),
          [
            ["back", "expired"],
            ["back", "queued"]
          ]
        )
      })
    )

    promise(
      "gone is not told twice when the return between is called off",
      Effect.gen(function* () {
        yield* published()
        for (const at of [4, 5]) yield* poll(at, others)
        yield* send(1)
        yield* poll(7, [offer("100.00"), ...others])
        for (const at of [7.1, 8, 9]) yield* poll(at, others)
        yield* tells("gone", "back")
        yield* poll(10, [offer("100.00"), ...others])
        yield* tells("gone", "back", "back")
      })
    )

    promise(
      "gone is told once, by complete documents of everything only and after its time, and its return",
      Effect.gen(function* () {
        yield* published()
        for (const at of [2, 3]) yield* poll(at, others, { complete: false })
        yield* tells()
        yield* poll(4, others)
        yield* poll(4 + (5 * hour) / day, others)
        yield* tells()
        for (const at of [4.3, 5, 6]) yield* poll(at, others)
        yield* tells("gone")
        yield* send(1)
        yield* poll(8, [offer("100.00"), ...others])
        yield* tells("gone", "back")
      })
    )

    promise(
      "what went, or was out of stock, while the clock was ahead does not wait for that date",
      Effect.gen(function* () {
        const intake = yield* Intake
        const out = offer("9.00", { availability: "out-of-stock" }, "Cup 1")
        const [, ...cups] = others
        const early = 10
        yield* published()
        yield* poll(365, [out, ...cups])
        yield* intake.setRight(shop().id, now + early * day)
        yield* poll(early + 0.1, [out, ...cups])
        yield* tells()
        yield* poll(early + 1, [offer("9.00", {}, "Cup 1"), ...cups])
        assert.sameMembers(
          (yield* afterwards).map(({ title, event }) => `${title} ${event}`),
          ["Kettle gone", "Cup 1 back"]
        )
      })
    )

    promise(
      "what went while its source did not lead to the channel is gone there when it does again",
      Effect.gen(function* () {
        yield* published()
        for (const at of [2, 3]) yield* poll(at, others, { routes: [] })
        yield* tells()
        yield* poll(4, others)
        yield* tells("gone")
      })
    )

    promise(
      "a source of only the newest proves nothing gone, and nothing of what left it is told",
      Effect.gen(function* () {
        const given = { source: shop({ kind: "rss" }) }
        yield* published(given)
        for (const at of [4, 5, 6]) yield* poll(at, others, given)
        yield* poll(7, [offer("80.00"), ...others], given)
        yield* tells("drop")
      })
    )

    promise(
      "what goes and what returns has its post looked at again",
      Effect.gen(function* () {
        const bench = yield* IntakeBench
        const revision = Effect.map(
          bench.items,
          (rows) => rows.find(({ title }) => title === "Kettle")?.revision
        )
        const given = { routes: routesTo({ events: ["new"] }) }
        yield* published(given)
        yield* poll(4, others, given)
        assert.strictEqual(yield* revision, 1)
        yield* poll(5, others, given)
        assert.strictEqual(yield* revision, 2)
        yield* poll(6, [offer("100.00"), ...others], given)
        assert.strictEqual(yield* revision, 3)
        yield* tells()
      })
    )

    promise(
      "what a channel has from another source is not told again by this one",
      Effect.gen(function* () {
        const gtin = "4006381333931"
        const second = shop({ id: SourceId.make("second") })
        yield* poll(0, [offer("100.00", { gtin })])
        yield* poll(0, [offer("101.00", { gtin, id: "other" }), ...others], { source: second })
        yield* send(5)
        yield* poll(2, [offer("80.00", { gtin, id: "other" }), ...others], { source: second })
        assert.deepStrictEqual(
          (yield* events).filter((event) => event === "drop"),
          []
        )
        yield* poll(3, [offer("80.00", { gtin })])
        assert.deepStrictEqual(
          (yield* events).filter((event) => event === "drop"),
          ["drop"]
        )
      })
    )

    promise(
      "an offer that went while it was held is told to be gone once it was posted all the same",
      Effect.gen(function* () {
        const intake = yield* Intake
        const source = shop({ burst: { items: 1, share: 0 } })
        yield* poll(0, others, { source })
        yield* send(3)
        yield* poll(1, [offer("100.00"), ...others], { source })
        yield* poll(2, others, { source })
        yield* intake.decide(1, "release", routesTo({}), now + 2.1 * day)
        yield* send(1)
        for (const at of [3, 4]) yield* poll(at, others, { source })
        assert.deepStrictEqual((yield* events).slice(3), ["new", "gone"])
      })
    )

    promise(
      "of a long document all that changes and is missing is told",
      Effect.gen(function* () {
        const many = Array.from({ length: 30 }, (_, at) => offer("100.00", {}, `Thing ${at}`))
        const intake = yield* Intake
        const routes = routesTo({})
        const streamed = Effect.fnUntraced(function* (at: number, items: ReadonlyArray<Item>) {
          const time = now + at * day
          const session = yield* intake.session({ source: shop(), routes, now: time, batchItems: 4 })
          yield* session.admit(items)
          yield* session.end({ complete: true, cursor: {} })
          yield* intake.tell(shop(), routes, time)
        })
        yield* streamed(0, many)
        yield* send(30)
        const cheaper = many.slice(10).map((one) => offer("50.00", {}, one.title))
        yield* streamed(2, cheaper)
        yield* streamed(3, cheaper)
        const seen = (yield* events).slice(30)
        assert.deepStrictEqual(
          [seen.filter((event) => event === "drop").length, seen.filter((event) => event === "gone").length],
          [20, 10]
        )
      })
    )
  })
}
