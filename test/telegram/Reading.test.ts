// Looking at what stands in a channel, through the Bot API client against the emulator: what is told of a message, and that nobody sees it.
import { Buffer } from "node:buffer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import type { Reply } from "../../src/sandbox/Reply.ts"
import { emulatedExchange } from "../../src/simulation/EmulatedHttp.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import { type Look, Reader } from "../../src/telegram/Reader.ts"
import { type Emulated, emulated, otherToken, photos, pictured, text } from "./emulated.ts"

const link = "https://shop.example/1?oncecast=7Kp3xQ2fLw"
const linked = text(`<a href="${link}">Kettle</a>`)
const button = text("Kettle", { buttons: [[{ text: "Open", url: link }]] })

const onlyId = (sent: { readonly messageIds: ReadonlyArray<number> }) => sent.messageIds[0] ?? 0

const lookAt = ({ reader, log }: Emulated, id: number) => reader.forward("@deals", id, `${log}`)

const worked = (reply: Reply) => assert.strictEqual(reply.kind, "answer")

/** Another bot forwards something into the channel, as an admin would; the new id. */
const forwardInto = ({ call, control }: Emulated, from: string | number, id: number) =>
  Effect.gen(function* () {
    worked(
      yield* call(otherToken, "forwardMessage", { chat_id: "@deals", from_chat_id: from, message_id: id })
    )
    return (yield* control.standing("@deals")).at(-1)?.id ?? 0
  })

describe("a look by a copy", () => {
  for (const [what, post] of [
    ["in its text", linked],
    ["in its keyboard", button]
  ] as const) {
    it.scoped(
      `shows the message where it stands, with the links ${what}, and leaves the channel as it is`,
      () =>
        Effect.gen(function* () {
          const world = yield* emulated()
          const id = onlyId(yield* world.telegram.send("@deals", post))
          const before = yield* world.control.history("@deals")
          const look = yield* lookAt(world, id)
          assert.containsSubset(look, {
            _tag: "Seen",
            message: {
              chat: { id: world.channel, username: "deals" },
              messageId: id,
              links: [link],
              bare: false
            }
          })
          assert.deepStrictEqual(yield* world.control.history("@deals"), before)
          assert.strictEqual((yield* world.control.standing(`${world.log}`)).at(-1)?.silent, true)
          if (look._tag === "Seen") yield* world.telegram.remove(`${world.log}`, [look.copy])
          assert.deepStrictEqual(yield* world.control.standing(`${world.log}`), [])
        })
    )
  }

  it.scoped("knows the channel by another of its names too, and a forward from elsewhere still as one", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const exchange = yield* emulatedExchange(world)
      const layer = layerBotApi({
        token: Redacted.make(sandboxToken),
        exchange: (call) =>
          exchange({ ...call, body: Buffer.from(`${call.body}`.replaceAll("@second", "@deals")) })
      })
      const reader = yield* Effect.provide(Reader, layer)
      const id = onlyId(yield* world.telegram.send("@deals", linked))
      const look = yield* reader.forward("@second", id, `${world.log}`)
      assert.containsSubset(look, { _tag: "Seen", message: { messageId: id, links: [link] } })
      yield* world.control.addChat({ username: "elsewhere", title: "Elsewhere" })
      for (let n = 0; n <= id; n++) yield* world.control.postAsAdmin("@elsewhere", "theirs")
      const forward = yield* forwardInto(world, "@elsewhere", id + 1)
      assert.strictEqual(forward, id + 1)
      assert.strictEqual((yield* reader.forward("@second", forward, `${world.log}`))._tag, "Forward")
    })
  )

  it.scoped("shows one message of an album at a time; of those behind the first that they are bare", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const { messageIds } = yield* world.telegram.send("@deals", pictured(linked.html, 3), photos(3))
      const looks = yield* Effect.forEach(messageIds, (id) => lookAt(world, id))
      const seen = looks.flatMap((look) => (look._tag === "Seen" ? [look.message] : []))
      assert.deepStrictEqual(
        seen.map(({ messageId, links, bare }) => ({ messageId, links, bare })),
        messageIds.map((messageId, index) => ({
          messageId,
          links: index === 0 ? [link] : [],
          bare: index > 0
        }))
      )
      assert.strictEqual(new Set(seen.map(({ at }) => at)).size, 1)
    })
  )

  const others: ReadonlyArray<
    readonly [what: string, (world: Emulated) => Effect.Effect<number, unknown>, Look["_tag"]]
  > = [
    ["an id above all", () => Effect.succeed(99), "Absent"],
    [
      "a message that somebody deleted",
      ({ control }) => Effect.as(control.deleteAsAdmin("@deals", 1), 1),
      "Absent"
    ],
    ["a pin", ({ control }) => Effect.as(control.pinAsAdmin("@deals", 1), 2), "Service"],
    [
      "a message in a channel that protects its content",
      ({ control }) => Effect.as(control.setChat("@deals", { protectedContent: true }), 1),
      "Protected"
    ],
    [
      "a message that cannot be read now",
      ({ control }) => Effect.as(control.blind("@deals", 1, 60_000), 1),
      "Absent"
    ]
  ]
  for (const [what, arrange, expected] of others) {
    it.scoped(`says of ${what} that it is ${expected}`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const id = yield* arrange(world)
        assert.strictEqual((yield* lookAt(world, id))._tag, expected)
      })
    )
  }

  it.scoped(
    "says of what somebody forwarded into the channel that it is theirs, wherever it comes from",
    () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const { control } = world
        yield* control.addChat({ username: "elsewhere" })
        for (let post = 0; post < 4; post++) yield* control.postAsAdmin("@elsewhere", `See ${link}`)
        const own = onlyId(yield* world.telegram.send("@deals", linked))
        for (const [from, id] of [
          ["@elsewhere", 1],
          // Stands under the same id there and here.
          ["@elsewhere", 4],
          ["@deals", own]
        ] as const) {
          const forwarded = yield* forwardInto(world, from, id)
          if (id === 4) assert.strictEqual(forwarded, id)
          const look = yield* lookAt(world, forwarded)
          assert.strictEqual(look._tag, "Forward")
          assert.strictEqual("copy" in look, true)
        }
      })
  )

  it.scoped("fails where the chat or the log chat cannot be used", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const nowhere = yield* Effect.flip(world.reader.forward("@deals", 1, "@no_such_chat"))
      assert.containsSubset(nowhere, { _tag: "TelegramRefused", blame: "channel" })
      const unknown = yield* Effect.flip(world.reader.forward("@no_such_chat", 1, `${world.log}`))
      assert.containsSubset(unknown, { _tag: "TelegramRefused", blame: "channel" })
    })
  )
})

