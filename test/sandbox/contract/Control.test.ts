// E22: control over HTTP — what it refuses, what can be arranged, and whom it does not hear.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import {
  calls,
  channel,
  contract,
  fetched,
  makeWorld,
  type Params,
  type Row,
  type World,
  words
} from "./world.ts"

const send = (text: string): readonly [string, Params] => ["sendMessage", { chat_id: channel, text }]
const sent = (...texts: ReadonlyArray<string>) => calls(...texts.map((text) => send(text)))
const asking =
  (noun: string) =>
  ({ ask }: World) =>
    ask(noun)
const telling =
  (verb: string, args: Params) =>
  ({ tell }: World) =>
    tell(verb, args)
const chat = `chat=${encodeURIComponent(channel)}`

const refusals: ReadonlyArray<readonly [promise: string, call: Row["call"], answer: string | RegExp]> = [
  ["a chat that is not there", asking("history?chat=@nowhere"), "404 The sandbox has no chat @nowhere."],
  ["a message that is not there", telling("deleteAsAdmin", { chat: channel, id: 9 }), /^404 .*message 9/],
  ["a verb that is none", telling("dance", {}), "404 no POST /_emu/dance"],
  ["a noun that is none", asking("dance"), "404 no GET /_emu/dance"],
  ["arguments that do not fit", telling("chat", { type: "castle" }), /^400 /],
  ["a pattern that is none", asking(`duplicates?${chat}&marker=(`), /^400 .*no regular expression/s],
  [
    "a body that is no JSON",
    ({ url }) => fetched(`${url}/_emu/reset`, { method: "POST", body: "{" }),
    "400 The body is not JSON."
  ]
]

const arranging: ReadonlyArray<Row> = [
  {
    cites: "E22 reset",
    promise: "leaves nothing: no chats, no faults, no calls, no updates",
    given: (world) =>
      Effect.gen(function* () {
        yield* sent("x")(world)
        yield* world.control.say(42, "x")
        yield* world.control.fault({ stage: "received", action: { kind: "rst" } })
        yield* world.tell("reset", {})
      }),
    call: send("x"),
    answers: "400 Bad Request: chat not found",
    leaves: ({ call, control }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* call("getUpdates", {})).body.result, [])
        assert.lengthOf(yield* control.calls("sendMessage"), 1)
      })
  },
  {
    cites: "E22 reset, E23 seed",
    promise: "may begin with other bots, seed, switches and rate",
    given: telling("reset", {
      seed: 7,
      bots: [{ token: sandboxToken, username: "fresh_bot" }],
      unknownChats: "create",
      switches: { lengthUnit: "codePoints" },
      rate: { mode: "reject", burst: 1 }
    }),
    call: send("😀".repeat(2049)),
    answers: "ok",
    leaves: ({ said, control, done }) =>
      Effect.gen(function* () {
        assert.match(yield* said(...send("x")), /^429/)
        assert.containsSubset(yield* done("getMe", {}), { username: "fresh_bot" })
        assert.strictEqual((yield* control.dump).seed, 7)
      })
  },
  {
    cites: "§7.2 switches",
    promise: "change between two calls",
    given: (world) =>
      Effect.gen(function* () {
        assert.match(yield* world.said(...send("😀".repeat(2049))), /too long/)
        yield* world.tell("switches", { lengthUnit: "codePoints" })
      }),
    call: send("😀".repeat(2049)),
    answers: "ok"
  },
  {
    cites: "§7.2 switches",
    promise: "can be read, the rest as it was",
    given: telling("switches", { witness: false }),
    call: asking("switches"),
    answers: "ok",
    result: { witness: false, lengthUnit: "utf16", albumCost: "items" }
  },
  {
    cites: "E11",
    promise: "the table of addresses over HTTP: a picture of a size, or a failure",
    given: ({ tell }) =>
      Effect.zipRight(
        tell("webPhoto", { url: "https://c.example/a.png", width: 300, height: 200, size: 4000 }),
        tell("webPhoto", { url: "https://c.example/b.png", failure: "WEBPAGE_CURL_FAILED" })
      ),
    call: ["sendPhoto", { chat_id: channel, photo: "https://c.example/a.png" }],
    answers: "ok",
    result: { photo: [{ width: 300, height: 200, file_size: 4000 }] },
    leaves: ({ said }) =>
      Effect.map(said("sendPhoto", { chat_id: channel, photo: "https://c.example/b.png" }), (told) =>
        assert.match(told, /failed to get HTTP URL content/)
      )
  },
  {
    cites: "E20, E14, E15",
    promise: "blind spots, lost updates and flood waits over HTTP",
    given: ({ tell, done }) =>
      Effect.gen(function* () {
        yield* done(...send("x"))
        yield* tell("blind", { chat: channel, from: 1, techniques: ["edit"], ms: 60_000 })
        yield* tell("updateFault", { action: "lose", kind: "message" })
        yield* tell("say", { user: 42, text: "lost" })
        yield* tell("flood", { chat: channel, seconds: 10 })
      }),
    call: ["editMessageText", { chat_id: channel, message_id: 1, text: "y" }],
    answers: "400 Bad Request: message to edit not found",
    leaves: ({ said, call }) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* said(...send("y")), "429 Too Many Requests: retry after 10")
        assert.deepStrictEqual((yield* call("getUpdates", {})).body.result, [])
      })
  },
  {
    cites: "E6, E5",
    promise: "rights, membership and members over HTTP",
    given: ({ tell }) =>
      Effect.zipRight(
        tell("chat", {
          username: "@two",
          members: [{ id: 7, status: "administrator", rights: { can_edit_messages: false } }]
        }),
        tell("membership", { chat: "@two", status: "administrator", rights: { can_post_messages: false } })
      ),
    call: ["getChatAdministrators", { chat_id: "@two" }],
    answers: "ok",
    result: [
      { user: { id: 1_000_000_001 }, can_post_messages: false },
      { user: { id: 7 }, can_edit_messages: false }
    ]
  }
]

contract(
  "what control refuses (E22)",
  refusals.map(([promise, call, answers]): Row => ({ cites: "E22", promise, call, answers }))
)
contract("arranging (E22)", arranging)

describe("whom control hears (E22)", () => {
  it.scopedLive("E22: no web page: a request with an origin is turned away", () =>
    Effect.gen(function* () {
      const { url, control } = yield* makeWorld()
      const from = { method: "POST", body: "{}", headers: { origin: "https://evil.example" } }
      assert.strictEqual(words(yield* fetched(`${url}/_emu/reset`, from)), "403 control hears no browser")
      assert.lengthOf(yield* control.chats, 1)
    })
  )
})
