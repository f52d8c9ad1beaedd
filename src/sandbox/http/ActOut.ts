// A reply as it happens on a connection: the envelope of the Bot API (E2), or reset, close, silence, half a body (E16). Raw sockets, because no
// HTTP framework lets an answer be broken on purpose.
import type { ServerResponse } from "node:http"
import { Duration, Effect, Either } from "effect"
import type { Reply } from "../Reply.ts"

type Answer = Extract<Reply, { readonly kind: "answer" }>

/** Status, `Retry-After` and body of an answer. */
export const envelope = (reply: Answer) =>
  Either.match(reply.judged, {
    onLeft: ({ code, description, parameters }) => ({
      status: code,
      retryAfter: parameters?.retry_after,
      body: JSON.stringify({
        ok: false,
        error_code: code,
        description,
        ...(parameters === undefined ? {} : { parameters })
      })
    }),
    onRight: (result) => ({
      status: 200,
      retryAfter: undefined,
      body: JSON.stringify({
        ok: true,
        result,
        ...(reply.description === undefined ? {} : { description: reply.description })
      })
    })
  })

/** Bytes out, and the kernel has them. A client that is gone is no error. */
const write = (response: ServerResponse, bytes: Buffer): Effect.Effect<void> =>
  Effect.async((resume) => {
    response.write(bytes, () => resume(Effect.void))
    if (response.destroyed) resume(Effect.void)
  })

/** The same for the last bytes. */
const end = (response: ServerResponse, bytes: Buffer): Effect.Effect<void> =>
  Effect.async((resume) => {
    response.once("close", () => resume(Effect.void))
    response.end(bytes, () => resume(Effect.void))
    if (response.destroyed) resume(Effect.void)
  })

const drip = Effect.fnUntraced(function* (response: ServerResponse, body: Buffer, ms: number) {
  for (let at = 0; at < body.length && !response.destroyed; at++) {
    yield* write(response, body.subarray(at, at + 1))
    yield* Effect.sleep(Duration.millis(ms))
  }
  response.end()
})

const reset = (response: ServerResponse) => Effect.sync(() => response.socket?.resetAndDestroy())

const answer = Effect.fnUntraced(function* (response: ServerResponse, reply: Answer) {
  const { status, retryAfter, body } = envelope(reply)
  const bytes = Buffer.from(body)
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": bytes.length,
    ...(retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` })
  })
  switch (reply.spoiled?.kind) {
    case undefined:
      yield* end(response, bytes)
      return yield* reply.afterwards ?? Effect.void
    case "drip":
      return yield* drip(response, bytes, reply.spoiled.ms)
    case "halfStall":
      return yield* write(response, bytes.subarray(0, bytes.length / 2))
    case "half":
      yield* write(response, bytes.subarray(0, bytes.length / 2))
      return yield* reset(response)
  }
})

/** Does to the connection what the reply says; ends when nothing more will be sent. */
export const actOut = (response: ServerResponse, reply: Reply): Effect.Effect<void> => {
  switch (reply.kind) {
    case "answer":
      return answer(response, reply)
    case "proxy":
      return Effect.sync(() => {
        const type = reply.html === "" ? {} : { "content-type": "text/html" }
        response.writeHead(reply.status, { ...type, "content-length": Buffer.byteLength(reply.html) })
        response.end(reply.html)
      })
    case "rst":
      return reset(response)
    case "fin":
      return Effect.sync(() => response.socket?.end())
    case "stall":
      return Effect.void
  }
}
