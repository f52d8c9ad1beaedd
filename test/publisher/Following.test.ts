// Posts follow their items: by edits through the same limits, the latest revision wins, and nothing is edited that looks the same.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import type { DeliveryId } from "../../src/domain/Names.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { current, shownText } from "../../src/sandbox/Messages.ts"
import { Database } from "../../src/storage/Database.ts"
import {
  chats,
  deals,
  enqueue,
  fault,
  markersShown,
  mayPost,
  pass,
  publishing,
  rows,
  stateOf,
  World,
  worldLayer
} from "./recovery/world.ts"

const shop: Channel = { ...deals, template: { _tag: "BuiltIn", name: "product" } }
const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, worldLayer())

const offer = (amount: string, availability: "in-stock" | "out-of-stock" = "in-stock"): Partial<Item> => ({
  offer: { price: { amount, currency: "EUR" }, availability }
})

/** What Intake does when an item is seen with another content. */
const revise = (delivery: DeliveryId, title: string, item: Partial<Item>) =>
  Effect.gen(function* () {
    const database = yield* Database
    yield* database.transaction("revise", (db) => {
      const payload = {
        title,
        body: "",
        images: [],
        categories: [],
        link: `https://shop.example/${title}`,
        ...item
      }
      const where = "(SELECT item_id FROM delivery WHERE id = ?)"
      db.run(`UPDATE item SET revision = revision + 1 WHERE id = ${where}`, [delivery])
      db.run(`UPDATE item_payload SET payload = ? WHERE item_id = ${where}`, [
        JSON.stringify(payload),
        delivery
      ])
      db.run(`UPDATE post SET due_at = coalesce(due_at, 0) WHERE item_id = ${where}`, [delivery])
    })
    yield* Effect.flatMap(Signals, (signals) => signals.notify({ kind: "channel", id: deals.id }))
  })

/** The last post of ours as it stands: its words, its keyboard, how often it was edited. */
const post = Effect.gen(function* () {
  const { emulator } = yield* World
  const messages = yield* emulator.control.history(chats.channel)
  const last = messages.findLast((message) => message.author.kind === "bot")
  if (last === undefined) return yield* Effect.dieMessage("no post of ours")
  return {
    text: shownText(last).text.replaceAll("\u200b", ""),
    buttons: current(last).keyboard?.inline_keyboard.length ?? 0,
    edits: last.versions.length - 1,
    deleted: last.deleted !== undefined
  }
})

const begun = (channel: Channel, item: Partial<Item>) =>
  Effect.gen(function* () {
    yield* Effect.fork(publishing(channel))
    const id = yield* enqueue("Kettle", channel, item)
    yield* pass(10)
    return id
  })

