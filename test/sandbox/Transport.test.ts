// E1–E3, E14, E22 over the wire: paths, bodies, envelopes, updates, control; grammY, fetch and raw bytes.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as fc from "fast-check"
import { Api, InlineKeyboard } from "grammy"
import { readForm } from "../../src/sandbox/http/FormBody.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { channel, complaint, done, emulated } from "./grammy.ts"

const answer = (response: Response) =>
  Effect.map(
    done(() => response.json()),
    (body: unknown) => ({ status: response.status, body })
  )

describe("transport", () => {
  it.scopedLive("methods are found in any case, by GET and POST, from JSON, forms and the query (E1)", () =>
    Effect.gen(function* () {
      const { url, control } = yield* emulated()
      const root = `${url}/bot${sandboxToken}`
      const form = new FormData()
      form.set("chat_id", channel)
      form.set("text", "multipart")
      form.set("link_preview_options", JSON.stringify({ is_disabled: true }))
      const requests: ReadonlyArray<readonly [string, RequestInit]> = [
        [`/SENDmessage?chat_id=${encodeURIComponent(channel)}&text=query`, {}],
        [
          "/sendMessage",
          { method: "POST", body: new URLSearchParams({ chat_id: channel, text: "urlencoded" }) }
        ],
        ["/sendMessage", { method: "POST", body: form }],
        [
          "/sendmessage",
          {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ chat_id: channel, text: "json" })
          }
        ]
      ]
      for (const [path, init] of requests) {
        const response = yield* done(() => fetch(root + path, init))
        assert.strictEqual(response.headers.get("content-type"), "application/json")
        assert.strictEqual(response.status, 200)
        yield* done(() => response.text())
      }
      const texts = (yield* control.standing(channel)).map((message) => {
        const content = message.versions[0].content
        return content.kind === "text" ? content.text.text : ""
      })
      assert.deepStrictEqual(texts, ["query", "urlencoded", "multipart", "json"])
    })
  )

  it.scopedLive("wrong tokens are 401, wrong methods and paths 404, in Telegram's words (E3)", () =>
    Effect.gen(function* () {
      const { url } = yield* emulated()
      const rows: ReadonlyArray<readonly [string, number, string]> = [
        ["/bot12/getMe", 401, "Unauthorized: invalid token specified"],
        ["/bot1000000001:anotherTokenThatIsUnknown/getMe", 401, "Unauthorized"],
        [`/bot${sandboxToken}/getNothing`, 404, "Not Found: method not found"],
        ["/", 404, "Not Found"],
        [`/bot${sandboxToken}/sendMessage?chat_id=%40nobody_here&text=x`, 400, "Bad Request: chat not found"]
      ]
      for (const [path, status, description] of rows) {
        const told = yield* Effect.flatMap(
          done(() => fetch(url + path)),
          answer
        )
        assert.deepStrictEqual(told, { status, body: { ok: false, error_code: status, description } })
      }
    })
  )

  it.scopedLive("a body that is no JSON is refused, one that is too large gets 413", () =>
    Effect.gen(function* () {
      const { url } = yield* emulated()
      const send = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
        done(() =>
          fetch(`${url}/bot${sandboxToken}/sendMessage`, {
            method: "POST",
            body,
            headers: { "content-type": type }
          })
        )
      assert.strictEqual((yield* send("{", "application/json")).status, 400)
      assert.strictEqual((yield* send("x", "multipart/form-data; boundary=q")).status, 400)
      assert.strictEqual((yield* send(new Uint8Array(53 * 1024 * 1024), "application/json")).status, 413)
    })
  )

  it("a form survives the parser whatever bytes it holds (E1)", () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.string({ maxLength: 40 }),
        fc.stringMatching(/^[A-Za-z0-9'()+_,./:=?-]{1,60}$/),
        (bytes, text, boundary) => {
          fc.pre(!Buffer.from(bytes).includes(`\r\n--${boundary}`) && !text.includes(`--${boundary}`))
          const body = Buffer.concat([
            Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="text"\r\n\r\n${text}\r\n`),
            Buffer.from(
              `--${boundary}\r\ncontent-disposition:form-data; name="f"; filename="a \\"b\\".png"\r\ncontent-type: image/png\r\n\r\n`
            ),
            bytes,
            Buffer.from(`\r\n--${boundary}--\r\n`)
          ])
          const form = readForm(body, boundary)
          assert.strictEqual(form?.fields["text"], Buffer.from(text).toString())
          assert.deepStrictEqual(Buffer.from(form?.files["f"]?.bytes ?? []), Buffer.from(bytes))
          assert.strictEqual(form?.files["f"]?.fileName, 'a "b".png')
          assert.isUndefined(readForm(body.subarray(0, -6 - boundary.length), boundary))
        }
      )
    ))

  it("no bytes make the form parser throw", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 5 }), (bytes, boundary) => {
        readForm(Buffer.concat([Buffer.from(`--${boundary}\r\n`), bytes]), boundary)
      })
    ))
})

describe("updates (E14)", () => {
  it.scopedLive(
    "a user's words and button presses reach the bot once, in order, and are confirmed by a higher offset",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        yield* control.say(42, "/start now")
        const [first] = yield* done(() => api.getUpdates())
        assert.strictEqual(first?.message?.text, "/start now")
        assert.strictEqual(first?.message?.entities?.[0]?.type, "bot_command")
        const menu = yield* done(() =>
          api.sendMessage(42, "?", { reply_markup: new InlineKeyboard().text("yes", "y") })
        )
        const query = yield* control.press("42", menu.message_id, "y", 42)
        const [second, ...more] = yield* done(() => api.getUpdates({ offset: (first?.update_id ?? 0) + 1 }))
        assert.strictEqual(second?.callback_query?.data, "y")
        assert.lengthOf(more, 0)
        assert.strictEqual(yield* complaint(() => api.answerCallbackQuery(query)), "done")
        assert.strictEqual(
          yield* complaint(() => api.answerCallbackQuery(query)),
          "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
      })
  )

  it.scopedLive(
    "a long poll ends when something comes; of two polls the older is told so; a webhook forbids both",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        const older = yield* Effect.fork(complaint(() => api.getUpdates({ timeout: 30 })))
        yield* Effect.sleep("50 millis")
        const newer = yield* Effect.fork(done(() => api.getUpdates({ timeout: 30 })))
        assert.strictEqual(
          yield* Fiber.join(older),
          "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        yield* control.say(42, "hello")
        assert.lengthOf(yield* Fiber.join(newer), 1)
        yield* done(() => api.setWebhook("https://a.example/hook"))
        assert.match(yield* complaint(() => api.getUpdates()), /^409 Conflict: can't use getUpdates/)
      })
  )

  it.scopedLive(
    "a bot never hears of its own posts, a second bot in the channel does, and so does the linked group",
    () =>
      Effect.gen(function* () {
        const { api, control, url } = yield* emulated()
        const witnessToken = "1000000002:WITNESS-token-that-opens-nothing-real"
        yield* control.addBot(witnessToken)
        const group = yield* control.addChat({ type: "supergroup", title: "Comments" })
        yield* control.addChat({ username: "@linked", linkedChat: group.id })
        const witness = new Api(witnessToken, { apiRoot: url })
        yield* done(() => api.sendMessage("@linked", "x"))
        const own = yield* done(() => api.getUpdates())
        assert.deepStrictEqual(
          own.map((update) => update.message?.is_automatic_forward),
          [true]
        )
        const origin = own[0]?.message?.forward_origin
        assert.isTrue(origin?.type === "channel" && origin.message_id === 1)
        const seen = yield* done(() => witness.getUpdates())
        assert.deepStrictEqual(
          seen.map((update) => update.channel_post?.text ?? update.message?.text),
          ["x", "x"]
        )
      })
  )
})

describe("control over HTTP (E22)", () => {
  it.scopedLive("a separate process can arrange and read everything by URL", () =>
    Effect.gen(function* () {
      const { url, api } = yield* emulated()
      const tell = (verb: string, args: object) =>
        Effect.flatMap(
          done(() => fetch(`${url}/_emu/${verb}`, { method: "POST", body: JSON.stringify(args) })),
          answer
        )
      const ask = (noun: string) =>
        Effect.flatMap(
          done(() => fetch(`${url}/_emu/${noun}`)),
          answer
        )
      assert.strictEqual((yield* tell("chat", { username: "@far", title: "Far" })).status, 200)
      assert.strictEqual((yield* tell("chat", { type: "castle" })).status, 400)
      assert.strictEqual((yield* ask("history?chat=@nowhere")).status, 404)
      yield* tell("postAsAdmin", { chat: "@far", text: "foreign" })
      yield* tell("fault", {
        stage: "processed",
        method: "sendMessage",
        action: { kind: "html", status: 502 }
      })
      assert.match(yield* complaint(() => api.sendMessage("@far", "m=abc")), /^lost/)
      yield* done(() => api.sendMessage("@far", "m=abc"))
      const duplicates = yield* ask("duplicates?chat=@far&marker=m%3D(%5Cw%2B)")
      assert.deepStrictEqual(duplicates.body, { ok: true, result: [{ what: "abc", messageIds: [2, 3] }] })
      const windows = yield* ask("windows?chat=@far")
      assert.deepStrictEqual(windows.body, { ok: true, result: { perSecond: 2, perMinute: 2 } })
      yield* tell("reset", {})
      assert.strictEqual((yield* ask("history?chat=@far")).status, 404)
    })
  )
})
