// A server in Telegram's place that repeats the address it was asked for, and with it the token, in every kind of answer that proxies give: the
// worst that a log could take up. Redirects lead to another server, which nobody must follow.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse
} from "node:http"
import { Effect, type Scope } from "effect"

const served = (listener: RequestListener): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`
    })
  )

/** `path` holds the token; `token` is the token alone. */
interface Asked {
  readonly path: string
  readonly token: string
  readonly elsewhere: string
}

type Answer = (response: ServerResponse, asked: Asked) => void

const page =
  (status: number, body: (asked: Asked) => string): Answer =>
  (response, asked) =>
    void response
      .writeHead(status, { "content-type": "text/html" })
      .end(`<html><body>${body(asked)}</body></html>`)

const json =
  (status: number, body: (asked: Asked) => unknown): Answer =>
  (response, asked) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body(asked)))

const refusal = (code: number) =>
  json(code, ({ path }) => ({ ok: false, error_code: code, description: `Nothing is known of ${path}` }))

const redirect =
  (status: number): Answer =>
  (response, { elsewhere, path }) =>
    void response.writeHead(status, { location: `${elsewhere}${path}` }).end(`Moved to ${elsewhere}${path}`)

/** The address begins so that whoever keeps the first KB of the page keeps all of the token but its end. */
const cutOff: Answer = (response, { path, token }) => {
  const before = 1024 - (path.indexOf(token) + token.length - 1)
  response.writeHead(502).end(`${"<p></p>".repeat(before / 7).padStart(before)}${path}`)
}

export const answers: ReadonlyArray<Answer> = [
  ...[301, 302, 303, 307, 308].map(redirect),
  page(502, ({ path }) => `The server could not answer <b>POST ${path}</b>`),
  page(504, ({ path }) => `${encodeURIComponent(path)} timed out`),
  page(404, ({ path, token }) => `<a href="${path}">${token.replace(":", "&#58;")}</a> is not here`),
  page(200, ({ token }) => `Welcome, ${token.split(":")[1] ?? ""}`),
  page(413, ({ path }) => `<title>${path}</title>`),
  cutOff,
  ...[400, 401, 403, 404, 409, 500].map(refusal),
  json(429, ({ path }) => ({
    ok: false,
    error_code: 429,
    description: `Too Many Requests: ${path}: retry after 1`,
    parameters: { retry_after: 1 }
  })),
  json(200, ({ path }) => ({ ok: true, result: { message_id: path, chat: path } })),
  json(200, ({ path }) => ({ ok: true, result: `you asked for ${path}` })),
  (response, { path }) => void response.end(`{"ok":true,"result":{"text":"${path}`),
  (response, { path }) => {
    response.writeHead(200, { "content-length": 1_000 })
    response.write(`{"ok":true,"result":{"text":"${path}`, () => response.destroy())
  },
  (response, { path }) => void response.socket?.end(`HTTP/1.1 ${path} is no status\r\n\r\n`)
]

export interface Parrot {
  readonly url: string
  /** How often somebody came to the place that the redirects name. */
  readonly followed: () => number
}

/** Sends get the answers in turn, and so does every other method. */
export const parrot: Effect.Effect<Parrot, never, Scope.Scope> = Effect.gen(function* () {
  let followed = 0
  const asked = new Map<string, number>()
  const elsewhere = yield* served((_, response) => {
    followed += 1
    response.end()
  })
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? ""
    const [, token = "", method = ""] = /^\/bot([^/]*)\/(\w+)/.exec(path) ?? []
    const kind = method.startsWith("send") ? "send" : method
    const count = asked.get(kind) ?? 0
    asked.set(kind, count + 1)
    request.resume().on("end", () => answers[count % answers.length]?.(response, { path, token, elsewhere }))
  }
  const url = yield* served(answer)
  return { url, followed: () => followed }
})
