// E15, E16, E21–E23: the emulator as a process of its own, moved by nothing but HTTP.
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { buildSync } from "esbuild"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { soon } from "../setup/soon.ts"
import { fetched, words } from "./contract/world.ts"

/** Within the project, so that the bundle finds its packages. */
const bundle = resolve(import.meta.dirname, `../../node_modules/.cache/sandbox-${process.pid}.mjs`)

const compiled = Effect.acquireRelease(
  Effect.sync(() => compile()),
  () => Effect.sync(() => rmSync(bundle))
)

const compile = (): void => {
  mkdirSync(resolve(bundle, ".."), { recursive: true })
  buildSync({
    entryPoints: [join(import.meta.dirname, "process.program.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external"
  })
}

const ended = (child: ChildProcess) =>
  Effect.async<number | NodeJS.Signals | null>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      return resume(Effect.succeed(child.exitCode ?? child.signalCode))
    }
    child.once("exit", (code, signal) => resume(Effect.succeed(code ?? signal)))
  })

const started = (words: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, words)),
    (child) =>
      Effect.zipRight(
        Effect.sync(() => child.kill("SIGKILL")),
        ended(child)
      )
  )

/** The process, when it has said where it is. */
const sandbox = Effect.gen(function* () {
  yield* compiled
  const child = yield* started([bundle])
  const url = yield* Effect.async<string>((resume) => {
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
      const root = /API root\s+(http:\/\/[^\s\\"]+)/.exec(output)?.[1]
      if (root !== undefined) resume(Effect.succeed(root))
    })
  })
  const tell = (verb: string, args: object) =>
    fetched(`${url}/_emu/${verb}`, { method: "POST", body: JSON.stringify(args) })
  const send = (text: string) =>
    fetched(`${url}/bot${sandboxToken}/sendMessage?chat_id=%40deals&text=${encodeURIComponent(text)}`)
  const count = Effect.map(fetched(`${url}/_emu/standing?chat=@deals`), ({ body }) =>
    Array.isArray(body.result) ? body.result.length : 0
  )
  return { child, url, tell, send, count }
})

describe("a process of its own", () => {
  it.scopedLive(
    "serves, jumps in time, refuses for a while, kills the system under test, and outlives it",
    () =>
      Effect.gen(function* () {
        const { child, url, tell, send, count } = yield* sandbox
        assert.strictEqual(words(yield* send("x")), "ok", "E5: chats appear on first use")

        yield* tell("flood", { chat: "@deals", seconds: 3600 })
        assert.match(words(yield* send("x")), /^429 .* retry after 3600$/)
        assert.containsSubset((yield* tell("clock", { advanceMs: 3_600_000, speed: 2 })).body.result, {
          speed: 2
        })
        assert.strictEqual(words(yield* send("y")), "ok", "E15: an hour passed")

        yield* tell("refuse", { ms: 300 })
        const answered = Effect.isSuccess(Effect.tryPromise(() => fetch(url)))
        yield* soon(Effect.map(answered, (yes) => assert.isFalse(yes, "E16: connection refused")))
        yield* soon(Effect.map(answered, (yes) => assert.isTrue(yes, "E16: for a while only")))

        const client = yield* started(["-e", "setInterval(() => {}, 1000)"])
        yield* tell("fault", { stage: "processed", action: { kind: "crash" } })
        assert.strictEqual(words(yield* tell("sut", { pid: client.pid })), "ok")
        yield* Effect.fork(send("z"))
        assert.strictEqual(yield* ended(client), "SIGKILL", "E21")
        assert.strictEqual(yield* count, 3)

        const seed = { seed: 7, unknownChats: "refuse" }
        assert.strictEqual(words(yield* tell("reset", seed)), "ok")
        assert.strictEqual(words(yield* send("x")), "400 Bad Request: chat not found")
        child.kill("SIGTERM")
        assert.notStrictEqual(yield* ended(child), "SIGKILL")
      })
  )
})
