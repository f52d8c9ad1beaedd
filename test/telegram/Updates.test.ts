// What Telegram tells a bot, through the Bot API client against the emulator: every kind that is looked at, what is passed over, and from where.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Option, TestClock } from "effect"
import * as fc from "fast-check"
import type { Update } from "../../src/telegram/Updates.ts"
import { updateOf } from "../../src/telegram/WireUpdate.ts"
import { type Emulated, emulated, otherToken, photos, pictured, text } from "./emulated.ts"

const link = "https://shop.example/1?oncecast=7Kp3xQ2fLw"
const linked = text(`<a href="${link}">Kettle</a>`)
const person = 4242

/** What a bot is told now. */
const told = ({ updates }: Pick<Emulated, "updates">, last = 0) => updates.after(last, 0)

const kinds = (updates: ReadonlyArray<Update>) => updates.map(({ _tag }) => _tag)

/** Without what was told of the world's making. */
const news = (updates: ReadonlyArray<Update>) => updates.filter(({ _tag }) => _tag !== "Rights")

const witness = (world: Emulated) => ({ updates: world.updatesOf(otherToken) })

describe("a bot is told", () => {
  it.scoped("of other bots' posts in a channel, with their links and albums; never of its own", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* told(witness(world))
      yield* world.telegram.send("@deals", linked)
      yield* world.telegram.send("@deals", pictured(linked.html, 2), photos(2))
      const posts = news(yield* told(witness(world))).slice(1)
      const messages = posts.flatMap((update) => (update._tag === "ChannelPost" ? [update.message] : []))
      assert.deepStrictEqual(
        messages.map(({ chat, messageId, links }) => ({ chat, messageId, links })),
        [2, 3, 4].map((messageId) => ({
          chat: { id: world.channel, username: "deals" },
          messageId,
          links: messageId === 4 ? [] : [link]
        }))
      )
      const [single, first, second] = messages.map(({ album }) => album)
      assert.isUndefined(single)
      assert.isDefined(first)
      assert.strictEqual(first, second)
      assert.deepStrictEqual(
        kinds(news(yield* told(world))),
        ["ChannelPost"],
        "only what somebody else posted"
      )
    })
  )

  it.scoped("of the copies in a discussion group, as the posts in the channel that they are of", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const group = yield* world.control.addChat({ type: "supergroup", title: "Talk" })
      yield* world.control.setChat("@deals", { linkedChat: group.id })
      yield* world.telegram.send("@deals", linked)
      const copies = (yield* told(world)).filter(({ _tag }) => _tag === "AutoForward")
      assert.containsSubset(copies, [
        { message: { chat: { id: world.channel, username: "deals" }, messageId: 2, links: [link] } }
      ])
      assert.lengthOf(copies, 1)
    })
  )

  it.scoped("of what somebody forwards into a channel without its links: it is no post of ours there", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const { messageIds } = yield* world.telegram.send("@deals", linked)
      const params = { chat_id: "@deals", from_chat_id: "@deals", message_id: messageIds[0] }
      yield* world.call(otherToken, "forwardMessage", params)
      const messages = (yield* told(world)).flatMap((update) =>
        update._tag === "ChannelPost" ? [update.message] : []
      )
      assert.deepStrictEqual(
        messages.map(({ messageId, links }) => ({ messageId, links })),
        [
          { messageId: 1, links: [] },
          { messageId: 3, links: [] }
        ]
      )
    })
  )

  it.scoped("of words in private, of forwards there with their place, and of pressed buttons", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.telegram.send("@deals", linked)
      yield* world.control.say(person, "https://t.me/deals/2")
      yield* world.control.forwardTo(person, "@deals", 2)
      const messageId = yield* world.conversation.say(person, "?", [[{ text: "Yes", data: "settle:1" }]])
      const press = yield* world.control.press(`${person}`, messageId, "settle:1", person)
      const [words, forward, pressed] = news(yield* told(world)).slice(-3)
      assert.containsSubset(words, { _tag: "Words", person, text: "https://t.me/deals/2" })
      assert.isFalse(words !== undefined && "forwarded" in words)
      assert.containsSubset(forward, {
        ...{ _tag: "Words", person },
        forwarded: { chat: { id: world.channel }, messageId: 2, links: [link] }
      })
      assert.containsSubset(pressed, { _tag: "Press", press, person, data: "settle:1", messageId })
    })
  )

  it.scoped("when its rights in a chat change", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const last = (yield* told(world)).at(-1)?.id ?? 0
      yield* world.control.setMembership("@deals", "kicked", {}, 1_000_000_001)
      assert.containsSubset(yield* told(world, last), [
        { _tag: "Rights", chat: { id: world.channel, username: "deals" } }
      ])
    })
  )
})

