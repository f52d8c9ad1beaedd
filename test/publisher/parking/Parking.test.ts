// What nobody can find out is put in front of people: in a private chat with two buttons, once each, and their answer counts.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Outbox } from "../../../src/outbox/Outbox.ts"
import { current, shownText } from "../../../src/sandbox/Messages.ts"
import {
  admin,
  asks,
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  listening,
  pass,
  publisherToken,
  publishing,
  shown,
  stateOf,
  World,
  worldLayer
} from "../recovery/world.ts"

const channel = { ...deals, onUnknown: "park" as const }
const never = { stage: "received", method: "sendMessage", action: { kind: "rst" } } as const
const lost = { stage: "processed", method: "sendMessage", action: { kind: "rst" } } as const
const stranger = 777_777
const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, worldLayer())

/** An admin who has written to the bot, a channel with one post of ours, and a second one of which nobody knows. */
const begun = (outcome: typeof never | typeof lost) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    yield* emulator.control.say(admin, "/start")
    yield* Effect.fork(listening(channel, publisherToken))
    yield* Effect.fork(asks)
    yield* Effect.fork(publishing(channel))
    yield* enqueue("first", channel)
    yield* pass(10)
    yield* fault({ ...outcome, chat: chats.channel })
    const id = yield* enqueue("a", channel)
    yield* pass(20)
    assert.strictEqual(yield* stateOf(id), "parked")
    return id
  })

/** What the bot has said to the admin. */
const said = Effect.gen(function* () {
  const { emulator } = yield* World
  const messages = yield* emulator.control.standing(`${admin}`)
  return messages.filter((message) => message.author.kind === "bot")
})

const button = (text: string) =>
  Effect.gen(function* () {
    const messages = yield* said
    const question = messages.find((message) => current(message).keyboard !== undefined)
    const found =
      question &&
      current(question)
        .keyboard?.inline_keyboard.flat()
        .find((one) => one.text === text)
    if (question === undefined || found?.callback_data === undefined)
      return yield* Effect.dieMessage(`no ${text}`)
    return { messageId: question.id, data: found.callback_data }
  })

const press = (text: string, by = admin) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    const { messageId, data } = yield* button(text)
    yield* emulator.control.press(`${admin}`, messageId, data, by)
    yield* pass(5)
  })

