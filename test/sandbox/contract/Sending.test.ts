// E5, E8, §2: what a send makes, how long it may be, and which keyboards pass.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { png } from "../pictures.ts"
import { calls, channel, contract, makeWorld, type Params, type Row, stands, type World } from "./world.ts"

const text = (content: string, more: Params = {}) =>
  ["sendMessage", { chat_id: channel, text: content, ...more }] as const
const button = (extra: object) => ({ inline_keyboard: [[{ text: "b", ...extra }]] })
const row = (count: number, label = "b") => ({
  inline_keyboard: [Array.from({ length: count }, () => ({ text: label, callback_data: "d" }))]
})
const captioned = (caption: string) => (world: World) =>
  world.call("sendPhoto", { chat_id: channel, photo: png(9, 9), caption })

contract("what a message is (E8)", [
  {
    cites: "E8",
    promise: "a channel's post has seconds for a date, the channel as sender and no author",
    call: text("x"),
    answers: "ok",
    leaves: ({ control }, { body }) =>
      Effect.gen(function* () {
        const [message] = yield* control.standing(channel)
        const chat = { id: message?.chat, type: "channel", title: "Deals", username: "deals" }
        const date = Math.floor((message?.versions[0].at ?? 0) / 1000)
        assert.deepStrictEqual(body.result, { message_id: 1, sender_chat: chat, chat, date, text: "x" })
      })
  },
  {
    cites: "E8",
    promise: "an answer names the message that it answers",
    given: calls(["sendMessage", { text: "first" }]),
    call: text("second", { reply_parameters: { message_id: 1 } }),
    answers: "ok",
    result: { reply_to_message: { message_id: 1, text: "first" } }
  },
  {
    cites: "§4 message to be replied not found",
    promise: "an answer to what is not there",
    call: text("x", { reply_parameters: { message_id: 9 } }),
    answers: "400 Bad Request: message to be replied not found"
  },
  {
    cites: "§4 message to be replied not found",
    promise: "unless the call says that this does not matter",
    call: text("x", { reply_parameters: { message_id: 9, allow_sending_without_reply: true } }),
    answers: "ok"
  }
])

contract("ids (E5)", [
  {
    cites: "E5",
    promise: "start at 1 and grow by one over posts of all, pins, titles, photos and albums",
    given: ({ control, done }) =>
      Effect.gen(function* () {
        yield* done("sendMessage", { chat_id: channel, text: "1" })
        yield* control.postAsAdmin(channel, "2")
        yield* done("pinChatMessage", { chat_id: channel, message_id: 1 })
        yield* done("setChatTitle", { chat_id: channel, title: "4" })
        yield* control.setChat(channel, { photo: true })
        const media = [1, 2].map(() => ({ type: "photo", media: "attach://p" }))
        yield* done("sendMediaGroup", { chat_id: channel, media, p: png(9, 9) })
      }),
    call: text("8"),
    answers: "ok",
    result: { message_id: 8 }
  },
  {
    cites: "E5",
    promise: "are never used again",
    given: calls(["sendMessage", { text: "1" }], ["deleteMessage", { message_id: 1 }]),
    call: text("2"),
    answers: "ok",
    result: { message_id: 2 }
  },
  {
    cites: "E5",
    promise: "are counted by each chat for itself",
    given: (world) =>
      Effect.zipRight(
        world.control.addChat({ username: "@other" }),
        calls(["sendMessage", { text: "1" }])(world)
      ),
    call: ["sendMessage", { chat_id: "@other", text: "1" }],
    answers: "ok",
    result: { message_id: 1 }
  }
])

contract("lengths (§2)", [
  { cites: "§2 text after parsing", promise: "4096 pass", call: text("x".repeat(4096)), answers: "ok" },
  {
    cites: "§2 text after parsing",
    promise: "tags do not count",
    call: text(`<b>${"x".repeat(4096)}</b>`, { parse_mode: "HTML" }),
    answers: "ok"
  },
  {
    cites: "§2 text after parsing",
    promise: "4097 do not pass",
    call: text("x".repeat(4097)),
    answers: "400 Bad Request: message is too long",
    leaves: stands(0)
  },
  {
    cites: "§2 raw text",
    promise: "more than 32,768 bytes, whatever they say",
    call: text("é".repeat(16_385)),
    answers: "400 Bad Request: text is too long"
  },
  { cites: "§2 caption", promise: "1024 pass", call: captioned("x".repeat(1024)), answers: "ok" },
  {
    cites: "§2 caption",
    promise: "1025 do not pass",
    call: captioned("x".repeat(1025)),
    answers: "400 Bad Request: message caption is too long"
  }
])

