// One real redis-server for the whole test run, on a free loopback port, without persistence.
// Tests read its URL by `inject("redisUrl")`; a machine without redis-server fails here, with what to do.
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:net"
import type {} from "vitest"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  export interface ProvidedContext {
    redisUrl: string
  }
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()))
    })
  })

const untilReady = (server: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new Error("The tests need a real redis-server. Install it: apt-get install redis-server", { cause })
      )
    )
    server.once("exit", (code) =>
      reject(new Error(`redis-server ended with code ${code} before it was ready`))
    )
    server.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Ready to accept connections")) resolve()
    })
  })

export default async function setup(project: TestProject) {
  const port = await freePort()
  const server = spawn("redis-server", [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no"
  ])
  await untilReady(server)
  project.provide("redisUrl", `redis://127.0.0.1:${port}`)
  return () => {
    server.removeAllListeners("exit")
    server.kill("SIGTERM")
  }
}