describe("the question whether a message is there", () => {
  it.scoped("is answered for posts, pins and ids without a message, and leaves no trace", () =>
    Effect.gen(function* () {
      const { control, reader } = yield* emulated()
      yield* control.pinAsAdmin("@deals", 1)
      const before = yield* control.history("@deals")
      assert.deepStrictEqual(yield* Effect.forEach([1, 2, 3], (id) => reader.exists("@deals", id)), [
        true,
        true,
        false
      ])
      assert.deepStrictEqual(yield* control.history("@deals"), before)
    })
  )

  it.scoped("is not answered where the bot is not: that says nothing about the message", () =>
    Effect.gen(function* () {
      const { control, reader } = yield* emulated()
      yield* control.setMembership("@deals", "kicked", {}, 1_000_000_001)
      assert.containsSubset(yield* Effect.flip(reader.exists("@deals", 1)), {
        _tag: "TelegramRefused",
        blame: "channel"
      })
    })
  )

  it.scoped("is taken for a yes when Telegram refuses the reaction itself", () =>
    Effect.gen(function* () {
      const { control, reader } = yield* emulated()
      const action = { kind: "error", code: 400, description: "Bad Request: REACTION_INVALID" } as const
      yield* control.fault({ stage: "received", method: "setMessageReaction", action })
      assert.isTrue(yield* reader.exists("@deals", 1))
    })
  )
})

describe("the newest posts of a profile", () => {
  it.scoped("are at most 20, newest first, with their links, as they stand now", () =>
    Effect.gen(function* () {
      const { control, reader, telegram } = yield* emulated()
      yield* control.personalChat(4242, "@deals")
      for (let post = 0; post < 20; post++) yield* control.postAsAdmin("@deals", `post ${post}`)
      const id = onlyId(yield* telegram.send("@deals", text("first words")))
      yield* telegram.edit("@deals", id, linked)
      yield* control.deleteAsAdmin("@deals", 20)
      const newest = yield* reader.newest(4242)
      assert.lengthOf(newest, 20)
      assert.deepStrictEqual(newest[0]?.links, [link])
      const ids = newest.map(({ messageId }) => messageId)
      assert.deepStrictEqual([ids[0], ids[1], ids[2]], [id, 21, 19])
    })
  )

  it.scoped("bear no links where they are somebody's forward of a post of ours", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.control.personalChat(4242, "@deals")
      const own = onlyId(yield* world.telegram.send("@deals", linked))
      yield* forwardInto(world, "@deals", own)
      const newest = yield* world.reader.newest(4242)
      assert.deepStrictEqual(
        newest.slice(0, 2).map(({ links }) => links),
        [[], [link]]
      )
    })
  )

  it.scoped("of a user who is not known, or shows no channel, are a failure", () =>
    Effect.gen(function* () {
      const { reader } = yield* emulated()
      assert.strictEqual((yield* Effect.flip(reader.newest(4242)))._tag, "TelegramRefused")
    })
  )
})
