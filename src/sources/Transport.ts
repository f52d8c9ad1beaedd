// One request over the wire, by undici alone: a poll that finds nothing new is mostly this, and each layer around it cost as much as itself.
// Enters: a URL and headers. Leaves: status, headers and a body that is not read yet. Promises: no redirect is followed, no cookie kept; the
// signal cuts off what is under way. No time-outs of its own: its callers have them.
import type { LookupFunction } from "node:net"
import type { Readable } from "node:stream"
import { Effect, type Scope } from "effect"
import { Agent, type Dispatcher } from "undici"
import { guarded } from "./Address.ts"
import { unanswered } from "./Verdicts.ts"

export interface Answered {
  readonly status: number
  /** Names in lower case; what stood there several times, with commas in between. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it comes; fails when it breaks off. */
  readonly body: Readable
}

/** A GET; with a `body` a POST of it. Fails with AddressRefused or FetchFailed. Who asks leaves the answer in the end (`leave`). */
export type Ask = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  body?: string
) => Promise<Answered>

/** The two never share a connection, so what one source was permitted is not lent to another. */
export interface Transport {
  /** Connects to public addresses only. */
  readonly guarded: Ask
  readonly open: Ask
}

const headersOf = (headers: Dispatcher.ResponseData["headers"]): Answered["headers"] => {
  const all: Record<string, string | undefined> = {}
  for (const name in headers) {
    const value = headers[name]
    all[name] = Array.isArray(value) ? value.join(", ") : value
  }
  return all
}

/** A 304 has no body, and its end is there already; anything else that was not read on is cut off, with its connection. */
export const leave = ({ status, body }: Answered): void => {
  if (status === 304) body.resume()
  else if (!body.readableEnded) body.destroy()
}

/** Whoever reads it sees the error; what breaks off unread concerns nobody. */
const unread = () => undefined

const askBy =
  (agent: Agent): Ask =>
  async (url, headers, signal, body) => {
    try {
      const answer = await agent.request({
        ...(body === undefined ? { method: "GET" } : { method: "POST", body }),
        ...{ origin: url.origin, path: url.pathname + url.search, headers, signal },
        ...{ headersTimeout: 3_600_000, bodyTimeout: 0 }
      })
      answer.body.on("error", unread)
      return { status: answer.statusCode, headers: headersOf(answer.headers), body: answer.body }
    } catch (cause) {
      throw unanswered(url, cause)
    }
  }

const client = (lookup: LookupFunction): Effect.Effect<Ask, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Agent({ connect: { lookup } })),
    (agent) => Effect.promise(() => agent.destroy())
  ).pipe(Effect.map(askBy))

/** `lookup` resolves host names. */
export const makeTransport = (lookup: LookupFunction): Effect.Effect<Transport, never, Scope.Scope> =>
  Effect.all({ guarded: client(guarded(lookup)), open: client(lookup) })
