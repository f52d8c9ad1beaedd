// The channel as its readers see it: what is shown, that nothing breaks out, and that nothing is asked of other servers.

import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Fiber, Queue } from "effect"
import { Api } from "grammy"
import { serveSandbox, standalone } from "../../src/sandbox/Sandbox.ts"
import { soon } from "../setup/soon.ts"
import { png, upload } from "./pictures.ts"

const sandbox = Effect.fnUntraced(function* (directory?: string) {
  const served = yield* Effect.provide(
    serveSandbox({ port: 0, ...(directory === undefined ? {} : { directory }) }),
    NodeContext.layer
  )
  return { ...served, api: new Api(served.token, { apiRoot: served.url }) }
})

const text = (url: string, headers: Record<string, string> = {}) =>
  Effect.gen(function* () {
    const response = yield* Effect.promise(() => fetch(url, { headers }))
    return { response, body: yield* Effect.promise(() => response.text()) }
  })

describe("channel page", () => {
  it.scopedLive("shows posts with their formatting, pictures, buttons and edits; deleted ones are gone", () =>
    Effect.gen(function* () {
      const { api, url } = yield* sandbox()
      const html = { parse_mode: "HTML" } as const
      const chat = "@oncecast_deals"
      yield* Effect.promise(() =>
        api.sendMessage(chat, '<b>a <i>b</i></b> <a href="https://s.example/?x=1&amp;y=2">link</a>', html)
      )
      const keyboard = { inline_keyboard: [[{ text: "Buy", url: "https://s.example/buy" }]] }
      const photo = yield* Effect.promise(() =>
        api.sendPhoto(chat, upload(png(100, 50)), { caption: "old", reply_markup: keyboard })
      )
      yield* Effect.promise(() =>
        api.editMessageCaption(chat, photo.message_id, { caption: "new", reply_markup: keyboard })
      )
      const gone = yield* Effect.promise(() => api.sendMessage(chat, "withdrawn"))
      yield* Effect.promise(() => api.deleteMessage(chat, gone.message_id))
      for (const name of ["oncecast_deals", "%40oncecast_deals", `${photo.chat.id}`]) {
        const { body, response } = yield* text(`${url}/sandbox/${name}`)
        assert.strictEqual(response.status, 200)
        assert.include(body, "<b>a </b><b><i>b</i></b>")
        assert.include(
          body,
          '<a href="https://s.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer nofollow">link</a>'
        )
        assert.include(body, "new")
        assert.include(body, ">edited<")
        assert.include(body, 'href="https://s.example/buy"')
        assert.notInclude(body, "withdrawn")
        assert.include(body, "Oncecast deals")
      }
      const { body } = yield* text(`${url}/sandbox/oncecast_deals`)
      const image = /<img class="photo" src="([^"]+)"/.exec(body)?.[1] ?? ""
      const shown = yield* Effect.promise(() => fetch(url + image))
      assert.strictEqual(shown.headers.get("content-type"), "image/png")
      yield* Effect.promise(() => shown.arrayBuffer())
      assert.include((yield* text(`${url}/sandbox`)).body, "/sandbox/oncecast_deals")
      assert.strictEqual((yield* text(`${url}/sandbox/nobody`)).response.status, 404)
    })
  )

  it.scopedLive(
    "whatever a post holds stays text; nothing is loaded from elsewhere; scripts are our own",
    () =>
      Effect.gen(function* () {
        const { api, url } = yield* sandbox()
        const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`
        yield* Effect.promise(() => api.sendMessage("@evil_chat", evil))
        const link = { offset: 0, length: 1, type: "text_link" as const, url: "javascript:alert(1)" }
        yield* Effect.promise(() => api.sendMessage("@evil_chat", "x", { entities: [link] }))
        const { body, response } = yield* text(`${url}/sandbox/evil_chat`)
        assert.notInclude(body, "<script>alert")
        assert.notInclude(body, "<img src=x")
        assert.notInclude(body, "javascript:")
        assert.notMatch(body, /(?:src|href)="(?:https?:)?\/\//)
        assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/)
        assert.notMatch(response.headers.get("content-security-policy") ?? "", /unsafe|https?:/)
      })
  )

  it.scopedLive("a reader who has the page gets 304 until something is posted", () =>
    Effect.gen(function* () {
      const { api, url } = yield* sandbox()
      yield* Effect.promise(() => api.sendMessage("@some_chat", "one"))
      const page = `${url}/sandbox/some_chat`
      const etag = (yield* text(page)).response.headers.get("etag") ?? ""
      assert.strictEqual((yield* text(page, { "if-none-match": etag })).response.status, 304)
      yield* Effect.promise(() => api.sendMessage("@some_chat", "two"))
      assert.strictEqual((yield* text(page, { "if-none-match": etag })).response.status, 200)
    })
  )
})

describe("a sandbox that is kept (E23)", () => {
  it.scopedLive(
    "after a restart the channel has its history, its pictures, and goes on with the next id",
    () =>
      Effect.gen(function* () {
        const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
        const before = yield* Effect.scoped(
          Effect.gen(function* () {
            const { api, url } = yield* sandbox(directory)
            yield* Effect.promise(() => api.sendPhoto("@kept_chat", upload(png(100, 50)), { caption: "one" }))
            yield* Effect.promise(() => api.sendMessage("@kept_chat", "two"))
            yield* Effect.promise(() => api.editMessageText("@kept_chat", 2, "three"))
            return (yield* text(`${url}/sandbox/kept_chat`)).body
          })
        )
        const { api, url } = yield* sandbox(directory)
        assert.strictEqual((yield* text(`${url}/sandbox/kept_chat`)).body, before)
        const image = /<img class="photo" src="([^"]+)"/.exec(before)?.[1] ?? ""
        assert.strictEqual((yield* Effect.promise(() => fetch(url + image))).status, 200)
        assert.strictEqual((yield* Effect.promise(() => api.sendMessage("@kept_chat", "four"))).message_id, 3)
      }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("it is written soon after a change, before any orderly end", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      const { api } = yield* sandbox(directory)
      yield* Effect.promise(() => api.sendMessage("@kept_chat", "soon"))
      const written = fs.readFileString(`${directory}/sandbox.json`)
      yield* soon(Effect.map(written, (text) => assert.include(text, "soon")))
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("a state that cannot be read is put aside, and the sandbox begins empty", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const directory = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(`${directory}/sandbox.json`, "{ half a fi")
      const { api } = yield* sandbox(directory)
      assert.strictEqual((yield* Effect.promise(() => api.sendMessage("@kept_chat", "x"))).message_id, 1)
      assert.strictEqual(yield* fs.readFileString(`${directory}/sandbox.json.unreadable`), "{ half a fi")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("a channel keeps its newest 500 messages and goes on counting", () =>
    Effect.gen(function* () {
      const { emulator, token } = yield* serveSandbox({ port: 0 })
      for (let n = 1; n <= 503; n++) {
        yield* emulator.call(token, "sendMessage", { chat_id: "@full_chat", text: `${n}` })
      }
      const standing = yield* emulator.control.standing("@full_chat")
      assert.deepStrictEqual([standing.length, standing[0]?.id, standing.at(-1)?.id], [500, 4, 503])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("oncecast sandbox", () => {
  it.scopedLive("says where everything is, and serves until it is interrupted", () =>
    Effect.gen(function* () {
      const said = yield* Queue.unbounded<string>()
      const console_: Console.Console = {
        ...(yield* Console.consoleWith(Effect.succeed)),
        log: (text: string) => Queue.offer(said, text)
      }
      const running = yield* standalone({ port: 0 }).pipe(Effect.withConsole(console_), Effect.fork)
      const told = yield* Queue.take(said)
      const url = /API root\s+(\S+)/.exec(told)?.[1] ?? ""
      const token = /Token\s+(\S+)/.exec(told)?.[1] ?? ""
      assert.strictEqual(
        (yield* Effect.promise(() => new Api(token, { apiRoot: url }).getMe())).username,
        "oncecast_sandbox_bot"
      )
      assert.strictEqual((yield* text(`${url}/sandbox`)).response.status, 200)
      assert.strictEqual((yield* text(`${url}/_emu/chats`)).response.status, 200)
      yield* Fiber.interrupt(running)
      assert.isTrue(yield* Effect.isFailure(Effect.tryPromise(() => fetch(url))))
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
