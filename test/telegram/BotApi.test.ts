// The Bot API client against a real server on loopback that answers, lies, stalls and hangs up.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket
} from "node:net"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Chunk,
  type Duration,
  Effect,
  Exit,
  Fiber,
  Logger,
  Redacted,
  Schedule,
  type Scope
} from "effect"
import type { Post } from "../../src/domain/Post.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import { Telegram, type TelegramError } from "../../src/telegram/Telegram.ts"

const token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

interface Seen {
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

type Answering = (seen: Seen, response: ServerResponse, request: IncomingMessage) => void

const json =
  (status: number, body: unknown): Answering =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" })
    response.end(JSON.stringify(body))
  }
const page =
  (status: number, body: string): Answering =>
  (_, response) => {
    response.writeHead(status, { "content-type": "text/html" })
    response.end(body)
  }
const refusal = (code: number, description: string, parameters = {}) =>
  json(code, { ok: false, error_code: code, description, parameters })
const accepted = json(200, { ok: true, result: { message_id: 7 } })

interface Served {
  readonly root: string
  readonly seen: Array<Seen>
  readonly open: () => number
}

const serving = (answer: Answering): Effect.Effect<Served, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ readonly server: Server; readonly served: Served }>((resume) => {
      const seen: Array<Seen> = []
      const sockets = new Set<unknown>()
      const server = createServer((request, response) => {
        const parts: Array<Buffer> = []
        request.on("data", (part: Buffer) => parts.push(part))
        request.on("error", () => undefined)
        request.on("end", () => {
          const body = Buffer.concat(parts).toString("latin1")
          seen.push({ url: request.url ?? "", headers: request.headers, body })
          answer({ url: request.url ?? "", headers: request.headers, body }, response, request)
        })
      })
      server.on("connection", (socket) => {
        sockets.add(socket)
        socket.on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            server,
            served: { root: `http://127.0.0.1:${port}`, seen, open: () => sockets.size }
          })
        )
      })
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ).pipe(Effect.map(({ served }) => served))

