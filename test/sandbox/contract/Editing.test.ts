// E12, §4: edits — what is looked up, who may, what fits, what counts as a change.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { shownText } from "../../../src/sandbox/Messages.ts"
import { png } from "../pictures.ts"
import { calls, channel, contract, type Params, type World } from "./world.ts"

const notModified =
  "400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
const keyboard = (text: string) => ({ inline_keyboard: [[{ text, url: "https://shop.example/" }]] })
const html = { parse_mode: "HTML" }

const edit = (message_id: number, text: string, more: Params = {}) =>
  ["editMessageText", { chat_id: channel, message_id, text, ...more }] as const
const caption = (message_id: number, words: string, more: Params = {}) =>
  ["editMessageCaption", { chat_id: channel, message_id, caption: words, ...more }] as const
const markup = (message_id: number, text: string) =>
  ["editMessageReplyMarkup", { chat_id: channel, message_id, reply_markup: keyboard(text) }] as const
const media =
  (message_id: number, type: string, bytes: Uint8Array, more: object = {}) =>
  (world: World) =>
    world.call("editMessageMedia", {
      chat_id: channel,
      message_id,
      media: { type, media: "attach://p", ...more },
      p: bytes
    })

const sent = calls(["sendMessage", { text: "<b>x</b>", ...html, reply_markup: keyboard("buy") }])
const sentPhoto = (world: World) =>
  world.done("sendPhoto", { chat_id: channel, photo: png(9, 9), caption: "c" })
const sentAlbum = (world: World) =>
  world.done("sendMediaGroup", {
    chat_id: channel,
    media: [1, 2].map(() => ({ type: "photo", media: "attach://p" })),
    p: png(9, 9)
  })
const foreign = (world: World) => world.control.postAsAdmin(channel, "foreign")
const without =
  (...rights: ReadonlyArray<"can_edit_messages" | "can_post_messages">) =>
  (world: World) =>
    Effect.zipRight(
      foreign(world),
      world.control.setMembership(
        channel,
        "administrator",
        Object.fromEntries(rights.map((right) => [right, false]))
      )
    )

const shows =
  (text: string, versions: number) =>
  ({ control }: World) =>
    Effect.map(control.standing(channel), ([message]) => {
      assert.strictEqual(message && shownText(message).text, text)
      assert.lengthOf(message?.versions ?? [], versions)
    })

contract("equality (E12)", [
  {
    cites: "E12",
    promise: "the same text, entities, keyboard and preview change nothing, trailing blanks or not",
    given: sent,
    call: edit(1, "<b>x</b> ", { ...html, reply_markup: keyboard("buy") }),
    answers: notModified,
    leaves: shows("x", 1)
  },
  {
    cites: "E12",
    promise: "other entities are a change",
    given: sent,
    call: edit(1, "<i>x</i>", { ...html, reply_markup: keyboard("buy") }),
    answers: "ok",
    leaves: shows("x", 2)
  },
  {
    cites: "E12",
    promise: "another keyboard is a change",
    given: sent,
    call: edit(1, "<b>x</b>", { ...html, reply_markup: keyboard("sold") }),
    answers: "ok"
  },
  {
    cites: "E12",
    promise: "another preview flag is a change",
    given: sent,
    call: edit(1, "<b>x</b>", {
      ...html,
      reply_markup: keyboard("buy"),
      link_preview_options: { is_disabled: true }
    }),
    answers: "ok"
  },
  {
    cites: "E12",
    promise: "no reply_markup takes the keyboard away",
    given: sent,
    call: edit(1, "<b>x</b>", html),
    answers: "ok",
    leaves: ({ control }, { body }) =>
      Effect.map(control.standing(channel), ([message]) => {
        assert.isUndefined(message?.versions.at(-1)?.keyboard)
        assert.notInclude(JSON.stringify(body.result), "reply_markup")
        assert.include(JSON.stringify(body.result), "edit_date")
      })
  },
  {
    cites: "E12",
    promise: "the same caption changes nothing",
    given: sentPhoto,
    call: caption(1, "c"),
    answers: notModified
  },
  {
    cites: "E12",
    promise: "editMessageReplyMarkup compares the keyboard and nothing else",
    given: sent,
    call: markup(1, "buy"),
    answers: notModified
  },
  { cites: "E12", promise: "and changes it", given: sent, call: markup(1, "sold"), answers: "ok" },
  {
    cites: "E12, §5.2 item 4",
    promise: "on an item of an album it always says so",
    given: sentAlbum,
    call: markup(1, "buy"),
    answers: notModified
  }
])

