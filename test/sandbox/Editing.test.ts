// E12, E13, E20: edits, deletions, forwards, pins and reactions, through grammY alone.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { channel, complaint, done, emulated } from "./grammy.ts"
import { png, upload } from "./pictures.ts"

const notModified =
  "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
const keyboard = (text: string) => ({
  reply_markup: { inline_keyboard: [[{ text, url: "https://shop.example/" }]] }
})

describe("edits (E12)", () => {
  it.scopedLive("the same text, entities, keyboard and preview are not modified; any other is", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      const html = { parse_mode: "HTML" } as const
      yield* done(() => api.sendMessage(channel, "<b>x</b>", { ...html, ...keyboard("buy") }))
      const edit = (text: string, extra: object) =>
        complaint(() => api.editMessageText(channel, 1, text, extra))
      assert.strictEqual(yield* edit("<b>x</b> ", { ...html, ...keyboard("buy") }), notModified)
      assert.strictEqual(yield* edit("<i>x</i>", { ...html, ...keyboard("buy") }), "done")
      assert.strictEqual(yield* edit("<i>x</i>", { ...html, ...keyboard("sold") }), "done")
      assert.strictEqual(
        yield* edit("<i>x</i>", {
          ...html,
          ...keyboard("sold"),
          link_preview_options: { is_disabled: true }
        }),
        "done"
      )
      const [message] = yield* control.history(channel)
      assert.lengthOf(message?.versions ?? [], 4)
    })
  )

  it.scopedLive("an edit without reply_markup removes the keyboard and sets the edit date", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      yield* done(() => api.sendMessage(channel, "x", keyboard("buy")))
      const edited = yield* done(() => api.editMessageText(channel, 1, "y"))
      assert.isTrue(typeof edited === "object" && edited.reply_markup === undefined)
      assert.isTrue(typeof edited === "object" && edited.edit_date !== undefined)
    })
  )

  it.scopedLive("what is not there, not ours or of another kind is refused in these words", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* control.setMembership(channel, "administrator", { can_edit_messages: false })
      yield* done(() => api.sendMessage(channel, "own"))
      yield* done(() => api.sendPhoto(channel, upload(png(9, 9)), { caption: "c" }))
      yield* control.postAsAdmin(channel, "foreign")
      const text = (id: number) => complaint(() => api.editMessageText(channel, id, "new"))
      const caption = (id: number, words: string) =>
        complaint(() => api.editMessageCaption(channel, id, { caption: words }))
      assert.strictEqual(yield* text(9), "400 Bad Request: message to edit not found")
      assert.strictEqual(yield* text(2), "400 Bad Request: there is no text in the message to edit")
      assert.strictEqual(
        yield* caption(1, "c"),
        "400 Bad Request: there is no caption in the message to edit"
      )
      assert.strictEqual(yield* text(3), "400 Bad Request: message can't be edited")
      assert.strictEqual(yield* caption(2, "c"), notModified)
      assert.strictEqual(yield* caption(2, "x".repeat(1025)), "400 Bad Request: MEDIA_CAPTION_TOO_LONG")
      assert.strictEqual(
        yield* complaint(() => api.editMessageText(channel, 1, "x".repeat(4097))),
        "400 Bad Request: MESSAGE_TOO_LONG"
      )
      yield* control.setMembership(channel, "administrator")
      assert.strictEqual(yield* text(3), "done")
    })
  )

  it.scopedLive("forwards and service messages are never edited, not even with the right", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* control.addChat({ username: "@log_chat" })
      yield* done(() => api.sendMessage(channel, "x"))
      yield* done(() => api.pinChatMessage(channel, 1))
      const copy = yield* done(() => api.forwardMessage("@log_chat", channel, 1))
      const refused = "400 Bad Request: message can't be edited"
      assert.strictEqual(yield* complaint(() => api.editMessageText(channel, 2, "y")), refused)
      assert.strictEqual(
        yield* complaint(() => api.editMessageText("@log_chat", copy.message_id, "y")),
        refused
      )
    })
  )

  it.scopedLive("editMessageReplyMarkup compares only the keyboard, and never changes an album", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const photo = () => ({ type: "photo" as const, media: upload(png(9, 9)) })
      yield* done(() => api.sendMessage(channel, "x", keyboard("a")))
      yield* done(() => api.sendMediaGroup(channel, [photo(), photo()]))
      const markup = (id: number, text: string) =>
        complaint(() => api.editMessageReplyMarkup(channel, id, keyboard(text)))
      assert.strictEqual(yield* markup(1, "a"), notModified)
      assert.strictEqual(yield* markup(1, "b"), "done")
      assert.strictEqual(yield* markup(2, "b"), notModified)
    })
  )

  it.scopedLive("editMessageMedia changes the photo and its caption", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const sent = yield* done(() => api.sendPhoto(channel, upload(png(9, 9)), { caption: "a" }))
      const media = { type: "photo" as const, media: upload(png(20, 10)), caption: "b" }
      const edited = yield* done(() => api.editMessageMedia(channel, sent.message_id, media))
      assert.isTrue(
        typeof edited === "object" && edited.caption === "b" && edited.photo?.at(-1)?.width === 20
      )
    })
  )

  it.scopedLive(
    "an own post that an admin deleted is not found, or MESSAGE_ID_INVALID with a stale cache (switch)",
    () =>
      Effect.gen(function* () {
        for (const [stale, expected] of [
          [false, "400 Bad Request: message to edit not found"],
          [true, "400 Bad Request: MESSAGE_ID_INVALID"]
        ] as const) {
          const { api, control } = yield* emulated({ switches: { staleAfterAdminDelete: stale } })
          yield* done(() => api.sendMessage(channel, "x"))
          yield* control.deleteAsAdmin(channel, 1)
          assert.strictEqual(yield* complaint(() => api.editMessageText(channel, 1, "y")), expected)
        }
      })
  )

  it.scopedLive("a message may be invisible to reads for a while although it stands (E20)", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* done(() => api.sendMessage(channel, "x"))
      yield* control.blind(channel, 1, 60_000)
      assert.strictEqual(
        yield* complaint(() => api.editMessageText(channel, 1, "y")),
        "400 Bad Request: message to edit not found"
      )
      assert.lengthOf(yield* control.standing(channel), 1)
    })
  )
})

