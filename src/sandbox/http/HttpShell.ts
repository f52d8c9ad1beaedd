// An emulator on a port: `/bot<token>/<method>`, `/file/bot<token>/<path>`, control under `/_emu/`, and for everything else a page if there is
// one. Requests in flight end with the scope; a client that hangs up ends nothing. Control hears no browser: a web page must not move it.
import type { IncomingMessage, ServerResponse } from "node:http"
import { Duration, Effect, Either, FiberSet, Option, Schedule, type Scope } from "effect"
import { traced } from "../../Spans.ts"
import { sleepOutside } from "../AdjustableClock.ts"
import { Emulator, type EmulatorShape } from "../Emulator.ts"
import { notFound } from "../Errors.ts"
import { refused } from "../Reply.ts"
import { actOut } from "./ActOut.ts"
import { argumentsOf, type ControlAnswer, controlApi, turnedAway } from "./ControlApi.ts"
import { type Address, type Listener, listen, type PortUnavailable } from "./Listener.ts"
import { postUpdate } from "./PostUpdate.ts"
import { readAll, readBody } from "./ReadBody.ts"

export interface ServeOptions {
  /** Answers what is neither the Bot API nor control. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void
  /** Whether control may name a process to kill (E21). Default: yes, as long as whoever can reach the port is trusted with that. */
  readonly namesVictims?: boolean
}

type Control = ReturnType<typeof controlApi>

const maxControlBytes = 64 * 1024 * 1024
/** So long the answer to `refuse` has to get away. */
const beforeRefusingMs = 20

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
  control: Control,
  request: IncomingMessage,
  url: URL,
  name: string
): Effect.fn.Return<ControlAnswer> {
  if (request.headers.origin !== undefined) return turnedAway(403, "control hears no browser")
  const body = Option.getOrElse(yield* readAll(request, maxControlBytes), () => Buffer.alloc(0))
  const args =
    request.method === "GET" ? Either.right(Object.fromEntries(url.searchParams)) : argumentsOf(body)
  return Either.isLeft(args)
    ? turnedAway(400, args.left)
    : yield* control(request.method ?? "", name, args.right)
})

const called = (
  emulator: EmulatorShape,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  token: string,
  method: string
) => {
  let gone = false
  response.once("close", () => {
    gone = true
  })
  const body = readBody(request, url.searchParams)
  return emulator
    .exchange({ token: token.replace("%3A", ":"), method, body, listens: () => !gone })
    .pipe(Effect.flatMap((reply) => actOut(response, reply)))
}

/** Answers one request, whichever of the three it is for. */
const handle = (
  emulator: EmulatorShape,
  control: Control,
  fallback: ServeOptions["fallback"],
  request: IncomingMessage,
  response: ServerResponse
): Effect.Effect<void> => {
  const target = `http://sandbox${request.url ?? "/"}`
  if (!URL.canParse(target)) return actOut(response, refused(notFound))
  const url = new URL(target)
  const [, token, method] = /^\/bot([^/]*)\/(?:test\/)?([^/]*)$/.exec(url.pathname) ?? []
  if (token !== undefined && method !== undefined) {
    return called(emulator, request, response, url, token, method)
  }
  const [, owner, path] = /^\/file\/bot([^/]*)\/(.+)$/.exec(url.pathname) ?? []
  if (owner !== undefined && path !== undefined) return download(emulator, response, owner, path)
  const [, verb] = /^\/_emu\/(\w+)$/.exec(url.pathname) ?? []
  if (verb !== undefined) {
    return Effect.flatMap(controlled(control, request, url, verb), (answer) => sendControl(response, answer))
  }
  if (fallback === undefined) return actOut(response, refused(notFound))
  return Effect.sync(() => fallback(request, response))
}

/** Closed for so long, then open again, however often that takes. */
const refusing = ({ refuse, accept }: Listener, ms: number): Effect.Effect<void> =>
  sleepOutside(beforeRefusingMs).pipe(
    Effect.zipRight(refuse),
    Effect.zipRight(sleepOutside(ms)),
    Effect.zipRight(Effect.retry(accept, Schedule.spaced(Duration.millis(beforeRefusingMs)))),
    // A retry without an end cannot fail.
    Effect.orDie
  )

/** Serves this emulator until the scope closes. */
export const serve = traced("HttpShell.serve")(function* (
  emulator: EmulatorShape,
  address: Address,
  { fallback, namesVictims = true }: ServeOptions = {}
): Effect.fn.Return<Listener, PortUnavailable, Scope.Scope> {
  const run = yield* FiberSet.makeRuntime<never, void, never>()
  const control = controlApi(emulator.control, {
    refuse: (ms) => Effect.sync(() => void run(refusing(listener, ms))),
    setVictim: namesVictims ? emulator.setVictim : undefined
  })
  const listener = yield* listen(address, (request, response) => {
    // A peer that resets is what this server is for: not an error of ours.
    request.on("error", () => undefined)
    response.on("error", () => undefined)
    run(handle(emulator, control, fallback, request, response))
  })
  yield* emulator.setDeliver(postUpdate)
  return listener
})

/** A new emulator on loopback, for tests: its handle and where it listens. */
export const emulatorOnLoopback = Effect.fnUntraced(function* (
  options: Parameters<typeof Emulator.make>[0] = {}
) {
  const emulator = yield* Emulator.make(options)
  const listener = yield* serve(emulator, { host: "127.0.0.1", port: 0 })
  return { ...emulator, ...listener }
})
