// A send that was not answered: what the channel's readers see in the end, by every technique of looking and under every fault of it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { Channel } from "../../../src/domain/Channel.ts"
import { Database } from "../../../src/storage/Database.ts"
import { Telegram } from "../../../src/telegram/Telegram.ts"
import {
  chats,
  deals,
  enqueue,
  everShown,
  fault,
  markersShown,
  mayPost,
  pass,
  publishing,
  rows,
  shown,
  stateOf,
  World,
  witnessToken,
  worldLayer
} from "./world.ts"

const lost = { stage: "processed", method: "sendMessage", action: { kind: "rst" } } as const
const never = { stage: "received", method: "sendMessage", action: { kind: "rst" } } as const

const techniques: ReadonlyArray<readonly [name: string, channel: Channel]> = [
  ["copies in a log chat", { ...deals, logChat: `${chats.log}` }],
  ["the profile", { ...deals, profileOf: chats.owner }],
  ["questions and an edit that changes nothing", deals]
]

const inWorld = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, worldLayer())

/** Two posts that stand, so that reading can be checked; then faults begin. */
const begun = (channel: Channel) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    yield* emulator.control.personalChat(chats.owner, chats.channel)
    yield* Effect.fork(publishing(channel))
    yield* enqueue("first", channel)
    yield* pass(10)
    assert.deepStrictEqual(yield* shown(), ["Welcome", "first"])
  })

