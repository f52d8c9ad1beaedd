// A real HTTP server on the loopback for one test, with the means to fetch from it.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, Layer } from "effect"
import type { Body } from "../../../src/sources/Body.ts"
import { Fetcher, type FetcherOptions, type FetchRequest } from "../../../src/sources/Fetcher.ts"
import { Politeness } from "../../../src/sources/Politeness.ts"

export const userAgent = "Oncecast/test (+https://oncecast.example)"

export interface Server {
  readonly url: string
  readonly port: number
  /** Every request so far. */
  readonly seen: ReadonlyArray<IncomingMessage>
}

/** Serves until the scope closes; open connections are cut. */
export const serve = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.async<{ server: ReturnType<typeof createServer>; seen: Array<IncomingMessage> }>((resume) => {
      const seen: Array<IncomingMessage> = []
      const server = createServer((request, response) => {
        seen.push(request)
        listener(request, response)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, seen })))
    }),
    ({ server }) =>
      Effect.async<void>((resume) => {
        server.closeAllConnections()
        server.close(() => resume(Effect.void))
      })
  ).pipe(
    Effect.map(({ server, seen }): Server => {
      const { port } = server.address() as AddressInfo
      return { url: `http://127.0.0.1:${port}`, port, seen }
    })
  )

/** Answers every request alike. */
export const answering =
  (status: number, headers: Record<string, string>, body: string | Uint8Array = "") =>
  (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body)

export const network = (options: Partial<FetcherOptions> = {}) =>
  Fetcher.layer({ userAgent, ...options }).pipe(Layer.provide(Politeness.layer()))

/** All bytes of a body. */
export const bytesOf = Effect.fnUntraced(function* (body: Body) {
  const parts: Array<Uint8Array> = []
  for (let at = 0; at < body.size; at += parts.at(-1)?.length ?? 1)
    parts.push(Uint8Array.from(yield* body.part(at)))
  return Buffer.concat(parts)
})

/** A first fetch from the loopback, with limits small enough for a test. */
export const fetch = (request: Partial<FetchRequest> & { readonly url: string }) =>
  Effect.flatMap(Fetcher, (fetcher) =>
    fetcher.fetch({ cursor: {}, maxBytes: 1_000_000, allowPrivate: true, timeout: "2 seconds", ...request })
  )
