// The HTTP server of the process. Enters: host and port. Leaves: an `HttpServer`; its address says which port it got. Promises: what one connection
// asks for ahead of its answers is bounded, before anything is made of it: a page takes some ms, and thousands asked for at once would take
// the event loop from everybody else; no connection holds up the end.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { ListenOptions, Socket } from "node:net"
import * as HttpServer from "@effect/platform/HttpServer"
import { ServeError } from "@effect/platform/HttpServerError"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer } from "effect"

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Browsers and proxies send one and wait for its answer; more is allowed to anybody, but not at any depth. */
const mostAhead = 16

/** A connection that asks for more is cut off: whoever does so does not read, or means harm. */
const bounded = (handler: Handler): Handler => {
  const underWay = new WeakMap<Socket, number>()
  return (request, response) => {
    const { socket } = request
    const ahead = (underWay.get(socket) ?? 0) + 1
    // What came in one piece with the request that was too many is still handed over, one by one.
    if (socket.destroyed || ahead > mostAhead) return void socket.destroy()
    underWay.set(socket, ahead)
    response.once("close", () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1))
    handler(request, response)
  }
}

/** The port is open before the surfaces are made. Who asks in between waits for them; else nothing would ever answer. */
const holding = (server: Server) => {
  const early: Array<Parameters<Handler>> = []
  const hold: Handler = (request, response) => void early.push([request, response])
  server.on("request", hold)
  return (handler: Handler) => {
    server.off("request", hold)
    server.on("request", handler)
    for (const [request, response] of early.splice(0)) handler(request, response)
  }
}

const opened = (options: ListenOptions) =>
  Effect.acquireRelease(
    Effect.async<{ server: Server; answerBy: (handler: Handler) => void }, ServeError>((resume) => {
      const server = createServer()
      const answerBy = holding(server)
      const failed = (cause: Error) => resume(new ServeError({ cause }))
      server.once("error", failed)
      server.listen(options, () => {
        server.off("error", failed)
        resume(Effect.succeed({ server, answerBy }))
      })
    }),
    // In one step: a connection that came in between would be kept open for its next request, and hold up the end of the process.
    ({ server }) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

const boundTo = (server: Server): HttpServer.Address => {
  const address = server.address()
  if (address === null || typeof address === "string") return { _tag: "UnixAddress", path: address ?? "" }
  const hostname = address.address === "::" ? "0.0.0.0" : address.address
  return { _tag: "TcpAddress", hostname, port: address.port }
}

/** Fails when the port is taken. */
export const listening = (options: ListenOptions) =>
  Layer.scoped(
    HttpServer.HttpServer,
    Effect.map(opened(options), ({ server, answerBy }) =>
      HttpServer.make({
        address: boundTo(server),
        serve: (app, middleware) =>
          Effect.gen(function* () {
            const made =
              middleware === undefined
                ? NodeHttpServer.makeHandler(app)
                : NodeHttpServer.makeHandler(app, middleware)
            const handler = bounded(yield* made)
            yield* Effect.acquireRelease(
              Effect.sync(() => answerBy(handler)),
              () => Effect.sync(() => server.off("request", handler))
            )
          })
      })
    )
  ).pipe(Layer.merge(NodeHttpServer.layerContext))
