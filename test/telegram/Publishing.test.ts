// Sending, editing and taking away through the Bot API client against the emulator: what readers see afterwards, and what each answer means.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import type { Post } from "../../src/domain/Post.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { current, type Message, shownText } from "../../src/sandbox/Messages.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import { Telegram, type TelegramError } from "../../src/telegram/Telegram.ts"
import { type Emulated, emulated, otherToken, photos, pictured, text } from "./emulated.ts"

const buttons = [[{ text: "Open", url: "https://shop.example/1" }]]
const html = '<b>Kettle</b> <a href="https://shop.example/1">shop</a>'

/** What readers see of a message. */
const seen = (message: Message | undefined) =>
  message && {
    kind: current(message).content.kind,
    text: shownText(message).text,
    entities: shownText(message).entities.map(({ type }) => type),
    buttons:
      current(message)
        .keyboard?.inline_keyboard.flat()
        .map(({ url }) => url) ?? []
  }

const messageAt = ({ control }: Emulated, id: number) =>
  Effect.map(control.history("@deals"), (all) => all.find((message) => message.id === id))

const send = ({ telegram }: Emulated, post: Post, pictures = 0) =>
  Effect.map(telegram.send("@deals", post, photos(pictures)), ({ messageIds }) => messageIds)

/** "post 400": who is to blame, and the code. */
const blameOf = (error: TelegramError) =>
  error._tag === "TelegramRefused" ? `${error.blame} ${error.code}` : error._tag

describe("an album", () => {
  it.scoped(
    "is uploaded whole: one call, ids in order, the words under the first, no keyboard, no sound",
    () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const sent = yield* world.telegram.send("@deals", pictured(html, 3, { silent: true }), photos(3))
        assert.deepStrictEqual(sent, { messageIds: [2, 3, 4], chatId: world.channel })
        assert.lengthOf(yield* world.control.calls("sendMediaGroup"), 1)
        const standing = (yield* world.control.standing("@deals")).slice(1)
        assert.deepStrictEqual(
          standing.map((message) => seen(message)?.text),
          ["Kettle shop", "", ""]
        )
        assert.deepStrictEqual(seen(standing[0])?.entities, ["bold", "text_link"])
        assert.strictEqual(new Set(standing.map(({ album }) => album)).size, 1)
        assert.isTrue(standing.every(({ silent }) => silent))
        const bytes = yield* Effect.forEach(standing, (message) => {
          const { content } = current(message)
          return world.control.file(content.kind === "photo" ? content.media.unique : "none")
        })
        assert.deepStrictEqual(
          bytes.map((file) => [...file]),
          photos(3).map((photo) => [...photo.bytes])
        )
      })
  )

  it.scoped("of ten pictures goes, of eleven is refused as a post", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      assert.lengthOf(yield* send(world, pictured(html, 10), 10), 10)
      const refusal = yield* Effect.flip(send(world, pictured(html, 11), 11))
      assert.strictEqual(blameOf(refusal), "post 400")
      assert.lengthOf(yield* world.control.standing("@deals"), 11)
    })
  )

  it.scoped("of which Telegram refuses a picture is the media's fault, and nothing stands", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const junk = { bytes: new Uint8Array([1, 2, 3]), fileName: "junk.jpg" }
      const [good = junk] = photos(1)
      const refusal = yield* Effect.flip(world.telegram.send("@deals", pictured(html, 2), [good, junk]))
      assert.strictEqual(blameOf(refusal), "media 400")
      assert.lengthOf(yield* world.control.standing("@deals"), 1)
    })
  )

  it.scoped("that was posted in part is unknown, and so is one whose answer names fewer messages", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const partial = { kind: "partial", items: 1, inner: "Message was not sent" } as const
      yield* world.control.fault({ stage: "received", method: "sendMediaGroup", action: partial })
      const first = yield* Effect.flip(send(world, pictured(html, 3), 3))
      assert.strictEqual(first._tag, "TelegramUnknown")
      assert.lengthOf(yield* world.control.standing("@deals"), 2)
      yield* world.control.fault({ stage: "processed", method: "sendMediaGroup", action: { kind: "zeroId" } })
      const second = yield* Effect.flip(send(world, pictured(html, 2), 2))
      assert.strictEqual(second._tag, "TelegramUnknown")
    })
  )
})

