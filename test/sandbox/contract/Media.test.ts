// E8, E11, §2: photos and documents by upload, by file id and by address; albums.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { gif, jpeg, png, webp } from "../pictures.ts"
import { channel, contract, fetched, otherToken, type Params, type Row, stands, type World } from "./world.ts"

const limit = 10 * 1024 * 1024
const photo =
  (bytes: Uint8Array | string, more: Params = {}) =>
  (world: World) =>
    world.call("sendPhoto", { chat_id: channel, photo: bytes, ...more })

const uploads: ReadonlyArray<readonly [line: string, bytes: Uint8Array, answer: string]> = [
  ["photo upload: PNG", png(5000, 5000), "ok"],
  ["photo upload: GIF", gif(10, 10), "ok"],
  ["photo upload: JPEG", jpeg(4000, 3000), "ok"],
  ["photo upload: WebP", webp(800, 600), "ok"],
  ["photo upload: width + height", png(5001, 5000), "400 Bad Request: PHOTO_INVALID_DIMENSIONS"],
  ["photo upload: ratio 20", png(2000, 100), "ok"],
  ["photo upload: ratio", png(2001, 100), "400 Bad Request: PHOTO_INVALID_DIMENSIONS"],
  [
    "photo upload: no picture",
    Buffer.from("only words, but many of them"),
    "400 Bad Request: IMAGE_PROCESS_FAILED"
  ],
  ["photo upload: nothing in it", new Uint8Array(), "400 Bad Request: file must be non-empty"],
  ["photo upload: 10 MB", png(10, 10, limit), "ok"],
  [
    "photo upload: more than 10 MB",
    png(10, 10, limit + 1),
    `400 Bad Request: file of size ${limit + 1} bytes is too big for a photo; the maximum size is ${limit} bytes`
  ]
]

/** The id of the largest copy of a photo that this bot sent. */
const sentPhoto = (world: World) =>
  Effect.map(
    world.done("sendPhoto", { chat_id: channel, photo: png(2560, 1280) }),
    (result) => /.*"file_id":"([^"]+)"/.exec(JSON.stringify(result))?.[1] ?? ""
  )

contract("uploads (E11, §2)", [
  ...uploads.map(
    ([line, bytes, answers]): Row => ({ cites: "§2", promise: line, call: photo(bytes), answers })
  ),
  {
    cites: "§2",
    promise: "no photo at all",
    call: ["sendPhoto", { chat_id: channel }],
    answers: "400 Bad Request: there is no photo in the request"
  },
  {
    cites: "E1, E11",
    promise: "a part of the form under another name",
    call: (world) => world.call("sendPhoto", { chat_id: channel, photo: "attach://p", p: png(9, 9) }),
    answers: "ok"
  },
  {
    cites: "E8",
    promise: "a photo has its copies, smallest first, up to 1280",
    call: photo(png(2560, 1280, 5000)),
    answers: "ok",
    result: {
      photo: [
        { width: 90, height: 45 },
        { width: 320, height: 160 },
        { width: 800, height: 400 },
        { width: 1280, height: 640, file_size: 5000 }
      ]
    }
  },
  {
    cites: "E9",
    promise: "a document has its name, type and size",
    call: (world) =>
      world.call("sendDocument", { chat_id: channel, document: Buffer.from("words"), caption: "c" }),
    answers: "ok",
    result: { caption: "c", document: { file_name: "document.png", file_size: 5 } }
  }
])

contract("file ids (E8, §2)", [
  {
    cites: "E8",
    promise: "send the same content again, under the same unique id",
    call: (world) =>
      Effect.gen(function* () {
        const first = yield* sentPhoto(world)
        return yield* photo(first)(world)
      }),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), (messages) =>
        assert.lengthOf(
          new Set(messages.map(({ versions: [{ content }] }) => "media" in content && content.media.unique)),
          1
        )
      )
  },
  {
    cites: "E8",
    promise: "belong to one bot",
    options: { bots: [{ token: "1000000001:SANDBOX-token-that-opens-nothing-real" }, { token: otherToken }] },
    call: (world) =>
      Effect.flatMap(sentPhoto(world), (id) =>
        world.as(otherToken)("sendPhoto", { chat_id: channel, photo: id })
      ),
    answers: "400 Bad Request: wrong file identifier/HTTP URL specified"
  },
  {
    cites: "§2 file-id failures",
    promise: "a photo is no document",
    call: (world) =>
      Effect.flatMap(sentPhoto(world), (id) =>
        world.call("sendDocument", { chat_id: channel, document: id })
      ),
    answers: "400 Bad Request: can't use file of type Photo as Document"
  },
  {
    cites: "§2 file-id failures",
    promise: "an id that nobody gave",
    call: photo("AgACnonsense"),
    answers: /^400 Bad Request: wrong remote file identifier specified: /
  },
  {
    cites: "E9",
    promise: "open a download of the same bytes",
    call: (world) => Effect.flatMap(sentPhoto(world), (file_id) => world.call("getFile", { file_id })),
    answers: "ok",
    leaves: ({ url }, { body }) =>
      Effect.gen(function* () {
        const path = /"file_path":"([^"]+)"/.exec(JSON.stringify(body.result))?.[1] ?? ""
        const root = `${url}/file/bot1000000001:SANDBOX-token-that-opens-nothing-real`
        const served = yield* Effect.promise(() =>
          fetch(`${root}/${path}`).then((answer) => answer.arrayBuffer())
        )
        assert.deepStrictEqual(Buffer.from(served), Buffer.from(png(2560, 1280)))
        assert.strictEqual((yield* fetched(`${root}/photos/nothing`)).status, 404)
      })
  },
  {
    cites: "E9",
    promise: "an id that opens nothing",
    call: ["getFile", { file_id: "x" }],
    answers: "400 Bad Request: invalid file_id"
  }
])