const keyboards: ReadonlyArray<readonly [line: string, markup: object, answer: string]> = [
  ["callback_data: 64 bytes", button({ callback_data: "é".repeat(32) }), "ok"],
  [
    "callback_data: 66 bytes",
    button({ callback_data: "é".repeat(33) }),
    "400 Bad Request: BUTTON_DATA_INVALID"
  ],
  ["callback_data: none", button({ callback_data: "" }), "400 Bad Request: BUTTON_DATA_INVALID"],
  ["button url", button({ url: "https://shop.example/x" }), "ok"],
  [
    "button url: a host without a dot",
    button({ url: "http://localhost/x" }),
    "400 Bad Request: inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL"
  ],
  ["button kinds: copy_text", button({ copy_text: { text: "code" } }), "ok"],
  ["button kinds: login_url", button({ login_url: { url: "https://a.example/" } }), "ok"],
  ["button kinds: switch_inline_query", button({ switch_inline_query: "q" }), "ok"],
  [
    "button kinds: web_app",
    button({ web_app: { url: "https://a.example/" } }),
    "400 Bad Request: BUTTON_TYPE_INVALID"
  ],
  [
    "button kinds: switch_inline_query_current_chat",
    button({ switch_inline_query_current_chat: "q" }),
    "400 Bad Request: can't use switch_inline_query_current_chat button in a channel chat, because users will not be able to use the button without knowing bot's username"
  ],
  [
    "button kinds: none",
    button({}),
    "400 Bad Request: can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
  ],
  ["inline keyboard: 100 buttons", row(100), "ok"],
  ["inline keyboard: 101 buttons", row(101), "400 Bad Request: reply markup is too long"],
  ["inline keyboard: 10 kB", row(100, "x".repeat(90)), "400 Bad Request: reply markup is too long"]
]

contract("keyboards (§2)", [
  ...keyboards.map(
    ([line, reply_markup, answers]): Row => ({
      cites: "§2",
      promise: line,
      call: text("x", { reply_markup }),
      answers
    })
  ),
  {
    cites: "§2 inline keyboard",
    promise: "too many in a row flow into the next",
    call: text("x", { reply_markup: row(10) }),
    answers: "ok",
    leaves: (_, { body }) =>
      Effect.sync(() => assert.match(JSON.stringify(body.result), /("d"\}.*){8}\],\[\{.*"d"/))
  }
])

describe("ids, whatever happens (E5)", () => {
  const deed = fc.constantFrom("send", "foreign", "pin", "rename", "delete", "album", "gaps")

  it("strictly grow and are never used twice", () =>
    fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 15 }), (deeds) =>
        Effect.gen(function* () {
          const { call, control } = yield* makeWorld()
          for (const [n, what] of deeds.entries()) {
            if (what === "send") yield* call("sendMessage", { chat_id: channel, text: `${n}` })
            if (what === "foreign") yield* control.postAsAdmin(channel, `${n}`)
            if (what === "pin") yield* call("pinChatMessage", { chat_id: channel, message_id: 1 })
            if (what === "rename") yield* control.setChat(channel, { title: `${n}` })
            if (what === "delete") yield* call("deleteMessage", { chat_id: channel, message_id: n })
            if (what === "gaps") yield* control.switches({ idGaps: true })
            if (what === "album") {
              const media = [1, 2].map(() => ({ type: "photo", media: "attach://p" }))
              yield* call("sendMediaGroup", { chat_id: channel, media, p: png(9, 9) })
            }
          }
          const ids = (yield* control.history(channel)).map(({ id }) => id)
          assert.deepStrictEqual(
            ids,
            [...new Set(ids)].toSorted((a, b) => a - b)
          )
        }).pipe(Effect.scoped, Effect.runPromise)
      ),
      { numRuns: 30 }
    ))
})