describe("a yes", () => {
  /** Telegram answers so, whatever is asked. */
  const answered = (result: unknown) =>
    layerBotApi({
      token: Redacted.make(sandboxToken),
      exchange: async () => ({ status: 200, body: JSON.stringify({ ok: true, result }) })
    })
  const message = (id: number) => ({ message_id: id, chat: { id: -1001 } })

  for (const [what, result] of [
    ["names fewer messages than the album has", [message(2)]],
    ["names more of them", [message(2), message(3), message(4)]],
    ["names one message and no list", message(2)],
    ["names none", []],
    ["says something else", true]
  ] as const) {
    it.effect(`to an album that ${what} leaves its post unknown`, () =>
      Effect.gen(function* () {
        const telegram = yield* Telegram
        const failure = yield* Effect.flip(telegram.send("@deals", pictured(html, 2), photos(2)))
        assert.strictEqual(failure._tag, "TelegramUnknown")
      }).pipe(Effect.provide(answered(result)))
    )
  }

  it.effect("names the messages of an album in any order", () =>
    Effect.gen(function* () {
      const telegram = yield* Telegram
      const sent = yield* telegram.send("@deals", pictured(html, 2), photos(2))
      assert.deepStrictEqual(sent, { messageIds: [9, 10], chatId: -1001 })
    }).pipe(Effect.provide(answered([message(10), message(9)])))
  )
})

describe("a single post", () => {
  it.scoped("tells the chat's number beside its id, by whatever name the chat was called", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      for (const [index, chat] of ["@deals", "@DEALS", `${world.channel}`].entries()) {
        const sent = yield* world.telegram.send(chat, text("x"))
        assert.deepStrictEqual(sent, { messageIds: [2 + index], chatId: world.channel })
      }
    })
  )

  it.scoped("that was accepted without an id is unknown: it will stand under one that nobody told", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.control.fault({ stage: "processed", method: "sendMessage", action: { kind: "zeroId" } })
      assert.strictEqual((yield* Effect.flip(send(world, text("x"))))._tag, "TelegramUnknown")
    })
  )
})

