// E1–E4: paths, bodies, envelopes, tokens, and how errors are worded.
import { Agent, get } from "node:http"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { rewritten } from "../../../src/sandbox/Errors.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { shownText } from "../../../src/sandbox/Messages.ts"
import { channel, contract, fetched, makeWorld, otherToken, type Row, type World } from "./world.ts"

const encoded = encodeURIComponent(channel)

const form = (text: string) => {
  const body = new FormData()
  body.set("chat_id", channel)
  body.set("text", text)
  body.set("link_preview_options", JSON.stringify({ is_disabled: true }))
  body.set("disable_notification", "true")
  return body
}

const post = (body: NonNullable<RequestInit["body"]>, type?: string): RequestInit => ({
  method: "POST",
  body,
  ...(type === undefined ? {} : { headers: { "content-type": type } })
})

const to = (path: string, init?: RequestInit) => (world: World) => fetched(`${world.url}${path}`, init)
const toBot = (path: string, init?: RequestInit) => to(`/bot${sandboxToken}/${path}`, init)

const posted = (text: string) => (world: World) =>
  Effect.map(world.control.standing(channel), ([message]) => {
    assert.strictEqual(message && shownText(message).text, text)
  })

const bodies: ReadonlyArray<Row> = [
  {
    cites: "E1",
    promise: "GET with the parameters in the query",
    call: toBot(`sendMessage?chat_id=${encoded}&text=query`),
    answers: "ok",
    leaves: posted("query")
  },
  {
    cites: "E1",
    promise: "the method in any case of letters",
    call: toBot(`SENDmessage?chat_id=${encoded}&text=query`),
    answers: "ok"
  },
  {
    cites: "E1",
    promise: "POST with an urlencoded body",
    call: toBot("sendMessage", post(new URLSearchParams({ chat_id: channel, text: "urlencoded" }))),
    answers: "ok",
    leaves: posted("urlencoded")
  },
  {
    cites: "E1",
    promise: "POST with a form, whose complex fields and flags are strings",
    call: toBot("sendMessage", post(form("multipart"))),
    answers: "ok",
    leaves: (world) =>
      Effect.map(world.control.standing(channel), ([message]) => {
        const content = message?.versions[0].content
        assert.isTrue(content?.kind === "text" && content.preview?.is_disabled === true)
        assert.isTrue(message?.silent)
      })
  },
  {
    cites: "E1",
    promise: "POST with JSON, whose complex fields may be JSON in a string",
    call: [
      "sendMessage",
      {
        chat_id: channel,
        text: "x",
        reply_markup: '{"inline_keyboard":[[{"text":"b","callback_data":"d"}]]}'
      }
    ],
    answers: "ok",
    result: { reply_markup: { inline_keyboard: [[{ text: "b", callback_data: "d" }]] } }
  },
  {
    cites: "E1",
    promise: "the test environment's path, and a colon that is escaped",
    call: to(`/bot${sandboxToken.replace(":", "%3A")}/test/getMe`),
    answers: "ok"
  },
  {
    cites: "E1",
    promise: "a body that is no JSON is refused",
    call: toBot("sendMessage", post("{", "application/json")),
    answers: /^400 Bad Request: can't parse/
  },
  {
    cites: "E1",
    promise: "a form without an end is refused",
    call: toBot("sendMessage", post("x", "multipart/form-data; boundary=q")),
    answers: /^400 Bad Request: can't parse/
  },
  {
    cites: "§2 photo upload",
    promise: "a body that is too large is refused before it is read",
    call: toBot("sendMessage", post(new Uint8Array(53 * 1024 * 1024), "application/json")),
    answers: "413 Request Entity Too Large"
  }
]

const envelopes: ReadonlyArray<Row> = [
  {
    cites: "E2",
    promise: "success is {ok, result} as JSON with status 200",
    call: ["getMe", {}],
    answers: "ok",
    leaves: (_, { status, headers, body }) =>
      Effect.sync(() => {
        assert.strictEqual(status, 200)
        assert.strictEqual(headers.get("content-type"), "application/json")
        assert.deepStrictEqual(Object.keys(body), ["ok", "result"])
      })
  },
  {
    cites: "E2",
    promise: "some results have a remark beside them",
    call: ["deleteWebhook", {}],
    answers: "ok",
    leaves: (_, { body }) =>
      Effect.sync(() =>
        assert.deepStrictEqual(body, { ok: true, result: true, description: "Webhook is already deleted" })
      )
  },
  {
    cites: "E2",
    promise: "an error is {ok, error_code, description}, and the HTTP status is the code",
    call: ["sendMessage", { chat_id: "@nobody_here", text: "x" }],
    answers: "400 Bad Request: chat not found",
    leaves: (_, { body }) =>
      Effect.sync(() =>
        assert.deepStrictEqual(body, {
          ok: false,
          error_code: 400,
          description: "Bad Request: chat not found"
        })
      )
  }
]