describe("a post", () => {
  it.scoped(
    "is edited when the price of its item changes, keeps its button, and bears its marker still",
    () =>
      inWorld(
        Effect.gen(function* () {
          const id = yield* begun(shop, offer("10.00"))
          const [before] = yield* markersShown
          yield* revise(id, "Kettle", offer("8.00", "out-of-stock"))
          yield* pass(40)
          assert.deepStrictEqual(yield* post, {
            text: "Kettle\n\n€8.00\n⌛ Out of stock",
            buttons: 1,
            edits: 1,
            deleted: false
          })
          assert.strictEqual(yield* stateOf(id), "edited")
          assert.deepStrictEqual(yield* markersShown, [before, before])
        })
      )
  )

  it.scoped(
    "is not edited by a former owner of the channel: what it would say may be older than what stands there",
    () =>
      inWorld(
        Effect.gen(function* () {
          const id = yield* begun(shop, offer("10.00"))
          yield* enqueue("Pot", shop, offer("5.00"))
          yield* revise(id, "Kettle", offer("8.00"))
          yield* pass(1, 1)
          const edits = Effect.flatMap(World, ({ emulator }) =>
            Effect.map(emulator.control.history(chats.channel), (all) =>
              all.filter(({ versions }) => versions.length > 1)
            )
          )
          assert.deepStrictEqual(yield* edits, [], "it waits for its turn")
          // A process whose date is ahead finds the lease at its end.
          const database = yield* Database
          yield* database.transaction("take over", (db) =>
            db.run(
              "UPDATE channel SET lease_owner = 'two', lease_fence = lease_fence + 1, lease_until = 9e15 WHERE id = ?",
              [deals.id]
            )
          )
          yield* pass(20, 1)
          assert.deepStrictEqual(yield* edits, [])
        })
      )
  )

  it.scoped("with a picture is edited in its caption", () =>
    inWorld(
      Effect.gen(function* () {
        const images = ["https://shop.example/1.png"]
        const id = yield* begun(shop, { ...offer("10.00"), images })
        yield* revise(id, "Kettle", { ...offer("8.00"), images: ["https://shop.example/2.png"] })
        yield* pass(40)
        assert.include((yield* post).text, "€8.00")
      })
    )
  )

  it.scoped("that would look the same is not touched", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const id = yield* begun(shop, offer("10.00"))
        yield* revise(id, "Kettle", { ...offer("10.00"), categories: ["new"] })
        yield* pass(40)
        assert.strictEqual((yield* post).edits, 0)
        assert.deepStrictEqual(yield* emulator.control.calls("editMessageText"), [])
        assert.deepStrictEqual(yield* rows("SELECT revision, due_at FROM post"), [
          { revision: 2, due_at: null }
        ])
      })
    )
  )

  it.scoped("whose item changes five times while its turn is awaited is edited once, to the last", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...shop, pace: { gapMs: 30_000, perMinute: 15 } }
        const id = yield* begun(channel, offer("10.00"))
        for (const price of ["9.00", "8.00", "7.00", "6.00", "5.00"]) {
          yield* revise(id, "Kettle", offer(price))
          yield* pass(5)
        }
        yield* pass(60)
        const { text, edits } = yield* post
        assert.include(text, "€5.00")
        assert.strictEqual(edits, 1)
      })
    )
  )

  it.scoped("that somebody deleted is not edited for ever: it counts as withdrawn", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const id = yield* begun(shop, offer("10.00"))
        yield* emulator.control.deleteAsAdmin(chats.channel, 2)
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(100)
        assert.strictEqual(yield* stateOf(id), "withdrawn")
        assert.strictEqual((yield* emulator.control.calls("editMessageText")).length, 1)
      })
    )
  )

  it.scoped("whose edit was carried out but not answered is edited again, which changes nothing", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(shop, offer("10.00"))
        yield* fault({ stage: "processed", method: "editMessageText", action: { kind: "rst" } })
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(120)
        assert.strictEqual(yield* stateOf(id), "edited")
        assert.strictEqual((yield* post).edits, 1)
      })
    )
  )

  it.scoped("is not edited where the channel does not want it, nor when it is too old", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel = { ...shop, followMs: 3_600_000 }
        const id = yield* begun(channel, offer("10.00"))
        yield* TestClock.adjust("2 hours")
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(120)
        assert.deepStrictEqual(yield* emulator.control.calls("editMessageText"), [])
      })
    )
  )

  it.scoped("waits out a flood that its edit meets, and so do the sends of its channel", () =>
    inWorld(
      Effect.gen(function* () {
        const flood = {
          kind: "error",
          code: 429,
          description: "Too Many Requests: retry after 50",
          retryAfter: 50
        } as const
        const id = yield* begun(shop, offer("10.00"))
        yield* fault({ stage: "received", method: "editMessageText", action: flood })
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(35)
        yield* enqueue("Lamp", shop, offer("1.00"))
        yield* pass(10)
        assert.include((yield* post).text, "Kettle")
        yield* pass(120)
        assert.include((yield* post).text, "Lamp")
        assert.strictEqual(yield* stateOf(id), "edited")
      })
    )
  )
})

describe("while the bot may not post in the channel", () => {
  it.scoped("a post is not given up: it follows its item when the bot may again", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(shop, offer("10.00"))
        yield* mayPost(false)
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(120)
        assert.include((yield* post).text, "10.00")
        yield* mayPost(true)
        yield* pass(300)
        assert.include((yield* post).text, "8.00")
      })
    )
  )
})