const listening = (talk: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.async<NetServer>((resume) => {
      const server = createNetServer(talk)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

/** The server has this many connections open, soon. */
const settled = (server: Served, sockets: number) =>
  Effect.sync(() => server.open()).pipe(
    Effect.repeat({ until: (open) => open === sockets, schedule: Schedule.spaced("10 millis") }),
    Effect.timeout("5 seconds")
  )

const post: Post = { html: "<b>Hello</b>", photoUrls: [], buttons: [], silent: false }
const photo = { bytes: new Uint8Array([0xff, 0xd8, 0xff, 0, 13, 10, 0xff, 0xd9]), fileName: "a b\r\n.jpg" }

/** Only what waits for silence has a short time-out: the others must not fail on a busy machine. */
const patience = "10 seconds"
const impatience = "300 millis"

const using = <A, E>(
  root: string,
  effect: Effect.Effect<A, E, Telegram>,
  timeout: Duration.DurationInput = patience
) =>
  Effect.provide(
    effect,
    layerBotApi({
      token: Redacted.make(token),
      apiRoot: root,
      timeout,
      connectTimeout: "5 seconds"
    })
  )
const sendTo = (
  root: string,
  what: Post = post,
  withPhoto = false,
  timeout: Duration.DurationInput = patience
) =>
  using(
    root,
    Effect.flatMap(Telegram, (telegram) => telegram.send("@deals", what, withPhoto ? [photo] : [])),
    timeout
  )

describe("sending", () => {
  it.scopedLive(
    "a text post carries HTML, silence, its link buttons and the preview that was asked for",
    () =>
      Effect.gen(function* () {
        const server = yield* serving(accepted)
        const sent = yield* sendTo(server.root, {
          ...post,
          silent: true,
          buttons: [[{ text: "Open", url: "https://shop.example/1" }]],
          previewUrl: "https://shop.example/1"
        })
        assert.deepStrictEqual(sent, { messageIds: [7] })
        assert.strictEqual(server.seen[0]?.url, `/bot${token}/sendMessage`)
        assert.deepStrictEqual(JSON.parse(server.seen[0]?.body ?? ""), {
          chat_id: "@deals",
          text: "<b>Hello</b>",
          parse_mode: "HTML",
          disable_notification: true,
          reply_markup: { inline_keyboard: [[{ text: "Open", url: "https://shop.example/1" }]] },
          link_preview_options: { is_disabled: false, url: "https://shop.example/1" }
        })
      })
  )

  it.scopedLive("a photo is uploaded byte by byte, with the text as its caption", () =>
    Effect.gen(function* () {
      const server = yield* serving(accepted)
      yield* sendTo(server.root, post, true)
      const seen = server.seen[0]
      assert.strictEqual(seen?.url, `/bot${token}/sendPhoto`)
      assert.include(seen?.body, Buffer.from(photo.bytes).toString("latin1"))
      assert.include(seen?.body, "<b>Hello</b>")
      assert.include(seen?.body, "filename=a_b__.jpg")
      assert.strictEqual(Number(seen?.headers["content-length"]), seen?.body.length)
    })
  )

  it.scopedLive("each call has its own connection and leaves none open", () =>
    Effect.gen(function* () {
      const server = yield* serving(accepted)
      yield* sendTo(server.root)
      yield* sendTo(server.root)
      assert.strictEqual(server.seen[1]?.headers.connection, "close")
      yield* settled(server, 0)
    })
  )

  it.scopedLive("rights are read from the bot's own membership", () =>
    Effect.gen(function* () {
      const server = yield* serving(({ url }, response, request) => {
        const results: Readonly<Record<string, unknown>> = {
          getChat: { id: -1001, type: "channel", title: "Deals" },
          getMe: { id: 110201543, is_bot: true, username: "once_bot" },
          getChatMember: {
            status: "administrator",
            can_post_messages: true,
            can_edit_messages: false,
            can_delete_messages: false
          }
        }
        json(200, { ok: true, result: results[url.split("/").pop() ?? ""] })(
          { url, headers: {}, body: "" },
          response,
          request
        )
      })
      const access = yield* using(
        server.root,
        Effect.flatMap(Telegram, (telegram) => telegram.access("-1001234567890"))
      )
      assert.deepStrictEqual(access, {
        ...{
          id: -1001,
          title: "Deals",
          type: "channel",
          canPost: true,
          canEditOthers: false,
          canDeleteOthers: false
        },
        protectedContent: false
      })
      assert.deepStrictEqual(JSON.parse(server.seen[0]?.body ?? ""), { chat_id: -1001234567890 })
    })
  )
})

/** Each fault, and whether the server had the whole request: then nothing but "unknown" or a refusal is true. */
const faults: ReadonlyArray<readonly [string, Answering, TelegramError["_tag"]]> = [
  ["400", refusal(400, "Bad Request: message is too long"), "TelegramRefused"],
  ["401", refusal(401, "Unauthorized"), "TelegramRefused"],
  ["403", refusal(403, "Forbidden: bot is not a member of the channel chat"), "TelegramRefused"],
  ["404 that names the path", refusal(404, `Not Found: /bot${token}/sendMessage`), "TelegramRefused"],
  ["429", refusal(429, "Too Many Requests: retry after 9", { retry_after: 9 }), "TelegramFlood"],
  ["500", refusal(500, "Internal Server Error: restart"), "TelegramUnknown"],
  ["HTML 502", page(502, `<html>Bad gateway for /bot${token}/sendMessage</html>`), "TelegramUnknown"],
  [
    "HTML 502 whose first KB ends within the token",
    page(502, `${"<p></p>".repeat(141)}${token}`),
    "TelegramUnknown"
  ],
  ["HTML 404", page(404, `Cannot POST /bot${encodeURIComponent(token)}/sendMessage`), "TelegramRefused"],
  ["HTML 429", page(429, "<html>slow down</html>"), "TelegramUnknown"],
  ["empty 200", page(200, ""), "TelegramUnknown"],
  ["a yes of something else", json(200, { status: "ok" }), "TelegramUnknown"],
  ["a yes without an id", json(200, { ok: true, result: { message_id: 0 } }), "TelegramUnknown"],
  ["a redirect", (_, response) => response.writeHead(302, { location: "/x" }).end(), "TelegramRefused"],
  [
    "half an answer",
    (_, response) => {
      response.writeHead(200, { "content-length": "100" })
      response.write('{"ok":true,')
      response.socket?.end()
    },
    "TelegramUnknown"
  ],
  [
    "a reset after the request was read",
    (_, response) => response.socket?.resetAndDestroy(),
    "TelegramUnknown"
  ],
  ["a hang-up after the request was read", (_, response) => response.socket?.end(), "TelegramUnknown"],
  ["silence", () => undefined, "TelegramUnknown"]
]

const secrets = [token, encodeURIComponent(token), "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "AAHdqTcvCH1v"]
const showsToken = (text: string) => secrets.some((secret) => text.includes(secret))

/** Everything that a log, a span or a page could print of an exit. */
const printed = (exit: Exit.Exit<unknown, TelegramError>): string =>
  Exit.isFailure(exit)
    ? [
        Cause.pretty(exit.cause, { renderErrorCause: true }),
        JSON.stringify(exit.cause),
        ...Chunk.toReadonlyArray(Cause.failures(exit.cause)).map((error) => `${error.message} ${error.stack}`)
      ].join("\n")
    : ""

describe("what goes wrong", () => {
  for (const [name, fault, expected] of faults) {
    it.scopedLive(`${name} is ${expected}, once, and shows no token`, () =>
      Effect.gen(function* () {
        const server = yield* serving(fault)
        for (const withPhoto of [false, true]) {
          const timeout = name === "silence" ? impatience : patience
          const exit = yield* Effect.exit(sendTo(server.root, post, withPhoto, timeout))
          const error = yield* Effect.flip(exit)
          assert.strictEqual(error._tag, expected)
          assert.isFalse(showsToken(printed(exit)), printed(exit))
        }
        assert.strictEqual(server.seen.length, 2)
      })
    )
  }

  it.live("a refused connection, an unknown host and a wrong address mean not sent", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(Effect.map(serving(accepted), (server) => server.root))
      for (const root of [gone, "http://no-such-host.invalid", "https://[::1", "ftp://127.0.0.1"]) {
        const exit = yield* Effect.exit(sendTo(root))
        assert.strictEqual((yield* Effect.flip(exit))._tag, "TelegramUnreachable", root)
        assert.isFalse(showsToken(printed(exit)), printed(exit))
      }
    })
  )

  it.scopedLive("a server that speaks no TLS has received nothing", () =>
    Effect.gen(function* () {
      const server = yield* serving(accepted)
      const error = yield* Effect.flip(sendTo(server.root.replace("http:", "https:")))
      assert.strictEqual(error._tag, "TelegramUnreachable")
    })
  )

  it.scopedLive("an upload that breaks off before its last byte means not sent", () =>
    Effect.gen(function* () {
      const server = yield* listening((socket) => {
        // Reads some of it, then goes: the buffers between both hold less than the rest.
        socket.once("data", () => socket.pause().resetAndDestroy())
        socket.on("error", () => undefined)
      })
      const { port } = server.address() as AddressInfo
      const large = { bytes: new Uint8Array(30_000_000), fileName: "large.jpg" }
      const error = yield* using(
        `http://127.0.0.1:${port}`,
        Effect.flatMap(Telegram, (telegram) => Effect.flip(telegram.send("@deals", post, [large])))
      )
      assert.strictEqual(error._tag, "TelegramUnreachable")
    })
  )

  it.scopedLive("a server that answers nothing but holds the connection ends with the time-out", () =>
    Effect.gen(function* () {
      const server = yield* serving(() => undefined)
      const error = yield* Effect.flip(sendTo(server.root, post, false, impatience))
      assert.include(error.message, "no answer in time")
      yield* settled(server, 0)
    })
  )

  it.scopedLive("an interrupted call leaves no socket", () =>
    Effect.gen(function* () {
      const server = yield* serving(() => undefined)
      const fiber = yield* Effect.fork(sendTo(server.root))
      yield* settled(server, 1)
      yield* Fiber.interrupt(fiber)
      yield* settled(server, 0)
    })
  )

  it.scopedLive("no span and no log of a call holds the token", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make((entry) => {
        lines.push(Logger.stringLogger.log(entry))
      })
      const server = yield* serving(page(502, `/bot${token}/sendMessage`))
      yield* sendTo(server.root).pipe(
        Effect.tapErrorCause((cause) => Effect.logError("failed", cause)),
        Effect.exit,
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
      assert.strictEqual(lines.length, 1)
      assert.isFalse(showsToken(lines.join("\n")), lines.join("\n"))
    })
  )
})