const errors: ReadonlyArray<Row> = [
  ["E3", "a token of the wrong form", "/bot12/getMe", "401 Unauthorized: invalid token specified"],
  ["E3", "a token that nobody has", `/bot${otherToken}/getMe`, "401 Unauthorized"],
  ["E3", "a method that is not there", `/bot${sandboxToken}/getNothing`, "404 Not Found: method not found"],
  ["§4 Not Found", "a path that is none", "/bot", "404 Not Found"],
  ["§4 Not Found", "the root", "/", "404 Not Found"]
].map(([cites = "", promise = "", path = "", answers = ""]) => ({ cites, promise, call: to(path), answers }))

contract("transport (E1)", bodies)
contract("envelopes (E2)", envelopes)
contract("tokens and paths (E3)", [
  ...errors,
  {
    cites: "§4 Unauthorized",
    promise: "a token that was revoked",
    given: ({ control }) => control.revokeBot(1_000_000_001),
    call: ["getMe", {}],
    answers: "401 Unauthorized"
  },
  {
    cites: "§6 local server",
    promise: "after logOut every call is refused for ten minutes",
    given: ({ done }) => done("logOut", {}),
    call: ["getMe", {}],
    answers: "400 Logged out"
  }
])

describe("the rewriting rule (E4, §4)", () => {
  const rows: ReadonlyArray<readonly [number, string, string]> = [
    [400, "Message not found", "400 Bad Request: message not found"],
    [400, "MESSAGE_ID_INVALID", "400 Bad Request: MESSAGE_ID_INVALID"],
    [400, "Bad Request: chat not found", "400 Bad Request: chat not found"],
    [406, "Some text", "400 Bad Request: some text"],
    [403, "CHAT_WRITE_FORBIDDEN", "400 Bad Request: CHAT_WRITE_FORBIDDEN"],
    [403, "Bot was blocked by the user", "403 Forbidden: bot was blocked by the user"],
    [401, "", "401 Unauthorized"],
    [500, "Some text", "500 Internal Server Error: some text"]
  ]
  for (const [code, text, expected] of rows) {
    it(`E4: ${code} ${text} becomes ${expected}`, () => {
      const { code: told, description } = rewritten(code, text)
      assert.strictEqual(`${told} ${description}`, expected)
    })
  }
})

describe("connections (E2)", () => {
  it.scopedLive("E2: one connection serves many calls", () =>
    Effect.gen(function* () {
      const { url } = yield* makeWorld()
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const once = Effect.async<boolean>((resume) => {
        const request = get(`${url}/bot${sandboxToken}/getMe`, { agent }, (response) => {
          response.resume().once("end", () => resume(Effect.succeed(request.reusedSocket)))
        })
      })
      assert.deepStrictEqual(yield* Effect.all([once, once]), [false, true])
      agent.destroy()
    })
  )

  it.scopedLive("no request line, however odd, ends the server", () =>
    Effect.gen(function* () {
      const { port, said } = yield* makeWorld()
      const raw = (line: string) =>
        Effect.async<void>((resume) => {
          const socket = connect(port, "127.0.0.1", () => socket.write(`${line}\r\nHost: x\r\n\r\n`))
          socket.on("error", () => resume(Effect.void))
          socket.once("data", () => socket.destroy())
          socket.once("close", () => resume(Effect.void))
        })
      for (const target of [
        "//",
        "*:x",
        "*%",
        "http://[",
        "*",
        "/%",
        "/bot%00/x",
        `/${"a".repeat(9000)}`,
        "/\\@x:99999"
      ]) {
        yield* raw(`GET ${target} HTTP/1.1`)
      }
      assert.strictEqual(yield* said("getMe", {}), "ok")
    })
  )
})
