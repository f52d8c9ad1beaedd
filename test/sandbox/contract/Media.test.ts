// E8, E11, §2: photos and documents by upload, by file id and by address.
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