describe("an edit", () => {
  const forms: ReadonlyArray<readonly [what: string, pictures: number, kind: "text" | "photo"]> = [
    ["a text", 0, "text"],
    ["a picture's caption", 1, "photo"],
    ["an album's caption", 3, "photo"]
  ]
  for (const [what, pictures, kind] of forms) {
    it.scoped(`puts new words into ${what}, and the keyboard stays because it is sent again`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const keyboard = pictures > 1 ? {} : { buttons }
        const [id = 0, ...more] = yield* send(world, pictured(html, pictures, keyboard), pictures)
        yield* world.telegram.edit("@deals", id, pictured("<i>sold out</i>", pictures, keyboard))
        assert.deepStrictEqual(seen(yield* messageAt(world, id)), {
          kind,
          text: "sold out",
          entities: ["italic"],
          buttons: pictures > 1 ? [] : ["https://shop.example/1"]
        })
        for (const other of more) assert.strictEqual(seen(yield* messageAt(world, other))?.text, "")
      })
    )

    it.scoped(`without buttons takes the keyboard away from ${what}`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const keyboard = pictures > 1 ? {} : { buttons }
        const [id = 0] = yield* send(world, pictured(html, pictures, keyboard), pictures)
        yield* world.telegram.edit("@deals", id, pictured("<i>sold out</i>", pictures))
        assert.deepStrictEqual(seen(yield* messageAt(world, id))?.buttons, [])
      })
    )

    it.scoped(`of ${what} into what stands there already is done, and leaves no version`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const post = pictured(html, pictures, pictures > 1 ? {} : { buttons })
        const [id = 0] = yield* send(world, post, pictures)
        yield* world.telegram.edit("@deals", id, post)
        assert.lengthOf((yield* messageAt(world, id))?.versions ?? [], 1)
      })
    )
  }

  it.scoped("keeps the link preview as the post has it", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const previewUrl = "https://shop.example/1"
      const [id = 0] = yield* send(world, text("a", { previewUrl }))
      yield* world.telegram.edit("@deals", id, text("b", { previewUrl }))
      const message = yield* messageAt(world, id)
      const content = message && current(message).content
      assert.containsSubset(content, { preview: { url: previewUrl, is_disabled: false } })
      yield* world.telegram.edit("@deals", id, text("b"))
      const plain = yield* messageAt(world, id)
      assert.containsSubset(plain && current(plain).content, { preview: { is_disabled: true } })
    })
  )

  for (const stale of [false, true]) {
    it.scoped(
      `of a post that somebody deleted says that it is gone${stale ? ", also where the server still holds it" : ""}`,
      () =>
        Effect.gen(function* () {
          const world = yield* emulated({ switches: { staleAfterAdminDelete: stale } })
          const [id = 0] = yield* send(world, text("a"))
          yield* world.control.deleteAsAdmin("@deals", id)
          const refusal = yield* Effect.flip(world.telegram.edit("@deals", id, text("b")))
          assert.strictEqual(blameOf(refusal), "gone 400")
        })
    )
  }

  it.scoped("that is answered `message not found` although it worked is asked once more, and done", () =>
    Effect.gen(function* () {
      const world = yield* emulated({ switches: { editedThenNotFound: true } })
      const [id = 0] = yield* send(world, text("a"))
      yield* world.telegram.edit("@deals", id, text("b"))
      assert.strictEqual(seen(yield* messageAt(world, id))?.text, "b")
      assert.lengthOf(yield* world.control.calls("editMessageText"), 2)
    })
  )

  it.scoped("of somebody else's post is refused where the bot may not, and leaves it as it is", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.control.setMembership(
        "@deals",
        "administrator",
        { can_edit_messages: false },
        1_000_000_001
      )
      const refusal = yield* Effect.flip(world.telegram.edit("@deals", 1, text("ours")))
      assert.strictEqual(blameOf(refusal), "post 400")
      assert.strictEqual(seen(yield* messageAt(world, 1))?.text, "Welcome")
    })
  )

  for (const [what, pictures, post] of [
    ["words into a picture", 1, text("b")],
    ["a caption into a text", 0, pictured("b", 1)],
    ["too many words", 0, text("x".repeat(4097))],
    ["too long a caption", 1, pictured("x".repeat(1025), 1)]
  ] as const) {
    it.scoped(`of ${what} is refused as a post for good`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const [id = 0] = yield* send(world, pictured("a", pictures), pictures)
        assert.strictEqual(blameOf(yield* Effect.flip(world.telegram.edit("@deals", id, post))), "post 400")
      })
    )
  }

  it.scoped("whose answer is lost counts as not done, and done again it is done", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      const [id = 0] = yield* send(world, text("a"))
      yield* world.control.fault({ stage: "processed", method: "editMessageText", action: { kind: "rst" } })
      const lost = yield* Effect.flip(world.telegram.edit("@deals", id, text("b")))
      assert.strictEqual(lost._tag, "TelegramUnreachable")
      yield* world.telegram.edit("@deals", id, text("b"))
      assert.lengthOf((yield* messageAt(world, id))?.versions ?? [], 2)
    })
  )
})