describe("edits and sends", () => {
  it.scoped("an edit that met floods and then an answer that nobody knows is tried on", () =>
    inWorld(
      Effect.gen(function* () {
        const error = (code: number, description: string, retryAfter?: number) =>
          ({ kind: "error", code, description, ...(retryAfter === undefined ? {} : { retryAfter }) }) as const
        const id = yield* begun(shop, offer("10.00"))
        for (const action of [
          error(429, "Too Many Requests", 5),
          error(429, "Too Many Requests", 5),
          error(418, "?")
        ])
          yield* fault({ stage: "received", method: "editMessageText", action })
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(300)
        assert.include((yield* post).text, "8.00")
      })
    )
  )

  it.scoped("share one budget: no minute holds more of both than the pace, and neither starves", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel = { ...shop, pace: { gapMs: 1_000, perMinute: 10 } }
        const id = yield* begun(channel, offer("10.00"))
        for (let n = 0; n < 30; n++) yield* enqueue(`n${n}`, channel, offer("1.00"))
        yield* revise(id, "Kettle", offer("8.00"))
        yield* pass(60)
        assert.strictEqual(yield* stateOf(id), "edited")
        yield* pass(180)
        assert.isAtMost((yield* emulator.control.windows(chats.channel)).perMinute, 10)
      })
    )
  )
})

describe("a post that is withdrawn", () => {
  const withdraw = (id: DeliveryId) => Effect.flatMap(Posts, (posts) => posts.withdraw(id, 0))

  it.scoped("is struck through and loses its button", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const id = yield* begun(shop, offer("10.00"))
        assert.isTrue(yield* withdraw(id))
        yield* pass(40)
        const found = yield* post
        assert.deepStrictEqual([found.buttons, found.deleted], [0, false])
        const [, message] = yield* emulator.control.standing(chats.channel)
        assert.isTrue(
          message !== undefined && shownText(message).entities.some(({ type }) => type === "strikethrough")
        )
        assert.strictEqual(yield* stateOf(id), "withdrawn")
        assert.isFalse(yield* withdraw(id))
      })
    )
  )

  it.scoped("is taken away where the channel wants that, and marked when it is too old for it", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...shop, onGone: "delete" as const }
        const id = yield* begun(channel, offer("10.00"))
        const other = yield* enqueue("Lamp", channel, offer("1.00"))
        yield* pass(10)
        yield* withdraw(other)
        yield* pass(40)
        assert.isTrue((yield* post).deleted)
        assert.strictEqual(yield* stateOf(other), "withdrawn")
        yield* TestClock.adjust("48 hours")
        yield* withdraw(id)
        yield* pass(40)
        assert.strictEqual(yield* stateOf(id), "withdrawn")
        const { emulator } = yield* World
        assert.deepStrictEqual((yield* emulator.control.calls("deleteMessage")).length, 1)
        assert.strictEqual((yield* emulator.control.calls("editMessageText")).length, 1)
      })
    )
  )

  it.scoped("is marked where Telegram will not delete it, though by our clock it still would", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun({ ...shop, onGone: "delete" }, offer("10.00"))
        const description = "Bad Request: message can't be deleted"
        const action = { kind: "error" as const, code: 400, description }
        yield* fault({ stage: "received", method: "deleteMessage", action })
        yield* withdraw(id)
        yield* pass(40)
        const found = yield* post
        assert.deepStrictEqual([found.buttons, found.edits, found.deleted], [0, 1, false])
        assert.strictEqual(yield* stateOf(id), "withdrawn")
      })
    )
  )

  it.scoped("may say so in its template's own words", () =>
    inWorld(
      Effect.gen(function* () {
        const text = "{{ title }}{% if withdrawn %} is sold out{% endif %}"
        const channel: Channel = { ...deals, template: { _tag: "File", path: "own.liquid", text } }
        const id = yield* begun(channel, {})
        yield* withdraw(id)
        yield* pass(40)
        assert.strictEqual((yield* post).text, "Kettle is sold out")
      })
    )
  )
})