for (const [name, channel] of techniques) {
  describe(`with ${name}`, () => {
    it.scoped("a post that arrived unanswered is found, and not sent again", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault(lost)
          const id = yield* enqueue("a", channel)
          yield* enqueue("b", channel)
          yield* pass(80)
          assert.strictEqual(yield* stateOf(id), "unknown")
          yield* pass(60)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
          assert.deepStrictEqual(yield* shown(chats.log), [])
        })
      )
    )

    it.scoped("one whose item came with a marker of another post in its link is found as well", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault(lost)
          const link = "https://shop.example/a?oncecast=AAAAAAAAAA"
          const id = yield* enqueue("a", channel, { link, body: `<a href="${link}">read</a>` })
          yield* pass(200)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* everShown, ["first", "a"])
        })
      )
    )

    it.scoped(
      "one whose text, before its own link, has another post's with its marker is found as well",
      () =>
        inWorld(
          Effect.gen(function* () {
            const text = "{{ body }}\n<a href='{{ link }}'>{{ title }}</a>"
            const worded: Channel = { ...channel, template: { _tag: "File", path: "short.liquid", text } }
            yield* begun(worded)
            yield* fault(lost)
            const body = `<a href="https://shop.example/?p=1&#038;oncecast=AAAAAAAAAA">a</a>`
            const id = yield* enqueue("a", worded, { body })
            yield* pass(300)
            assert.strictEqual(yield* stateOf(id), "sent")
            assert.deepStrictEqual(yield* everShown, ["first", "a"])
          })
        )
    )

    it.scoped("a post that did not arrive is sent again, silently, after two looks a minute apart", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(channel)
          yield* fault(never)
          const id = yield* enqueue("a", channel)
          yield* enqueue("b", channel)
          yield* pass(145)
          assert.strictEqual(yield* stateOf(id), "unknown")
          yield* pass(60)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
          const [, , a, b] = yield* emulator.control.standing(chats.channel)
          assert.deepStrictEqual([a?.silent, b?.silent], [true, false])
          assert.strictEqual(new Set(yield* markersShown).size, 3)
        })
      )
    )

    it.scoped("a request that the server absorbed and carried out a minute later is found", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault({ ...never, action: { kind: "late", ms: 59_000, loss: { kind: "rst" } } })
          yield* enqueue("a", channel)
          yield* enqueue("b", channel)
          yield* pass(260)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
          assert.deepStrictEqual(yield* everShown, ["first", "a", "b"])
        })
      )
    )

    it.scoped("posts of other people in between do not hide it, and stay as they are", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(channel)
          yield* fault(lost)
          yield* fault({ stage: "received", method: "sendMessage", action: { kind: "delay", ms: 1_000 } })
          yield* enqueue("a", channel)
          yield* pass(0.5, 0.5)
          for (const text of ["x", "y"]) yield* emulator.control.postAsAdmin(chats.channel, text)
          yield* pass(200)
          yield* enqueue("b", channel)
          yield* pass(20)
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "x", "y", "a", "b"])
          const history = yield* emulator.control.history(chats.channel)
          const foreign = history.filter((message) => message.author.kind === "user")
          assert.isTrue(
            foreign.every((message) => message.versions.length === 1 && message.deleted === undefined)
          )
        })
      )
    )

    it.scoped("what people forward into the channel, posts of ours too, is taken for nothing of ours", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const { control, call } = emulator
          yield* control.addChat({ username: "elsewhere" })
          yield* control.postAsAdmin("@elsewhere", "from elsewhere")
          yield* begun(channel)
          const forwards = (from: string, message: number) =>
            call(witnessToken, "forwardMessage", {
              chat_id: chats.channel,
              from_chat_id: from,
              message_id: message
            })
          yield* forwards("@elsewhere", 1)
          yield* forwards(chats.channel, 2)
          yield* fault(lost)
          const id = yield* enqueue("a", channel)
          yield* pass(5)
          yield* forwards(chats.channel, 5)
          yield* pass(200)
          assert.strictEqual(yield* stateOf(id), "sent")
          const chat = (yield* control.chats).find(({ username }) => username === "deals")
          assert.deepStrictEqual(yield* rows("SELECT chat_id AS id FROM channel"), [{ id: chat?.id }])
          yield* enqueue("b", channel)
          yield* pass(20)
          assert.deepStrictEqual(yield* shown(), [
            "Welcome",
            "first",
            "from elsewhere",
            "first",
            "a",
            "a",
            "b"
          ])
          assert.deepStrictEqual(yield* rows("SELECT message_ids ->> 0 AS id FROM delivery ORDER BY id"), [
            { id: 2 },
            { id: 5 },
            { id: 7 }
          ])
          assert.deepStrictEqual(yield* shown(chats.log), [])
        })
      )
    )

    it.scoped("a reader that sees none of our posts is not believed: nothing is sent again", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(channel)
          yield* fault(never)
          const id = yield* enqueue("a", channel)
          // Nobody deletes his posts at once; but what cannot be seen any more proves nothing.
          yield* emulator.control.deleteAsAdmin(chats.channel, 2)
          yield* pass(300)
          assert.strictEqual(yield* stateOf(id), "unknown")
          yield* pass(3_600, 60)
          assert.strictEqual(yield* stateOf(id), "parked")
          assert.deepStrictEqual(yield* everShown, ["first"])
        })
      )
    )

    it.scoped("a look that fails is repeated until it can be done", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault(lost)
          for (const method of ["forwardMessage", "getUserPersonalChatMessages", "setMessageReaction"]) {
            const action = { kind: "html", status: 502 } as const
            yield* fault({ stage: "received", method, action, times: 3, probability: 1 })
          }
          const id = yield* enqueue("a", channel)
          yield* pass(900)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* everShown, ["first", "a"])
        })
      )
    )

    it.scoped("three attempts that were never answered are left to a person, and the channel goes on", () =>
      inWorld(
        Effect.gen(function* () {
          yield* begun(channel)
          yield* fault({ ...never, probability: 1, times: 3 })
          const id = yield* enqueue("a", channel)
          yield* enqueue("b", channel)
          yield* pass(700)
          assert.strictEqual(yield* stateOf(id), "parked")
          assert.deepStrictEqual(yield* everShown, ["first", "b"])
        })
      )
    )
  })
}

