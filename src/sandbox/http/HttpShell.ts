// An emulator on a port: `/bot<token>/<method>`, `/file/bot<token>/<path>`, control under `/_emu/`, and for everything else a page if there is
// one. Requests in flight end with the scope; a client that hangs up ends nothing.
import type { IncomingMessage, ServerResponse } from "node:http"
import { Effect, Either, FiberSet, Option, type Scope } from "effect"
import { Emulator, type EmulatorShape } from "../Emulator.ts"
import { notFound } from "../Errors.ts"
import { refused } from "../Reply.ts"
import { actOut } from "./ActOut.ts"
import { argumentsOf, type ControlAnswer, controlApi } from "./ControlApi.ts"
import { type Address, type Listener, listen, type PortUnavailable } from "./Listener.ts"
import { readAll, readBody } from "./ReadBody.ts"

/** Answers what is neither the Bot API nor control. */
export type Fallback = (request: IncomingMessage, response: ServerResponse) => void

const maxControlBytes = 64 * 1024 * 1024

const send = (response: ServerResponse, status: number, type: string, body: string | Uint8Array) =>
  Effect.sync(() => {
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) })
    response.end(body)
  })

const sendControl = (response: ServerResponse, answer: ControlAnswer) =>
  send(response, answer.status, "application/json", answer.body)

const download = (emulator: EmulatorShape, response: ServerResponse, token: string, path: string) =>
  emulator.download(token, path).pipe(
    Effect.flatMap((bytes) => send(response, 200, "application/octet-stream", bytes)),
    Effect.catchTag("NotThere", () => actOut(response, refused(notFound)))
  )

const controlled = Effect.fnUntraced(function* (
  control: ReturnType<typeof controlApi>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  name: string
) {
  const body = Option.getOrElse(yield* readAll(request, maxControlBytes), () => Buffer.alloc(0))
  const args =
    request.method === "GET" ? Either.right(Object.fromEntries(url.searchParams)) : argumentsOf(body)
  const answer = Either.isLeft(args)
    ? { status: 400, body: JSON.stringify({ ok: false, description: args.left }) }
    : yield* control(request.method ?? "", name, args.right)
  yield* sendControl(response, answer)
})

/** Serves this emulator until the scope closes. */
export const serve = Effect.fn("HttpShell.serve")(function* (
  emulator: EmulatorShape,
  address: Address,
  fallback?: Fallback
): Effect.fn.Return<Listener, PortUnavailable, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime<never, void, never>()
  const control = controlApi(emulator.control)

  const handle = (request: IncomingMessage, response: ServerResponse): Effect.Effect<void> => {
    const url = new URL(request.url ?? "/", "http://sandbox")
    const [, token, method] = /^\/bot([^/]*)\/(?:test\/)?([^/]*)$/.exec(url.pathname) ?? []
    if (token !== undefined && method !== undefined) {
      const body = readBody(request, url.searchParams)
      const exchanged = emulator.exchange({ token: token.replace("%3A", ":"), method, body })
      return Effect.flatMap(exchanged, (reply) => actOut(response, reply))
    }
    const [, owner, path] = /^\/file\/bot([^/]*)\/(.+)$/.exec(url.pathname) ?? []
    if (owner !== undefined && path !== undefined) return download(emulator, response, owner, path)
    const [, verb] = /^\/_emu\/(\w+)$/.exec(url.pathname) ?? []
    if (verb !== undefined) return controlled(control, request, response, url, verb)
    if (fallback === undefined) return actOut(response, refused(notFound))
    return Effect.sync(() => fallback(request, response))
  }

  return yield* listen(address, (request, response) => {
    // A peer that resets is what this server is for: not an error of ours.
    request.on("error", () => undefined)
    response.on("error", () => undefined)
    run(handle(request, response))
  })
})

/** A new emulator on loopback, for tests: its handle and where it listens. */
export const emulatorOnLoopback = Effect.fnUntraced(function* (
  options: Parameters<typeof Emulator.make>[0] = {}
) {
  const emulator = yield* Emulator.make(options)
  const listener = yield* serve(emulator, { host: "127.0.0.1", port: 0 })
  return { ...emulator, ...listener }
})