describe("deletions, forwards, pins (E13)", () => {
  it.scopedLive("own posts go, foreign ones only with the right, and twice is not found", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* control.setMembership(channel, "administrator", { can_delete_messages: false })
      yield* done(() => api.sendMessage(channel, "own"))
      yield* control.postAsAdmin(channel, "foreign")
      const gone = (id: number) => complaint(() => api.deleteMessage(channel, id))
      assert.strictEqual(yield* gone(1), "done")
      assert.strictEqual(yield* gone(1), "400 Bad Request: message to delete not found")
      assert.strictEqual(yield* gone(2), "400 Bad Request: message can't be deleted")
      yield* control.setMembership(channel, "administrator")
      assert.strictEqual(yield* complaint(() => api.deleteMessages(channel, [1, 2, 3])), "done")
      assert.lengthOf(yield* control.standing(channel), 0)
      assert.lengthOf(yield* control.history(channel), 2)
    })
  )

  it.scopedLive(
    "a forward tells its origin and keeps link buttons; protected and service messages stay",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        yield* control.addChat({ username: "@log_chat" })
        const sent = yield* done(() => api.sendMessage(channel, "x", keyboard("buy")))
        yield* done(() => api.pinChatMessage(channel, 1))
        const copy = yield* done(() => api.forwardMessage("@log_chat", channel, 1))
        assert.isTrue(copy.forward_origin?.type === "channel" && copy.forward_origin.message_id === 1)
        assert.deepStrictEqual(copy.reply_markup, sent.reply_markup)
        const forward = (id: number) => complaint(() => api.forwardMessage("@log_chat", channel, id))
        assert.strictEqual(yield* forward(2), "400 Bad Request: the message can't be forwarded")
        assert.strictEqual(yield* forward(9), "400 Bad Request: message to forward not found")
        yield* control.setChat(channel, { protectedContent: true })
        yield* done(() => api.sendMessage(channel, "secret"))
        assert.strictEqual(
          yield* forward(3),
          "400 Bad Request: message has protected content and can't be forwarded"
        )
        assert.strictEqual(
          yield* complaint(() => api.copyMessage("@log_chat", channel, 9)),
          "400 Bad Request: message to copy not found"
        )
        assert.deepStrictEqual(yield* done(() => api.copyMessage("@log_chat", channel, 3)), { message_id: 2 })
        assert.strictEqual(
          yield* complaint(() => api.setMessageReaction(channel, 9, [])),
          "400 Bad Request: message to react not found"
        )
      })
  )

  it.scopedLive("pins need the right to edit", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* done(() => api.sendMessage(channel, "x"))
      assert.strictEqual(
        yield* complaint(() => api.pinChatMessage(channel, 7)),
        "400 Bad Request: message to pin not found"
      )
      yield* control.setMembership(channel, "administrator", { can_edit_messages: false })
      assert.strictEqual(
        yield* complaint(() => api.pinChatMessage(channel, 1)),
        "400 Bad Request: not enough rights to manage pinned messages in the chat"
      )
    })
  )
})
