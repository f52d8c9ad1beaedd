// Albums: one attempt of several messages. It counts as sent only when all of them stand; what stands in part is taken away before it is sent
// again.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import type { Channel } from "../../../src/domain/Channel.ts"
import type { FaultAction } from "../../../src/sandbox/Faults.ts"
import { current } from "../../../src/sandbox/Messages.ts"
import { layerBotApi } from "../../../src/telegram/BotApi.ts"
import { Telegram } from "../../../src/telegram/Telegram.ts"
import { photos, pictured } from "../../telegram/emulated.ts"
import {
  chats,
  deals,
  enqueue,
  fault,
  listening,
  pass,
  publishing,
  rows,
  shown,
  stateOf,
  World,
  witnessToken,
  worldLayer
} from "./world.ts"

const images = ["1", "2", "3"].map((name) => `https://shop.example/${name}.png`)
const albums: Channel = { ...deals, photos: 5 }
const partly = (items: number, inner: string): FaultAction => ({ kind: "partial", items, inner })
const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, worldLayer())

const begun = (channel: Channel) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    yield* emulator.control.personalChat(chats.owner, chats.channel)
    yield* Effect.fork(publishing(channel))
    yield* enqueue("first", channel)
    yield* pass(10)
  })

/** How many pictures stand in the channel, and under how many albums. */
const pictures = Effect.gen(function* () {
  const { emulator } = yield* World
  const messages = yield* emulator.control.standing(chats.channel)
  const photos = messages.filter((message) => current(message).content.kind === "photo")
  return { photos: photos.length, albums: new Set(photos.map((message) => message.album)).size }
})

