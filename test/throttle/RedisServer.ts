// A redis-server of a test's own, on a free loopback port, that can be killed, frozen and started again empty on the same port.
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:net"
import { Effect, Redacted } from "effect"

const freePort = Effect.async<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    server.close(() => resume(Effect.succeed(port)))
  })
})

const start = (port: number, extra: ReadonlyArray<string>) =>
  Effect.async<ChildProcess>((resume) => {
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...extra]
    const child = spawn("redis-server", args)
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Ready to accept connections")) resume(Effect.succeed(child))
    })
    child.once("exit", (code) => resume(Effect.die(new Error(`redis-server ended with ${code}`))))
  })

const kill = (child: ChildProcess) =>
  Effect.async<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

export const makeRedisServer = Effect.fnUntraced(function* (...extra: ReadonlyArray<string>) {
  const port = yield* freePort
  let child = yield* start(port, extra)
  yield* Effect.addFinalizer(() => kill(child))
  return {
    url: Redacted.make(`redis://127.0.0.1:${port}`),
    port,
    kill: Effect.suspend(() => kill(child)),
    freeze: Effect.sync(() => child.kill("SIGSTOP")),
    thaw: Effect.sync(() => child.kill("SIGCONT")),
    restart: Effect.map(start(port, extra), (started) => {
      child = started
    })
  }
})