describe("a parked post", () => {
  it.scoped("is shown to the admin with both answers, once", () =>
    inWorld(
      Effect.gen(function* () {
        yield* begun(never)
        yield* pass(120)
        const [question, ...more] = yield* said
        assert.deepStrictEqual(more, [])
        assert.isDefined(question)
        if (question === undefined) return
        assert.include(shownText(question).text, "nobody knows whether this post arrived")
        assert.include(shownText(question).text, "\n\na\n")
        const buttons = current(question)
          .keyboard?.inline_keyboard.flat()
          .map(({ text }) => text)
        assert.deepStrictEqual(buttons, ["It is there", "It is not there"])
      })
    )
  )

  it.scoped("that is not there is sent again when the admin says so, and the question is taken back", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(never)
        yield* press("It is not there")
        yield* pass(20)
        assert.strictEqual(yield* stateOf(id), "sent")
        assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
        const [question] = yield* said
        assert.isUndefined(question && current(question).keyboard)
      })
    )
  )

  it.scoped("that is there counts as sent at its only possible place", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(lost)
        // Only with a later post of ours is it known that no other place is possible.
        yield* enqueue("b", channel)
        yield* pass(10)
        yield* press("It is there")
        assert.strictEqual(yield* stateOf(id), "sent")
        const outbox = yield* Outbox
        assert.isFalse(yield* outbox.resolve(id, { _tag: "Absent" }, 0))
        assert.deepStrictEqual(yield* everShown, ["first", "a", "b"])
      })
    )
  )

  for (const how of ["a forward", "a link"] as const) {
    it.scoped(`that is there, where several places are possible, is settled by ${how} of it`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const id = yield* begun(lost)
          yield* press("It is there")
          assert.strictEqual(yield* stateOf(id), "parked")
          assert.include(
            shownText((yield* said).at(-1) ?? (yield* Effect.dieMessage("nothing"))).text,
            "Where?"
          )
          yield* how === "a link"
            ? emulator.control.say(admin, "https://t.me/deals/3")
            : emulator.control.forwardTo(admin, chats.channel, 3)
          yield* pass(5)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* everShown, ["first", "a"])
        })
      )
    )
  }

  it.scoped(
    "is talked about in order and at a chat's pace, however fast the admin and however slow the way to them",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const id = yield* begun(lost)
          const { messageId, data } = yield* button("It is there")
          const slow = {
            stage: "received",
            method: "sendMessage",
            action: { kind: "delay", ms: 5_000 }
          } as const
          yield* fault({ ...slow, chat: `${admin}` })
          for (let presses = 0; presses < 5; presses++)
            yield* emulator.control.press(`${admin}`, messageId, data, admin)
          yield* emulator.control.say(admin, "https://t.me/deals/3")
          yield* pass(20)
          assert.strictEqual(yield* stateOf(id), "sent")
          const texts = (yield* said).slice(1).map((message) => shownText(message).text.split(/[?:]/)[0])
          assert.deepStrictEqual(texts, [...Array(5).fill("Where"), `Delivery ${id} counts as sent.`])
          const times = (yield* emulator.control.calls("sendMessage"))
            .filter(({ chat }) => chat === `${admin}`)
            .map(({ at }) => at)
          for (const at of times)
            assert.isAtMost(
              times.filter((other) => other >= at && other < at + 1_000).length,
              3,
              "in a second"
            )
        })
      )
  )

  it.scoped("is not settled by a command that ends with the address of a post", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const id = yield* begun(lost)
        yield* press("It is there")
        yield* emulator.control.say(admin, "/preview https://t.me/deals/3")
        yield* pass(5)
        assert.strictEqual(yield* stateOf(id), "parked")
      })
    )
  )

  it.scoped(
    "is not settled by a post of another chat, be it a link or a forward, whatever its words end with",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const { control } = emulator
          const id = yield* begun(lost)
          yield* press("It is there")
          yield* control.addChat({ username: "news", title: "News" })
          yield* control.postAsAdmin("@news", "See https://t.me/deals/3")
          yield* control.forwardTo(admin, "@news", 1)
          for (const link of ["https://t.me/news/3", "https://t.me/c/424242/3"])
            yield* control.say(admin, link)
          yield* pass(10)
          assert.strictEqual(yield* stateOf(id), "parked")
          const texts = (yield* said).slice(-3).map((message) => shownText(message).text)
          assert.deepStrictEqual(texts, Array(3).fill("That post is in another chat."))
          yield* control.say(admin, "https://t.me/Deals/3")
          yield* pass(5)
          assert.strictEqual(yield* stateOf(id), "sent")
        })
      )
  )

  it.scoped("is not settled by another post of ours, be it forwarded or named by its link", () =>
    inWorld(
      Effect.gen(function* () {
        const { control } = (yield* World).emulator
        const id = yield* begun(lost)
        yield* press("It is there")
        yield* control.forwardTo(admin, chats.channel, 2)
        yield* control.say(admin, "https://t.me/deals/2")
        yield* pass(10)
        assert.strictEqual(yield* stateOf(id), "parked")
        const texts = (yield* said).slice(-2).map((message) => shownText(message).text)
        assert.deepStrictEqual(texts, Array(2).fill("That post belongs to another delivery."))
      })
    )
  )

  it.scoped("is decided by nobody but those who may", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(never)
        yield* press("It is not there", stranger)
        assert.strictEqual(yield* stateOf(id), "parked")
      })
    )
  )

  it.scoped("that was settled elsewhere is asked about no longer; an old button decides nothing", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const id = yield* begun(never)
        const { messageId, data } = yield* button("It is not there")
        const outbox = yield* Outbox
        yield* outbox.resolve(id, { _tag: "GiveUp", reason: "enough" }, 60_000)
        yield* emulator.control.press(`${admin}`, messageId, data, admin)
        yield* pass(20)
        assert.strictEqual(yield* stateOf(id), "refused")
        const [question] = yield* said
        assert.match(question === undefined ? "" : shownText(question).text, /settled/)
      })
    )
  )

  it.scoped("parked again after another attempt is asked about again", () =>
    inWorld(
      Effect.gen(function* () {
        const id = yield* begun(never)
        yield* fault({ ...never, chat: chats.channel })
        yield* press("It is not there")
        yield* pass(60)
        assert.strictEqual(yield* stateOf(id), "parked")
        const open = (yield* said).filter((message) => current(message).keyboard !== undefined)
        assert.strictEqual(open.length, 1)
      })
    )
  )

  it.scoped("holds up nobody when its admin cannot be reached", () =>
    inWorld(
      Effect.gen(function* () {
        yield* Effect.fork(asks)
        yield* Effect.fork(publishing(channel))
        yield* fault({ ...never, chat: chats.channel })
        yield* enqueue("a", channel)
        yield* enqueue("b", channel)
        yield* pass(60)
        assert.deepStrictEqual(yield* shown(), ["Welcome", "b"])
        const { emulator } = yield* World
        const calls = yield* emulator.control.calls("sendMessage")
        assert.strictEqual(calls.filter(({ chat }) => chat === `${admin}`).length, 1)
      })
    )
  )
})