describe("taking away", () => {
  for (const pictures of [0, 3]) {
    const what = pictures === 0 ? "a post" : "an album"

    it.scoped(`${what} works within 48 hours, and done again it is done`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const ids = yield* send(world, pictured(html, pictures), pictures)
        yield* TestClock.adjust("48 hours")
        yield* world.telegram.remove("@deals", ids)
        assert.lengthOf(yield* world.control.standing("@deals"), 1)
        yield* world.telegram.remove("@deals", ids)
      })
    )

    it.scoped(`${what} after 48 hours is refused for good, and it stays`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        const ids = yield* send(world, pictured(html, pictures), pictures)
        yield* TestClock.adjust("48 hours")
        yield* TestClock.adjust("1 second")
        const refusal = yield* Effect.flip(world.telegram.remove("@deals", ids))
        assert.strictEqual(blameOf(refusal), "post 400")
        assert.lengthOf(yield* world.control.standing("@deals"), 1 + ids.length)
      })
    )
  }

  it.scoped("nothing is no call; what is left of an album goes, whatever else is gone already", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.telegram.remove("@deals", [])
      assert.lengthOf(yield* world.control.calls("deleteMessages"), 0)
      const ids = yield* send(world, pictured(html, 3), 3)
      yield* world.control.deleteAsAdmin("@deals", ids[1] ?? 0)
      yield* world.telegram.remove("@deals", ids)
      assert.lengthOf(yield* world.control.standing("@deals"), 1)
    })
  )

  it.scoped("somebody else's post is refused where the bot may not", () =>
    Effect.gen(function* () {
      const world = yield* emulated()
      yield* world.control.setMembership(
        "@deals",
        "administrator",
        { can_delete_messages: false },
        1_000_000_001
      )
      assert.strictEqual(blameOf(yield* Effect.flip(world.telegram.remove("@deals", [1]))), "post 400")
      assert.lengthOf(yield* world.control.standing("@deals"), 1)
    })
  )
})

describe("what a bot may do in a chat", () => {
  const rights = { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }
  const bot = 1_000_000_001

  it.scoped("is read from its own membership, the group and the protection from the chat", () =>
    Effect.gen(function* () {
      const { channel, control, telegram } = yield* emulated()
      const group = yield* control.addChat({ type: "supergroup" })
      yield* control.setMembership("@deals", "administrator", rights, bot)
      yield* control.setChat("@deals", { protectedContent: true, linkedChat: group.id })
      assert.deepStrictEqual(yield* telegram.access("@deals"), {
        ...{ id: channel, title: "Deals", type: "channel" },
        ...{ canPost: true, canEditOthers: false, canDeleteOthers: false },
        ...{ protectedContent: true, linkedChat: group.id }
      })
    })
  )

  it.scoped("is nothing for a mere member of a channel, and posting for one of a group", () =>
    Effect.gen(function* () {
      const { control, telegram } = yield* emulated()
      const group = yield* control.addChat({ type: "supergroup", bots: { status: "member" } })
      yield* control.setMembership("@deals", "member", {}, bot)
      const none = { canPost: false, canEditOthers: false, canDeleteOthers: false }
      assert.containsSubset(yield* telegram.access("@deals"), none)
      assert.containsSubset(yield* telegram.access(`${group.id}`), { ...none, canPost: true })
    })
  )

  it.scoped("cannot be told of a chat that the bot never saw; its own name can", () =>
    Effect.gen(function* () {
      const { telegram, updatesOf } = yield* emulated()
      assert.strictEqual(blameOf(yield* Effect.flip(telegram.access("@no_such_chat"))), "channel 400")
      assert.deepStrictEqual(yield* telegram.me, { id: bot, username: "once_bot" })
      assert.deepStrictEqual(yield* updatesOf(otherToken).me, { id: bot + 1, username: "other_bot" })
    })
  )
})

describe("a bot that is logged out, or its token revoked", () => {
  for (const [what, code, description] of [
    ["logged out", 400, "Bad Request: logged out"],
    ["revoked", 401, "Unauthorized"]
  ] as const)
    it.scoped(`${what}: what is in flight may stand, what comes after is refused`, () =>
      Effect.gen(function* () {
        const world = yield* emulated()
        yield* send(world, text("a"))
        const action = { kind: "error", code, description } as const
        yield* world.control.fault({ stage: "processed", method: "sendMessage", action })
        assert.strictEqual(blameOf(yield* Effect.flip(send(world, text("b")))), "TelegramUnknown")
        assert.lengthOf(yield* world.control.standing("@deals"), 3)
        yield* world.control.revokeBot(1_000_000_001)
        assert.strictEqual(blameOf(yield* Effect.flip(send(world, text("c")))), "configuration 401")
        assert.lengthOf(yield* world.control.standing("@deals"), 3)
      })
    )
})
