// What a bot hears of a channel by itself, without looking: posts copied into the discussion group, posts that a witness sees. And requests that
// land long after everybody stopped waiting: found by whatever sees them, and taken away when they are one too many.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Channel } from "../../../src/domain/Channel.ts"
import type { Switches } from "../../../src/sandbox/Switches.ts"
import {
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  listening,
  mayPost,
  pass,
  passUntil,
  publisherToken,
  publishing,
  rows,
  shown,
  stateOf,
  World,
  witnessToken,
  worldLayer
} from "./world.ts"

const lost = { stage: "processed", method: "sendMessage", action: { kind: "rst" } } as const
const late = (seconds: number) =>
  ({
    stage: "received",
    method: "sendMessage",
    action: { kind: "late", ms: seconds * 1000, loss: { kind: "rst" } }
  }) as const

const ears: ReadonlyArray<readonly [name: string, token: string]> = [
  ["the discussion group", publisherToken],
  ["a witness", witnessToken]
]

/** A discussion group where wanted, and whoever listens; one post of ours stands. */
const begun = (channel: Channel, token: string | undefined, group = true) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    if (group) {
      yield* emulator.control.addChat({ id: chats.group, type: "supergroup", title: "Discussion" })
      yield* emulator.control.setChat(chats.channel, { linkedChat: chats.group })
    }
    if (token !== undefined) yield* Effect.fork(listening(channel, token))
    yield* Effect.fork(publishing(channel))
    yield* enqueue("first", channel)
    yield* pass(10)
  })

const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>, switches: Partial<Switches> = {}) =>
  Effect.provide(effect, worldLayer(switches))

for (const [name, token] of ears) {
  describe(`receipts from ${name}`, () => {
    it.scoped("settle a post that was not answered within seconds, before anybody looks", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(deals, token)
          yield* fault(lost)
          const id = yield* enqueue("a")
          yield* enqueue("b")
          yield* pass(15)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
          assert.deepStrictEqual(yield* emulator.control.calls("setMessageReaction"), [])
        })
      )
    )

    it.scoped("tell of a post that somebody deleted before anybody could look", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(deals, token)
          yield* fault(lost)
          const id = yield* enqueue("a")
          yield* pass(1, 1)
          yield* emulator.control.deleteAsAdmin(chats.channel, 3)
          yield* pass(400)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* everShown, ["first", "a"])
        })
      )
    )

    it.scoped("show a request that landed after its post was sent again: the second one is taken away", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(deals, token)
          yield* fault(late(1_200))
          const id = yield* enqueue("a")
          yield* pass(400)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
          yield* pass(900)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
          assert.deepStrictEqual(yield* everShown, ["first", "a", "a"])
          const [stray] = yield* rows<{ fate: string }>("SELECT fate FROM stray")
          assert.strictEqual(stray?.fate, "removed")
          const history = yield* emulator.control.history(chats.channel)
          assert.isTrue(
            history.filter(({ author }) => author.kind === "user").every((one) => one.deleted === undefined)
          )
        })
      )
    )

    it.scoped("show a second post while the bot may not delete it: it is taken away when it may again", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(deals, token)
          yield* fault(late(1_200))
          yield* fault({ stage: "received", method: "deleteMessage", action: { kind: "rst" } })
          yield* enqueue("a")
          yield* pass(400)
          yield* passUntil(Effect.map(everShown, (all) => all.length === 3))
          yield* mayPost(false)
          yield* pass(120)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "a"])
          yield* mayPost(true)
          yield* pass(120)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
        })
      )
    )

    it.scoped("settle a parked post that turns out to stand", () =>
      inWorld(
        Effect.gen(function* () {
          const channel = { ...deals, onUnknown: "park" as const }
          yield* begun(channel, token)
          yield* fault(late(100))
          const id = yield* enqueue("a", channel)
          yield* pass(20)
          assert.strictEqual(yield* stateOf(id), "parked")
          yield* pass(100)
          assert.strictEqual(yield* stateOf(id), "sent")
        })
      )
    )

    it.scoped("a post that is queued again and turns out to stand is not sent a second time", () =>
      inWorld(
        Effect.gen(function* () {
          const channel = { ...deals, pace: { gapMs: 120_000, perMinute: 15 } }
          yield* begun(channel, token)
          yield* fault(late(290))
          const id = yield* enqueue("a", channel)
          // Absent after some 270 s, and then its turn comes only after the pace's two minutes.
          yield* enqueue("b", channel)
          yield* pass(600)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual((yield* shown()).toSorted(), ["Welcome", "a", "b", "first"])
        })
      )
    )
  })
}