describe("the edit that tells whether a post is ours", () => {
  it.scoped("is not tried where it could change posts of other people", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        yield* emulator.control.setMembership(chats.channel, "administrator", { can_edit_messages: true })
        yield* begun(deals)
        yield* fault(lost)
        const id = yield* enqueue("a")
        yield* pass(300)
        assert.strictEqual(yield* stateOf(id), "unknown")
        assert.deepStrictEqual(yield* emulator.control.calls("editMessageText"), [])
      })
    )
  )

  it.scoped("is not tried while another attempt may have landed, which it would overwrite", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        yield* begun(deals)
        yield* fault(never)
        yield* enqueue("a", { ...deals, onUnknown: "park" })
        yield* pass(250)
        yield* fault(lost)
        const b = yield* enqueue("b")
        yield* pass(300)
        assert.strictEqual(yield* stateOf(b), "unknown")
        assert.deepStrictEqual(yield* emulator.control.calls("editMessageText"), [])
      })
    )
  )
})

describe("a bot that loses the right to post, and gets it back", () => {
  for (const [when, seconds] of [
    ["before its post is looked for", 10],
    ["between the two looks", 110]
  ] as const) {
    it.scoped(`${when}: what it may not edit meanwhile is not taken for somebody else's`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* begun(deals)
          yield* emulator.control.postAsAdmin(chats.channel, "theirs")
          yield* fault(lost)
          const id = yield* enqueue("a")
          yield* pass(seconds)
          yield* mayPost(false)
          yield* pass(600)
          yield* mayPost(true)
          yield* pass(900)
          assert.deepStrictEqual(yield* everShown, ["first", "a"])
          assert.strictEqual(yield* stateOf(id), "sent")
        })
      )
    )
  }
})

describe("posts of the same bot that nobody here has made", () => {
  for (const [what, rule] of [
    ["arrived", lost],
    ["did not arrive", never]
  ] as const)
    it.scoped(`are not overwritten to find out whether the first post ${what}`, () =>
      inWorld(
        Effect.gen(function* () {
          const telegram = yield* Telegram
          const old = { html: "old", photoUrls: [], buttons: [], silent: false }
          yield* telegram.send(chats.channel, old)
          yield* Effect.fork(publishing(deals))
          yield* fault(rule)
          yield* enqueue("a")
          yield* pass(7_200, 20)
          const found = yield* shown()
          assert.deepStrictEqual(found.slice(0, 2), ["Welcome", "old"])
          assert.isAtMost(found.filter((line) => line === "a").length, 1)
        })
      )
    )
})

describe("posts of the same bot that a restored backup lacks", () => {
  it.scoped("are not overwritten to find out whether a post arrived that was under way at the backup", () =>
    inWorld(
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(publishing(deals))
        yield* enqueue("first")
        yield* pass(10)
        yield* fault(never)
        const id = yield* enqueue("a")
        yield* pass(10)
        yield* Fiber.interrupt(fiber)
        const database = yield* Database
        yield* database.transaction("restore", (db) =>
          db.run("INSERT INTO restored_channel (id, at, floor) SELECT id, 0, floor FROM channel")
        )
        const telegram = yield* Telegram
        yield* telegram.send(chats.channel, { html: "later", photoUrls: [], buttons: [], silent: false })
        yield* Effect.fork(publishing(deals, "two"))
        yield* pass(4_000, 20)
        assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "later"])
        assert.strictEqual(yield* stateOf(id), "parked")
      })
    )
  )
})

describe("a group in the place of a channel", () => {
  for (const [what, rule] of [
    ["arrived", lost],
    ["did not arrive", never]
  ] as const)
    it.scoped(`whose copies name no message: a post that ${what} stands once`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          const chat = "@talk"
          yield* emulator.control.addChat({ type: "supergroup", username: "talk", title: "Talk" })
          yield* emulator.control.sayIn(chat, 77, "hello")
          const talk: Channel = { ...deals, chat, logChat: `${chats.log}` }
          yield* Effect.fork(publishing(talk))
          yield* enqueue("first", talk)
          yield* pass(10)
          yield* emulator.control.sayIn(chat, 77, "nice")
          yield* fault(rule)
          const id = yield* enqueue("a", talk)
          yield* pass(400)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* shown(chat), ["hello", "first", "nice", "a"])
        })
      )
    )
})

