// E5–E8, E10, E11: what a send makes and what it refuses, through grammY alone; each row cites reference/telegram-bot-api.md.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { channel, complaint, done, emulated } from "./grammy.ts"
import { gif, jpeg, png, upload, webp } from "./pictures.ts"

const button = (extra: object): object => ({
  reply_markup: { inline_keyboard: [[{ text: "b", ...extra }]] }
})

describe("sending", () => {
  it.scopedLive(
    "ids start at 1 in each chat, grow by one over posts, pins and albums, and are never used again (E5)",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        yield* control.addChat({ username: "@other" })
        const one = yield* done(() => api.sendMessage(channel, "one"))
        yield* control.postAsAdmin(channel, "foreign")
        yield* done(() => api.pinChatMessage(channel, one.message_id))
        const photo = () => ({ type: "photo" as const, media: upload(png(10, 10)) })
        const album = yield* done(() => api.sendMediaGroup(channel, [photo(), photo()]))
        yield* done(() => api.deleteMessage(channel, album[1]?.message_id ?? 0))
        const last = yield* done(() => api.sendMessage(channel, "last"))
        assert.deepStrictEqual(
          [one.message_id, ...album.map((item) => item.message_id), last.message_id],
          [1, 4, 5, 6]
        )
        assert.lengthOf(new Set(album.map((item) => "media_group_id" in item && item.media_group_id)), 1)
        assert.strictEqual((yield* done(() => api.sendMessage("@other", "x"))).message_id, 1)
      })
  )

  it.scopedLive("a channel's post has seconds for a date, the channel as sender and no author (E8)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const before = Math.floor(Date.now() / 1000)
      const message = yield* done(() => api.sendMessage(channel, "x"))
      assert.isAtLeast(message.date, before)
      assert.isAtMost(message.date, before + 5)
      assert.strictEqual(message.sender_chat?.id, message.chat.id)
      assert.isUndefined(message.from)
      assert.strictEqual(message.chat.type, "channel")
    })
  )

  it.scopedLive("texts and captions end where Telegram ends them, counted after parsing (§2)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const html = { parse_mode: "HTML" } as const
      assert.strictEqual(yield* complaint(() => api.sendMessage(channel, "x".repeat(4096))), "done")
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, `<b>${"x".repeat(4096)}</b>`, html)),
        "done"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "x".repeat(4097))),
        "400 Bad Request: message is too long"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "😀".repeat(2049))),
        "400 Bad Request: message is too long"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "é".repeat(16_385))),
        "400 Bad Request: text is too long"
      )
      const captioned = (caption: string) => () => api.sendPhoto(channel, upload(png(9, 9)), { caption })
      assert.strictEqual(yield* complaint(captioned("x".repeat(1024))), "done")
      assert.strictEqual(
        yield* complaint(captioned("x".repeat(1025))),
        "400 Bad Request: message caption is too long"
      )
    })
  )

  it.scopedLive("the length may be counted in code points instead (switch, §2)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated({ switches: { lengthUnit: "codePoints" } })
      assert.strictEqual(yield* complaint(() => api.sendMessage(channel, "😀".repeat(2049))), "done")
    })
  )

  it.scopedLive("only the first 100 entities are kept, the text stays (§2)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const many = "<b>x</b> ".repeat(120)
      const message = yield* done(() => api.sendMessage(channel, many, { parse_mode: "HTML" }))
      assert.lengthOf(message.entities ?? [], 100)
      assert.lengthOf(message.text ?? "", 239)
    })
  )

  it.scopedLive("keyboards are refused for the reasons of §2 and flowed into rows of eight", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const rows: ReadonlyArray<readonly [object, string]> = [
        [{ callback_data: "é".repeat(32) }, "done"],
        [{ callback_data: "é".repeat(33) }, "400 Bad Request: BUTTON_DATA_INVALID"],
        [{ url: "https://shop.example/x" }, "done"],
        [
          { url: "http://localhost/x" },
          "400 Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL"
        ],
        [{ web_app: { url: "https://a.example/" } }, "400 Bad Request: BUTTON_TYPE_INVALID"],
        [
          {},
          "400 Bad Request: can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        ]
      ]
      for (const [extra, expected] of rows) {
        assert.strictEqual(
          yield* complaint(() => api.sendMessage(channel, "x", button(extra))),
          expected,
          JSON.stringify(extra)
        )
      }
      const wide = (count: number) => ({
        reply_markup: {
          inline_keyboard: [Array.from({ length: count }, () => ({ text: "b", callback_data: "d" }))]
        }
      })
      const flowed = yield* done(() => api.sendMessage(channel, "x", wide(10)))
      assert.deepStrictEqual(
        flowed.reply_markup?.inline_keyboard.map((row) => row.length),
        [8, 2]
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "x", wide(101))),
        "400 Bad Request: reply markup is too long"
      )
    })
  )

  it.scopedLive("photos pass by type, size, sides and ratio (E11, §2)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const limit = 10 * 1024 * 1024
      const rows: ReadonlyArray<readonly [string, Uint8Array, string]> = [
        ["png", png(5000, 5000), "done"],
        ["gif", gif(10, 10), "done"],
        ["jpeg", jpeg(4000, 3000), "done"],
        ["webp", webp(800, 600), "done"],
        ["sides", png(5001, 5000), "400 Bad Request: PHOTO_INVALID_DIMENSIONS"],
        ["ratio 20", png(2000, 100), "done"],
        ["ratio", png(2001, 100), "400 Bad Request: PHOTO_INVALID_DIMENSIONS"],
        ["text", Buffer.from("not a picture at all, only words"), "400 Bad Request: IMAGE_PROCESS_FAILED"],
        ["10 MB", png(10, 10, limit), "done"],
        [
          "large",
          png(10, 10, limit + 1),
          `400 Bad Request: file of size ${limit + 1} bytes is too big for a photo; the maximum size is ${limit} bytes`
        ]
      ]
      for (const [name, bytes, expected] of rows) {
        assert.strictEqual(yield* complaint(() => api.sendPhoto(channel, upload(bytes))), expected, name)
      }
    })
  )

  it.scopedLive(
    "a photo has sizes up to 1280, a stable unique id, an own file id, and can be downloaded (E8, E9)",
    () =>
      Effect.gen(function* () {
        const { api, url } = yield* emulated()
        const bytes = png(2560, 1280, 5000)
        const { photo } = yield* done(() => api.sendPhoto(channel, upload(bytes)))
        assert.deepStrictEqual(
          photo.map(({ width, height }) => [width, height]),
          [
            [90, 45],
            [320, 160],
            [800, 400],
            [1280, 640]
          ]
        )
        const id = photo.at(-1)?.file_id ?? ""
        const again = yield* done(() => api.sendPhoto(channel, id))
        assert.strictEqual(again.photo.at(-1)?.file_unique_id, photo.at(-1)?.file_unique_id)
        const { file_path } = yield* done(() => api.getFile(id))
        const served = yield* done(() => fetch(`${url}/file/bot${api.token}/${file_path}`))
        assert.deepStrictEqual(Buffer.from(yield* done(() => served.arrayBuffer())), Buffer.from(bytes))
        assert.match(
          yield* complaint(() => api.sendPhoto(channel, "AgACnonsense")),
          /^400 Bad Request: wrong remote file identifier specified/
        )
      })
  )

  it.scopedLive(
    "photos by address answer from the table, failures in Telegram's words, wrapped in albums (E11, §2)",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        yield* control.webPhoto("https://cdn.example/a.png", { bytes: png(100, 100) })
        yield* control.webPhoto("https://cdn.example/page", { bytes: Buffer.from("<html>".repeat(20)) })
        yield* control.webPhoto("https://cdn.example/gone", { failure: "MEDIA_EMPTY" })
        const sent = (name: string) => complaint(() => api.sendPhoto(channel, `https://cdn.example/${name}`))
        assert.strictEqual(yield* sent("a.png"), "done")
        assert.strictEqual(yield* sent("page"), "400 Bad Request: wrong type of the web page content")
        assert.strictEqual(yield* sent("gone"), "400 Bad Request: wrong file identifier/HTTP URL specified")
        assert.strictEqual(yield* sent("unknown"), "400 Bad Request: failed to get HTTP URL content")
        const album = ["a.png", "page"].map((name) => ({
          type: "photo" as const,
          media: `https://cdn.example/${name}`
        }))
        assert.strictEqual(
          yield* complaint(() => api.sendMediaGroup(channel, album)),
          '400 Bad Request: failed to send message #2 with the error message "WEBPAGE_MEDIA_EMPTY"'
        )
        assert.lengthOf(yield* control.history(channel), 1)
      })
  )

  it.scopedLive("albums hold one to ten items (§2)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const album = (count: number) => () =>
        api.sendMediaGroup(
          channel,
          Array.from({ length: count }, () => ({ type: "photo" as const, media: upload(png(10, 10)) }))
        )
      assert.strictEqual(yield* complaint(album(0)), "400 Bad Request: there are no messages to send")
      assert.strictEqual(yield* complaint(album(1)), "done")
      assert.strictEqual(yield* complaint(album(10)), "done")
      assert.strictEqual(
        yield* complaint(album(11)),
        "400 Bad Request: too many messages to send as an album"
      )
    })
  )

  it.scopedLive("membership and rights decide, and change while it runs (E6, §4)", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      const text = () => api.sendMessage(channel, "x")
      yield* control.setMembership(channel, "administrator", { can_post_messages: false })
      assert.strictEqual(
        yield* complaint(text),
        "400 Bad Request: not enough rights to send text messages to the chat"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendPhoto(channel, upload(png(9, 9)))),
        "400 Bad Request: not enough rights to send photos to the chat"
      )
      yield* control.setMembership(channel, "member")
      assert.strictEqual(
        yield* complaint(text),
        "400 Bad Request: need administrator rights in the channel chat"
      )
      yield* control.setMembership(channel, "left")
      assert.strictEqual(yield* complaint(text), "403 Forbidden: bot is not a member of the channel chat")
      yield* control.setMembership(channel, "kicked")
      assert.strictEqual(yield* complaint(text), "403 Forbidden: bot was kicked from the channel chat")
      yield* control.setMembership(channel, "administrator")
      assert.strictEqual(yield* complaint(text), "done")
      const updates = yield* done(() => api.getUpdates())
      assert.deepStrictEqual(
        updates.map((update) => update.my_chat_member?.new_chat_member.status),
        ["administrator", "member", "left", "kicked", "administrator"]
      )
    })
  )

  it.scopedLive("chats that nobody made are not found, or appear on first use when asked for", () =>
    Effect.gen(function* () {
      const strict = yield* emulated()
      assert.strictEqual(
        yield* complaint(() => strict.api.sendMessage("@nobody_here", "x")),
        "400 Bad Request: chat not found"
      )
      assert.strictEqual(
        yield* complaint(() => strict.api.sendMessage("", "x")),
        "400 Bad Request: chat_id is empty"
      )
      const open = yield* emulated({ unknownChats: "create" })
      const sent = yield* done(() => open.api.sendMessage("@example_deals", "x"))
      const again = yield* done(() => open.api.sendMessage(sent.chat.id, "y"))
      assert.deepStrictEqual([sent.message_id, again.message_id], [1, 2])
      assert.strictEqual(sent.chat.type, "channel")
    })
  )
})
