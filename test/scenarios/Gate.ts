// A door on loopback in front of a server: shut, it refuses connections and cuts those that stand; open again, it is at the same port.
import { connect, createServer, type Server, type Socket } from "node:net"
import { Effect, type Scope } from "effect"

export interface Gate {
  readonly url: string
  readonly shut: Effect.Effect<void>
  readonly open: Effect.Effect<void>
}

const listen = (server: Server, port: number) =>
  Effect.async<number>((resume) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0))
    })
  })

/** `target`: an http URL on loopback. */
export const makeGate = (target: string): Effect.Effect<Gate, never, Scope.Scope> =>
  Effect.gen(function* () {
    const sockets = new Set<Socket>()
    const keep = (socket: Socket) => {
      sockets.add(socket)
      socket.on("error", () => socket.destroy())
      socket.on("close", () => sockets.delete(socket))
      return socket
    }
    const server = createServer((near) => {
      const far = keep(connect(Number(new URL(target).port), "127.0.0.1"))
      keep(near).pipe(far)
      far.pipe(near)
    })
    const port = yield* listen(server, 0)
    const shut = Effect.async<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of sockets) socket.destroy()
    })
    yield* Effect.addFinalizer(() => shut)
    return { url: `http://127.0.0.1:${port}`, shut, open: Effect.asVoid(listen(server, port)) }
  })