describe("without receipts", () => {
  const reading: ReadonlyArray<readonly [string, Channel]> = [
    ["copies", { ...deals, logChat: `${chats.log}` }],
    ["the profile", { ...deals, profileOf: chats.owner }]
  ]
  for (const [name, channel] of reading) {
    it.scoped(`a request that landed after its post was sent again is found by ${name}, and taken away`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* emulator.control.personalChat(chats.owner, chats.channel)
          yield* begun(channel, undefined)
          yield* fault(late(1_200))
          yield* enqueue("a", channel)
          yield* pass(1_500, 10)
          assert.deepStrictEqual(yield* everShown, ["first", "a", "a"])
          // Nothing else is posted: the look at a set time sees it.
          yield* pass(10_800, 60)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
        })
      )
    )

    it.scoped(`the next post's id tells ${name} that something passed by: it is looked at at once`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* emulator.control.personalChat(chats.owner, chats.channel)
          yield* begun(channel, undefined)
          yield* fault(late(700))
          yield* enqueue("a", channel)
          yield* pass(750)
          assert.deepStrictEqual(yield* everShown, ["first", "a", "a"])
          yield* enqueue("b", channel)
          yield* pass(60)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
        })
      )
    )
  }

  it.scoped("posts of other people that pass by are looked at once and left alone", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel = { ...deals, logChat: `${chats.log}` }
        yield* begun(channel, undefined)
        yield* fault({ stage: "received", method: "sendMessage", action: { kind: "rst" } })
        yield* enqueue("a", channel)
        yield* pass(250)
        for (const text of ["x", "y"]) yield* emulator.control.postAsAdmin(chats.channel, text)
        yield* enqueue("b", channel)
        yield* pass(60)
        const before = (yield* emulator.control.calls("forwardMessage")).length
        yield* enqueue("c", channel)
        yield* pass(60)
        assert.strictEqual((yield* emulator.control.calls("forwardMessage")).length, before)
        assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "x", "y", "b", "c"])
      })
    )
  )
})

describe("what nobody has verified", () => {
  it.scoped("a witness that hears nothing costs nothing but time: the post is looked for", () =>
    inWorld(
      Effect.gen(function* () {
        yield* begun(deals, witnessToken, false)
        yield* fault(lost)
        const id = yield* enqueue("a")
        yield* pass(60)
        assert.strictEqual(yield* stateOf(id), "unknown")
        yield* pass(120)
        assert.strictEqual(yield* stateOf(id), "sent")
        assert.deepStrictEqual(yield* everShown, ["first", "a"])
      }),
      { witness: false }
    )
  )

  for (const forwardsKeyboards of [true, false]) {
    it.scoped(
      `posts with buttons are settled, whether or not (${forwardsKeyboards}) they are copied into the group`,
      () =>
        inWorld(
          Effect.gen(function* () {
            const channel: Channel = { ...deals, template: { _tag: "BuiltIn", name: "product" } }
            yield* begun(channel, publisherToken)
            yield* fault(lost)
            const id = yield* enqueue("a", channel)
            yield* pass(forwardsKeyboards ? 15 : 200)
            assert.strictEqual(yield* stateOf(id), "sent")
            assert.deepStrictEqual(yield* everShown, ["first", "a"])
          }),
          { forwardsKeyboards }
        )
    )
  }
})