describe("an album", () => {
  it.scoped(
    "carries the pictures that the channel permits, its words under the first, its button as a link",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const channel: Channel = { ...albums, photos: 2, template: { _tag: "BuiltIn", name: "product" } }
          yield* begun(channel)
          yield* enqueue("a", channel, { images })
          yield* pass(10)
          assert.deepStrictEqual(yield* pictures, { photos: 2, albums: 1 })
          const [, , a] = yield* emulator.control.standing(chats.channel)
          assert.isDefined(a)
          if (a === undefined) return
          const { content, keyboard } = current(a)
          assert.isUndefined(keyboard)
          assert.match(content.kind === "photo" ? content.text.text : "", /^a\n\nshop\.example ↗$/)
        })
      )
  )

  it.scoped("counts as many calls as it has pictures: no minute holds more messages than the pace", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel: Channel = { ...albums, pace: { gapMs: 1_000, perMinute: 6 } }
        yield* Effect.fork(publishing(channel))
        for (const title of ["a", "b", "c", "d"]) yield* enqueue(title, channel, { images })
        yield* pass(200)
        assert.deepStrictEqual(yield* pictures, { photos: 12, albums: 4 })
        assert.isAtMost((yield* emulator.control.windows(chats.channel)).perMinute, 6)
      })
    )
  )

  it.scoped("of which a picture is refused gives way to one picture", () =>
    inWorld(
      Effect.gen(function* () {
        yield* begun(albums)
        const description = `Bad Request: failed to send message #2 with the error message "PHOTO_INVALID_DIMENSIONS"`
        yield* fault({
          stage: "received",
          method: "sendMediaGroup",
          action: { kind: "error", code: 400, description }
        })
        const id = yield* enqueue("a", albums, { images })
        yield* pass(20)
        assert.strictEqual(yield* stateOf(id), "sent")
        assert.deepStrictEqual(yield* pictures, { photos: 1, albums: 1 })
      })
    )
  )

  it.scoped(
    "that is read by copies ends with its last picture: one that somebody posted in the same second is theirs",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { exchange } = yield* World
          const channel: Channel = { ...albums, logChat: `${chats.log}` }
          yield* begun(channel)
          yield* fault({ stage: "processed", method: "sendMediaGroup", action: { kind: "rst" } })
          const id = yield* enqueue("a", channel, { images })
          yield* pass(0.1, 0.1)
          const other = layerBotApi({ token: Redacted.make(witnessToken), exchange })
          const telegram = yield* Effect.provide(Telegram, other)
          const theirs = yield* telegram.send(chats.channel, pictured("", 1), photos(1))
          yield* pass(250)
          assert.deepStrictEqual(theirs.messageIds, [6])
          const [row] = yield* rows<{ ids: string }>(
            `SELECT message_ids AS ids FROM delivery WHERE id = ${id}`
          )
          assert.strictEqual(row?.ids, "[3,4,5]")
        })
      )
  )

  const techniques: ReadonlyArray<readonly [string, Channel]> = [
    ["copies", { ...albums, logChat: `${chats.log}` }],
    ["the profile", { ...albums, profileOf: chats.owner }]
  ]
  for (const [name, channel] of [...techniques, ["the edit that tells", albums] as const]) {
    it.scoped(`that arrived whole but unanswered is found by ${name}`, () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault({ stage: "processed", method: "sendMediaGroup", action: { kind: "rst" } })
          const id = yield* enqueue("a", channel, { images })
          yield* pass(250)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* pictures, { photos: 3, albums: 1 })
        })
      )
    )
  }

  for (const [name, channel] of techniques) {
    it.scoped(`that arrived in part is found by ${name}, taken away and sent again whole`, () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault({
            stage: "received",
            method: "sendMediaGroup",
            action: partly(2, "Message was not sent")
          })
          const id = yield* enqueue("a", channel, { images })
          yield* pass(60)
          assert.deepStrictEqual(yield* pictures, { photos: 2, albums: 1 })
          yield* pass(400)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* pictures, { photos: 3, albums: 1 })
        })
      )
    )
  }

  it.scoped("of which a witness saw all is settled at once; of which it saw a part is not", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...albums, logChat: `${chats.log}` }
        yield* Effect.fork(listening(channel, witnessToken))
        yield* begun(channel)
        yield* fault({ stage: "processed", method: "sendMediaGroup", action: { kind: "rst" } })
        const whole = yield* enqueue("a", channel, { images })
        yield* pass(20)
        assert.strictEqual(yield* stateOf(whole), "sent")
        yield* fault({
          stage: "received",
          method: "sendMediaGroup",
          action: partly(1, "Message was not sent")
        })
        const part = yield* enqueue("b", channel, { images })
        yield* pass(20)
        assert.strictEqual(yield* stateOf(part), "unknown")
        yield* pass(400)
        assert.strictEqual(yield* stateOf(part), "sent")
        assert.deepStrictEqual(yield* pictures, { photos: 6, albums: 2 })
      })
    )
  )

  it.scoped("whose parts cannot be taken away is left to a person", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...albums, logChat: `${chats.log}` }
        yield* begun(channel)
        yield* fault({
          stage: "received",
          method: "sendMediaGroup",
          action: partly(2, "Message was not sent")
        })
        const description = "Bad Request: message can't be deleted"
        for (const method of ["deleteMessage", "deleteMessages"]) {
          yield* fault({
            ...{ stage: "received", method, chat: chats.channel, probability: 1 },
            action: { kind: "error", code: 400, description }
          })
        }
        const id = yield* enqueue("a", channel, { images })
        yield* pass(500)
        assert.strictEqual(yield* stateOf(id), "parked")
        assert.strictEqual((yield* shown()).filter((text) => text === "a").length, 1)
      })
    )
  )

  it.scoped(
    "whose parts only look like ours stay, where the bot could take away somebody else's: a person decides",
    () =>
      inWorld(
        Effect.gen(function* () {
          const channel = { ...albums, logChat: `${chats.log}` }
          yield* begun(channel)
          const { emulator } = yield* World
          const rights = { can_post_messages: true, can_delete_messages: true }
          yield* emulator.control.setMembership(chats.channel, "administrator", rights)
          yield* fault({
            stage: "received",
            method: "sendMediaGroup",
            action: partly(2, "Message was not sent")
          })
          const id = yield* enqueue("a", channel, { images })
          yield* pass(500)
          assert.strictEqual(yield* stateOf(id), "parked")
          assert.deepStrictEqual(yield* pictures, { photos: 2, albums: 1 })
        })
      )
  )
})