describe("updates", () => {
  it.scoped("that were asked for with a position are those after it; asking confirms what lies before", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      for (const words of ["a", "b", "c"]) yield* world.control.say(person, words)
      const all = news(yield* told(world))
      assert.deepStrictEqual(news(yield* told(world)), all, "what was not confirmed is told again")
      const [first, ...rest] = all.slice(-3)
      assert.deepStrictEqual(yield* told(world, first?.id), rest)
      assert.deepStrictEqual(yield* told(world), rest)
    })
  )

  it.scoped("are waited for as long as was asked, then there are none", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const last = (yield* told(world)).at(-1)?.id ?? 0
      const quiet = yield* Effect.fork(world.updates.after(last, 20))
      yield* TestClock.adjust("19 seconds")
      assert.isTrue(Option.isNone(yield* Fiber.poll(quiet)))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(quiet), [])
      const heard = yield* Effect.fork(world.updates.after(last, 20))
      yield* TestClock.adjust("5 seconds")
      yield* world.control.say(person, "hello")
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(kinds(yield* Fiber.join(heard)), ["Words"])
    })
  )

  it("of any other kind or form are Other, under their own id, so that they are confirmed", () => {
    const foreign: ReadonlyArray<object> = [
      {},
      { edited_channel_post: { message_id: 1 } },
      { message: { message_id: "one" } },
      { message: { message_id: 1, chat: { id: -100, type: "supergroup" }, from: { id: 5 } } },
      { message: { message_id: 1, chat: { id: 5, type: "private" } } },
      { callback_query: { id: "1", from: { id: 5 } } },
      { callback_query: { id: "1", from: { id: 5 }, data: "x" } },
      { channel_post: null },
      { something_new: { deep: [] } }
    ]
    for (const update of foreign)
      assert.deepStrictEqual(updateOf({ update_id: 7, ...update }), { id: 7, _tag: "Other" })
  })

  it("are never lost to their form: whatever comes keeps its id", () => {
    fc.assert(
      fc.property(fc.integer(), fc.object(), (id, body) => {
        assert.strictEqual(updateOf({ ...body, update_id: id }).id, id)
      })
    )
  })
})

describe("a list of updates that cannot be had", () => {
  it.scoped("is a failure that may be repeated, whatever breaks off", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const faults = [
        { stage: "received", action: { kind: "rst" } },
        { stage: "processed", action: { kind: "html", status: 502 } },
        { stage: "processed", action: { kind: "empty", status: 502 } },
        { stage: "body", action: { kind: "half" } },
        {
          stage: "received",
          action: { kind: "error", code: 500, description: "Internal Server Error: restart" }
        }
      ] as const
      for (const rule of faults) {
        yield* world.control.fault({ ...rule, method: "getUpdates" })
        const failure = yield* Effect.flip(told(world))
        assert.strictEqual(failure._tag, "TelegramUnreachable", rule.action.kind)
      }
      yield* world.control.say(person, "still there")
      assert.strictEqual((yield* told(world)).at(-1)?._tag, "Words")
    })
  )

  it.scoped("is refused to the older of two readers, and while a webhook is set", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const last = (yield* told(world)).at(-1)?.id ?? 0
      const older = yield* Effect.fork(Effect.flip(world.updates.after(last, 20)))
      yield* TestClock.adjust("1 second")
      yield* Effect.fork(world.updates.after(last, 20))
      yield* TestClock.adjust("1 second")
      assert.containsSubset(yield* Fiber.join(older), {
        ...{ _tag: "TelegramRefused", blame: "configuration", code: 409 }
      })
    })
  )
})
