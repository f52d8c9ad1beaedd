// E5, E8, §2, §4: albums — how many, of what, and how their refusals are told.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../pictures.ts"
import { channel, contract, type Params, stands, type World } from "./world.ts"

const limit = 10 * 1024 * 1024
const at = (name: string) => `https://cdn.example/${name}`
const web = ({ control }: World) =>
  Effect.zipRight(
    control.webPhoto(at("a.png"), { bytes: png(100, 100) }),
    control.webPhoto(at("page"), { failure: "WEBPAGE_MEDIA_EMPTY" })
  )
/** The file id of a photo that this bot sent. */
const sentPhoto = (world: World) =>
  Effect.map(
    world.done("sendPhoto", { chat_id: channel, photo: png(9, 9) }),
    (result) => /.*"file_id":"([^"]+)"/.exec(JSON.stringify(result))?.[1] ?? ""
  )

const item = (media: string, more: object = {}) => ({ type: "photo", media, ...more })
const album =
  (media: ReadonlyArray<object>, more: Params = {}) =>
  (world: World) =>
    world.call("sendMediaGroup", {
      chat_id: channel,
      media,
      p: png(9, 9),
      ...more
    })
const same = (count: number) => Array.from({ length: count }, () => item("attach://p"))

contract("albums (§2, §4)", [
  { cites: "§2 album", promise: "ten items", call: album(same(10)), answers: "ok", leaves: stands(10) },
  {
    cites: "§2 album",
    promise: "eleven items",
    call: album(same(11)),
    answers: "400 Bad Request: too many messages to send as an album"
  },
  {
    cites: "§2 album",
    promise: "none",
    call: album([]),
    answers: "400 Bad Request: there are no messages to send"
  },
  {
    cites: "§2 album",
    promise: "one is accepted, and is no album",
    call: album(same(1)),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), ([message]) => assert.isUndefined(message?.album))
  },
  {
    cites: "E5, E8",
    promise: "several share a group id, have consecutive ids and captions of their own",
    call: album([
      item("attach://p", { caption: "<b>a</b>", parse_mode: "HTML" }),
      item("attach://p", { caption: "b" })
    ]),
    answers: "ok",
    result: [
      { message_id: 1, caption: "a", caption_entities: [{ type: "bold" }] },
      { message_id: 2, caption: "b" }
    ],
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), ([one, two]) => {
        assert.match(one?.album ?? "", /^\d+$/)
        assert.strictEqual(one?.album, two?.album)
      })
  },
  {
    cites: "§2 album",
    promise: "no keyboard, not even when one is given",
    call: album(same(2), { reply_markup: { inline_keyboard: [[{ text: "b", callback_data: "d" }]] } }),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), ([one]) => assert.isUndefined(one?.versions[0].keyboard))
  },
  {
    cites: "E11",
    promise: "items by file id and by address",
    given: web,
    call: (world) => Effect.flatMap(sentPhoto(world), (id) => album([item(id), item(at("a.png"))])(world)),
    answers: "ok"
  },
  {
    cites: "§4 failed to send message #k",
    promise: "what Telegram refuses is told with its number, untranslated; nothing stands",
    given: web,
    call: album([item(at("a.png")), item(at("page"))]),
    answers: '400 Bad Request: failed to send message #2 with the error message "WEBPAGE_MEDIA_EMPTY"',
    leaves: stands(0)
  },
  {
    cites: "§4 failed to send message #k",
    promise: "a picture that cannot be processed",
    call: album([item("attach://p"), item("attach://bad")], {
      bad: Buffer.from("only words, but many of them")
    }),
    answers: '400 Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"'
  },
  {
    cites: "§2 photo upload",
    promise: "what the Bot API server refuses is told as for a single photo",
    call: album([item("attach://p"), item("attach://large")], { large: png(10, 10, limit + 1) }),
    answers: /^400 Bad Request: file of size/
  },
  {
    cites: "§4 can't parse",
    promise: "a caption that is no HTML",
    call: album([item("attach://p", { caption: "<b>", parse_mode: "HTML" })]),
    answers:
      "400 Bad Request: can't parse InputMedia: Can't parse entities: Can't find end tag corresponding to start tag \"b\""
  },
  {
    cites: "§4 can't parse",
    promise: "a part that is not there",
    call: album([item("attach://nowhere")]),
    answers: "400 Bad Request: can't parse InputMedia: media not found"
  },
  {
    cites: "§2 caption",
    promise: "a caption that is too long",
    call: album([item("attach://p", { caption: "x".repeat(1025) })]),
    answers: "400 Bad Request: message caption is too long"
  },
  {
    cites: "§2 album",
    promise: "documents stay among themselves",
    call: album([item("attach://p"), { type: "document", media: "attach://p" }]),
    answers: "400 Bad Request: document can't be mixed with other media types"
  },
  {
    cites: "§2 album",
    promise: "captions stand above all photos or below all",
    call: album([item("attach://p", { show_caption_above_media: true }), item("attach://p")]),
    answers: "400 Bad Request: parameter show_caption_above_media must be the same for all messages"
  }
])