describe("a channel that protects its content", () => {
  it.scoped("cannot be read by copies: then it is asked, and a post that is there is recognised", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel = { ...deals, logChat: `${chats.log}` }
        yield* emulator.control.setChat(chats.channel, { protectedContent: true })
        yield* begun(channel)
        yield* fault(lost)
        const id = yield* enqueue("a", channel)
        yield* pass(200)
        assert.strictEqual(yield* stateOf(id), "sent")
        assert.deepStrictEqual(yield* everShown, ["first", "a"])
      })
    )
  )
})

describe("a channel without any post of ours yet", () => {
  for (const [name, channel] of techniques) {
    const readable = channel !== deals
    const ends = readable ? "finds the first one when it is there" : "leaves the first one to a person"
    it.scoped(`with ${name} ${ends}`, () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* emulator.control.personalChat(chats.owner, chats.channel)
          yield* fault(lost)
          const id = yield* enqueue("a", channel)
          yield* Effect.fork(publishing(channel))
          yield* readable ? pass(300) : pass(4_000, 20)
          assert.strictEqual(yield* stateOf(id), readable ? "sent" : "parked")
          assert.deepStrictEqual(yield* everShown, ["a"])
        })
      )
    )
  }
})

describe("what the channel chooses", () => {
  it.scoped("`park` goes on at once and leaves the post to a person", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...deals, onUnknown: "park" as const }
        yield* begun(channel)
        yield* fault(never)
        const id = yield* enqueue("a", channel)
        yield* enqueue("b", channel)
        yield* pass(20)
        assert.strictEqual(yield* stateOf(id), "parked")
        assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "b"])
      })
    )
  )

  it.scoped("`resend` sends it again after the quiet time without looking", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...deals, onUnknown: "resend" as const }
        yield* begun(channel)
        yield* fault(never)
        yield* enqueue("a", channel)
        yield* pass(110)
        assert.deepStrictEqual(yield* everShown, ["first", "a"])
      })
    )
  )

  it.scoped("`drop` gives it up; that it arrived all the same is learnt from a look later", () =>
    inWorld(
      Effect.gen(function* () {
        const channel = { ...deals, onUnknown: "drop" as const, logChat: `${chats.log}` }
        yield* begun(channel)
        yield* fault(lost)
        const id = yield* enqueue("a", channel)
        yield* pass(20)
        assert.strictEqual(yield* stateOf(id), "refused")
        yield* pass(600, 10)
        assert.strictEqual(yield* stateOf(id), "sent")
        assert.deepStrictEqual(yield* everShown, ["first", "a"])
      })
    )
  )

  it.scoped("`drop` asks nothing later where an answer could not tell whose post stands there", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const channel = { ...deals, onUnknown: "drop" as const }
        yield* begun(channel)
        yield* fault(lost)
        const id = yield* enqueue("a", channel)
        yield* pass(6_000, 60)
        assert.strictEqual(yield* stateOf(id), "refused")
        assert.deepStrictEqual(yield* emulator.control.calls("setMessageReaction"), [])
      })
    )
  )
})

describe("a process that ends while a request is under way", () => {
  for (const [what, rule] of [
    ["arrived", { ...lost, action: { kind: "stall" } }],
    ["did not arrive", { ...never, action: { kind: "stall" } }]
  ] as const) {
    it.scoped(`leaves to the next one to find out that it ${what}: the post stands once`, () =>
      inWorld(
        Effect.gen(function* () {
          const channel = { ...deals, logChat: `${chats.log}` }
          const first = yield* Effect.fork(publishing(channel, "one"))
          yield* enqueue("first", channel)
          yield* pass(10)
          yield* fault(rule)
          const id = yield* enqueue("a", channel)
          yield* pass(10)
          assert.strictEqual(yield* stateOf(id), "sending")
          yield* Effect.fork(Fiber.interrupt(first))
          yield* pass(10)
          assert.strictEqual(yield* stateOf(id), "sending")
          yield* Effect.fork(publishing(channel, "two"))
          yield* pass(20)
          assert.strictEqual(yield* stateOf(id), "unknown")
          yield* pass(400)
          assert.strictEqual(yield* stateOf(id), "sent")
          assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
        })
      )
    )
  }
})