contract("lookup, rights, kind, length (E12, §4)", [
  {
    cites: "§4 message to edit not found",
    promise: "an id that nobody has",
    call: edit(9, "y"),
    answers: "400 Bad Request: message to edit not found"
  },
  {
    cites: "§4 message to edit not found",
    promise: "a post that was deleted",
    given: (world) => Effect.zipRight(sent(world), world.control.deleteAsAdmin(channel, 1)),
    call: edit(1, "y"),
    answers: "400 Bad Request: message to edit not found"
  },
  {
    cites: "§4 message can't be edited",
    promise: "somebody else's post without the right",
    given: without("can_edit_messages"),
    call: edit(1, "y"),
    answers: "400 Bad Request: message can't be edited",
    leaves: shows("foreign", 1)
  },
  {
    cites: "§5.2 item 3",
    promise: "with the right it is overwritten",
    given: foreign,
    call: edit(1, "y"),
    answers: "ok",
    leaves: shows("y", 2)
  },
  {
    cites: "§4 editing window",
    promise: "an own post needs no right",
    given: (world) => Effect.zipRight(sent(world), without("can_edit_messages")(world)),
    call: edit(1, "y"),
    answers: "ok"
  },
  {
    cites: "td can_edit_message",
    promise: "an own post is like anybody's for a bot that may not post any more",
    given: (world) => Effect.zipRight(sent(world), without("can_edit_messages", "can_post_messages")(world)),
    call: edit(1, "y"),
    answers: "400 Bad Request: message can't be edited",
    leaves: shows("x", 1)
  },
  {
    cites: "E12",
    promise: "a forward is never edited",
    given: ({ control, done }) =>
      Effect.gen(function* () {
        yield* control.addChat({ username: "@log_chat" })
        yield* done("sendMessage", { chat_id: "@log_chat", text: "x" })
        yield* done("forwardMessage", { chat_id: channel, from_chat_id: "@log_chat", message_id: 1 })
      }),
    call: edit(1, "y"),
    answers: "400 Bad Request: message can't be edited"
  },
  {
    cites: "E12",
    promise: "a service message is never edited",
    given: calls(["sendMessage", { text: "x" }], ["pinChatMessage", { message_id: 1 }]),
    call: edit(2, "y"),
    answers: "400 Bad Request: message can't be edited"
  },
  {
    cites: "§4 there is no text",
    promise: "a photo has none",
    given: sentPhoto,
    call: edit(1, "y"),
    answers: "400 Bad Request: there is no text in the message to edit"
  },
  {
    cites: "§4 there is no caption",
    promise: "a text has none",
    given: sent,
    call: caption(1, "y"),
    answers: "400 Bad Request: there is no caption in the message to edit"
  },
  {
    cites: "§2 text after parsing",
    promise: "an edit is too long in other words than a send",
    given: sent,
    call: edit(1, "x".repeat(4097)),
    answers: "400 Bad Request: MESSAGE_TOO_LONG"
  },
  {
    cites: "§2 caption",
    promise: "the same for captions",
    given: sentPhoto,
    call: caption(1, "x".repeat(1025)),
    answers: "400 Bad Request: MEDIA_CAPTION_TOO_LONG"
  },
  {
    cites: "§4 chat not found",
    promise: "a chat that is not there",
    call: ["editMessageText", { chat_id: "@nobody_here", message_id: 1, text: "x" }],
    answers: "400 Bad Request: chat not found"
  },
  {
    cites: "§4 need administrator rights",
    promise: "a plain member of the channel",
    given: (world) => Effect.zipRight(sent(world), world.control.setMembership(channel, "member")),
    call: edit(1, "y"),
    answers: "400 Bad Request: need administrator rights in the channel chat"
  }
])

contract("editMessageMedia (E9, §4)", [
  {
    cites: "E9",
    promise: "another photo with another caption",
    given: sentPhoto,
    call: media(1, "photo", png(20, 10), { caption: "b" }),
    answers: "ok",
    result: { caption: "b", photo: [{ width: 20, height: 10 }] }
  },
  {
    cites: "E12",
    promise: "the same photo and caption change nothing",
    given: sentPhoto,
    call: media(1, "photo", png(9, 9), { caption: "c" }),
    answers: notModified
  },
  {
    cites: "§4 can't change media type in the album",
    promise: "an item of an album stays of its kind",
    given: sentAlbum,
    call: media(1, "document", Buffer.from("words")),
    answers: "400 Bad Request: can't change media type in the album"
  },
  {
    cites: "§2 photo upload",
    promise: "the new photo is judged like any other",
    given: sentPhoto,
    call: media(1, "photo", png(2001, 100)),
    answers: "400 Bad Request: PHOTO_INVALID_DIMENSIONS"
  }
])
