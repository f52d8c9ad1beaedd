// A plain HTTP server on loopback as a scoped value: it can be closed and opened again on the same port, so that clients meet a refused connection.
// The scope's end destroys every connection.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, Schema, type Scope } from "effect"

/** The port is taken or may not be used. */
export class PortUnavailable extends Schema.TaggedError<PortUnavailable>("oncecast/sandbox/PortUnavailable")(
  "PortUnavailable",
  { host: Schema.String, port: Schema.Number, cause: Schema.Defect }
) {
  override get message(): string {
    return `Cannot listen on ${this.host}:${this.port}. Is another process using the port?`
  }
}

export interface Address {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

export interface Listener {
  readonly port: number
  /** Without a trailing slash. */
  readonly url: string
  /** Nobody can connect, and whoever was connected is cut off. */
  readonly refuse: Effect.Effect<void>
  /** Connections are taken again. */
  readonly accept: Effect.Effect<void, PortUnavailable>
}

const open = (server: Server, { host, port }: Address): Effect.Effect<number, PortUnavailable> =>
  Effect.async((resume) => {
    const failed = (cause: unknown) => resume(Effect.fail(new PortUnavailable({ host, port, cause })))
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      const address = server.address()
      resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : port))
    })
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (!server.listening) return resume(Effect.void)
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** Listens for as long as the scope is open; `handle` is called for each request. */
export const listen = (
  address: Address,
  handle: (request: IncomingMessage, response: ServerResponse) => void
): Effect.Effect<Listener, PortUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    // A fault may stall for ever: no time-out of the server may end it.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, handle)
    yield* Effect.addFinalizer(() => close(server))
    const port = yield* open(server, address)
    return {
      port,
      url: `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`,
      refuse: close(server),
      accept: Effect.asVoid(open(server, { host: address.host, port }))
    }
  })
