// What happens to an offer, as readers see it: from the shop's documents through the real store and the publisher into the channel.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer, TestClock } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import type { Item, Offer } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { current, type Message, shownText } from "../../src/sandbox/Messages.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import { item, source } from "../identity/Arbitrary.ts"
import { chats, deals, pass, publishing, World, worldLayer } from "./recovery/world.ts"

const shop: Channel = {
  ...deals,
  template: { _tag: "BuiltIn", name: "product" },
  events: ["new", "drop", "back", "gone"]
}
const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Layer.provideMerge(SqlIntake.layer, worldLayer()))

const yml = source({ id: SourceId.make("shop"), kind: "yml", start: "all", burst: false })

const kettle = (amount: string, fields: Partial<Offer> = {}): Item =>
  item({
    title: "Kettle",
    link: "https://shop.example/kettle",
    offer: { id: "1", price: { amount, currency: "EUR" }, availability: "in-stock", ...fields }
  })
const cup = item({ title: "Cup", link: "https://shop.example/cup", offer: { id: "2" } })

/** What the shop has from now on, and what the channel makes of it. */
const lists = (channel: Channel, ...items: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const now = yield* Clock.currentTimeMillis
    const routes = [{ channel, where: {} }]
    yield* intake.admit({ source: yml, routes, items, complete: true, cursor: {}, now })
    yield* intake.tell(yml, routes, now)
    // Published only while something happens: days without are cheap then.
    yield* Effect.forkScoped(publishing(channel))
    yield* pass(20)
  }).pipe(Effect.scoped)

const days = (count: number) => TestClock.adjust(`${count} days`)

const opened = (channel: Channel) =>
  Effect.gen(function* () {
    yield* lists(channel, kettle("100.00"), cup)
    yield* days(2)
  })

/** Our posts about the kettle as they stand. */
const posts = Effect.flatMap(World, ({ emulator }) =>
  Effect.map(emulator.control.standing(chats.channel), (all) =>
    all.filter((message) => shownText(message).text.includes("Kettle"))
  )
)
const words = (message: Message | undefined) =>
  message === undefined ? "" : shownText(message).text.replaceAll("\u200b", "").trim()

/** The parts of a post that are struck through. */
const struck = (message: Message | undefined): ReadonlyArray<string> =>
  message === undefined
    ? []
    : shownText(message).entities.flatMap(({ type, offset, length }) =>
        type === "strikethrough"
          ? [
              shownText(message)
                .text.slice(offset, offset + length)
                .trim()
            ]
          : []
      )

describe("what happens to an offer", () => {
  it.scoped("a drop is a post of its own that answers the first one, which shows the new price too", () =>
    inWorld(
      Effect.gen(function* () {
        yield* opened(shop)
        yield* lists(shop, kettle("80.00", { oldPrice: { amount: "500.00", currency: "EUR" } }), cup)
        const [first, drop, ...more] = yield* posts
        assert.lengthOf(more, 0)
        assert.strictEqual(words(drop), "📉 Price drop\nKettle\n\n€100.00 €80.00 (−20 %)\n✅ In stock")
        assert.deepStrictEqual(struck(drop), ["€100.00"])
        assert.strictEqual(drop?.reply, first?.id)
        assert.include(words(first), "€80.00")
      })
    )
  )

  it.scoped.each(["first", "last"])("a drop of what stands %s in a digest answers the digest", (place) =>
    inWorld(
      Effect.gen(function* () {
        const both = (one: Item) => (place === "first" ? [one, cup] : [cup, one])
        yield* lists({ ...shop, digest: { items: 2, at: [] } }, ...both(kettle("100.00")))
        yield* days(2)
        yield* lists(shop, ...both(kettle("80.00")))
        const [digest, drop] = yield* posts
        assert.include(words(digest), "Cup")
        assert.isDefined(drop?.reply)
        assert.strictEqual(drop?.reply, digest?.id)
      })
    )
  )

  it.scoped("sold out strikes the price of its post; its return is told and mends the post", () =>
    inWorld(
      Effect.gen(function* () {
        yield* opened(shop)
        yield* lists(shop, kettle("100.00", { availability: "out-of-stock" }), cup)
        assert.deepStrictEqual(struck((yield* posts)[0]), ["€100.00"])
        yield* days(1)
        yield* lists(shop, kettle("100.00"), cup)
        const [first, back] = yield* posts
        assert.deepStrictEqual(struck(first), [])
        assert.strictEqual(words(back), "🔔 Back in stock\nKettle\n\n€100.00\n✅ In stock")
      })
    )
  )

  it.scoped("gone is told, and strikes every post but the one that says so; a return turns it round", () =>
    inWorld(
      Effect.gen(function* () {
        yield* opened(shop)
        yield* lists(shop, cup)
        yield* days(1)
        yield* lists(shop, cup)
        const [first, gone] = yield* posts
        assert.include(struck(first).join(), "Kettle")
        assert.isUndefined(first === undefined ? undefined : current(first).keyboard)
        assert.match(words(gone), /^🚫 No longer available\nKettle/)
        assert.notInclude(struck(gone).join(), "Kettle")
        yield* days(2)
        yield* lists(shop, kettle("100.00"), cup)
        const [again, outdated, back] = yield* posts
        assert.deepStrictEqual(struck(again), [])
        assert.include(struck(outdated).join(), "Kettle")
        assert.match(words(back), /^🔔 Back in stock/)
      })
    )
  )

  it.scoped("a channel that wants gone posts taken away or left alone has them so, without a word", () =>
    inWorld(
      Effect.gen(function* () {
        for (const onGone of ["keep", "delete"] as const) {
          const channel: Channel = { ...shop, events: ["new"], onGone }
          yield* lists(channel, kettle("100.00"), cup)
          yield* TestClock.adjust("7 hours")
          yield* lists(channel, cup)
          yield* TestClock.adjust("7 hours")
          yield* lists(channel, cup)
          const found = yield* posts
          assert.deepStrictEqual(
            found.map((message) => struck(message)),
            onGone === "keep" ? [[]] : []
          )
        }
      })
    )
  )
})