const at = (name: string) => `https://cdn.example/${name}`
const web = ({ control }: World) =>
  Effect.gen(function* () {
    yield* control.webPhoto(at("a.png"), { bytes: png(100, 100) })
    yield* control.webPhoto(at("b.pdf"), { bytes: Buffer.from("%PDF-1.7") })
    yield* control.webPhoto(at("page"), { bytes: Buffer.from("<html>".repeat(20)) })
    yield* control.webPhoto(at("large.png"), { bytes: png(10, 10, 5 * 1024 * 1024 + 1) })
    for (const failure of ["MEDIA_EMPTY", "WEBPAGE_CURL_FAILED", "EXTERNAL_URL_INVALID"]) {
      yield* control.webPhoto(at(failure), { failure })
    }
  })

const addresses: ReadonlyArray<readonly [line: string, address: string, answer: string]> = [
  ["a picture", at("a.png"), "ok"],
  ["5 MB", at("large.png"), "400 Bad Request: wrong type of the web page content"],
  ["WEBPAGE_MEDIA_EMPTY", at("page"), "400 Bad Request: wrong type of the web page content"],
  ["MEDIA_EMPTY", at("MEDIA_EMPTY"), "400 Bad Request: wrong file identifier/HTTP URL specified"],
  ["WEBPAGE_CURL_FAILED", at("WEBPAGE_CURL_FAILED"), "400 Bad Request: failed to get HTTP URL content"],
  ["EXTERNAL_URL_INVALID", at("EXTERNAL_URL_INVALID"), "400 Bad Request: wrong HTTP URL specified"],
  ["nothing is there", at("nowhere"), "400 Bad Request: failed to get HTTP URL content"],
  ["unparsable", "http://localhost/a.png", "400 Bad Request: invalid file HTTP URL specified: Wrong HTTP URL"]
]

/** The table changes after the first fetch, then the photo is sent again. */
const afterRepair =
  (then: (world: World) => Effect.Effect<void>, name = "late.png") =>
  (world: World) =>
    Effect.gen(function* () {
      yield* photo(at("late.png"))(world)
      yield* world.control.webPhoto(at("late.png"), { bytes: png(9, 9) })
      yield* world.control.webPhoto(at("late.png?v=2"), { bytes: png(9, 9) })
      yield* then(world)
      return yield* photo(at(name))(world)
    })

contract("photos by address (E11, §2)", [
  ...addresses.map(([line, address, answers]): Row => {
    const count = answers === "ok" ? 1 : 0
    return {
      cites: "§2 URL failures",
      promise: line,
      given: web,
      call: photo(address),
      answers,
      leaves: stands(count)
    }
  }),
  {
    cites: "§2 photo by URL",
    promise: "a failure is remembered, however well the address answers later",
    call: afterRepair(() => Effect.void),
    answers: "400 Bad Request: failed to get HTTP URL content"
  },
  {
    cites: "§2 photo by URL",
    promise: "another query is another address",
    call: afterRepair(() => Effect.void, "late.png?v=2"),
    answers: "ok"
  },
  {
    cites: "§2 photo by URL",
    promise: "until the memory is wiped",
    call: afterRepair(({ control }) => control.forgetFetches(at("late.png"))),
    answers: "ok"
  },
  {
    cites: "§2 other uploads",
    promise: "documents by address are PDF, ZIP and GIF",
    given: web,
    call: ["sendDocument", { chat_id: channel, document: at("b.pdf") }],
    answers: "ok",
    result: { document: { file_name: "b.pdf" } }
  },
  {
    cites: "§2 other uploads",
    promise: "and nothing else",
    given: web,
    call: ["sendDocument", { chat_id: channel, document: at("a.png") }],
    answers: "400 Bad Request: wrong type of the web page content"
  }
])

const item = (media: string, more: object = {}) => ({ type: "photo", media, ...more })
const album =
  (media: ReadonlyArray<object>, more: Params = {}) =>
  (world: World) =>
    world.call("sendMediaGroup", {
      chat_id: channel,
      media,
      p: png(9, 9),
      large: png(10, 10, limit + 1),
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
    call: album([item("attach://p"), item("attach://large")]),
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
