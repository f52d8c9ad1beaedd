// How the program ends, whenever it is told to: within 5 s, with the documented code, and so that the next start goes on.
import { execFileSync, spawn } from "node:child_process"
import { closeSync, constants, openSync, renameSync, writeFileSync, writeSync } from "node:fs"
import { Agent, get } from "node:http"
import { connect } from "node:net"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Duration, Effect } from "effect"
import {
  feed,
  folder,
  launch,
  names,
  type Process,
  posts,
  running,
  start,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

const catalog = (url: string, more = "") => `
channels: { news: { chat: "@scenario_news", pace: { gap: 0 seconds, perMinute: 1000 } } }
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true }
${more}`

const endsWell = (program: Process, signal: NodeJS.Signals) =>
  Effect.gen(function* () {
    const end = yield* program.end(signal)
    assert.strictEqual(end.code, 0, program.output())
    assert.isBelow(end.tookMs, 5_000)
  })

/** A pipe for writing, as soon as somebody reads from it. */
const opened = (pipe: string): number | undefined => {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
}

describe("told to end", () => {
  it.scopedLive("at any moment of its start: it ends at once, and the next start finds nothing broken", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_news"])
      const source = yield* feed(names(3))
      yield* writeCatalog(path, catalog(source.url))
      for (const afterMs of [50, 400, 700, 900, 1_100, 1_400]) {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          const program = yield* launch(path, tg.env)
          yield* Effect.sleep(afterMs)
          const end = yield* program.end(signal)
          assert.isBelow(end.tookMs, 5_000)
          // Before the program listens for signals the system ends it, which shells show as 128 + the signal's number.
          assert.include([0, null], end.code, `${signal} after ${afterMs} ms: ${program.output()}`)
        }
      }
      yield* start(path, tg.env)
      yield* posts(tg, "scenario_news", 3)
    })
  )

  it.scopedLive(
    "twice in a row, while a source and Telegram hang and browsers hold on: within 5 s and with code 0",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(["scenario_news"])
        const [source, hanging] = [yield* feed(names(1)), yield* feed()]
        hanging.answer(() => {})
        yield* tg.emulator.control.fault({ stage: "processed", action: { kind: "stall" } })
        yield* writeCatalog(
          path,
          catalog(
            source.url,
            `  hang: { kind: rss, url: "${hanging.url}", to: [news], allowPrivate: true }\n`
          )
        )
        const program = yield* start(path, tg.env)
        yield* posts(tg, "scenario_news", 1)
        const port = Number(new URL(program.url).port)
        const [idle, half] = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")]
        for (const socket of [idle, half]) socket.on("error", () => {})
        idle.write("GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n")
        half.write("GET / HTTP/1.1\r\nhost: x\r\n")
        yield* Effect.sleep("200 millis")
        yield* program.signal("SIGTERM")
        yield* Effect.sleep("300 millis")
        yield* program.signal("SIGINT")
        yield* Effect.sleep("300 millis")
        yield* endsWell(program, "SIGTERM")
      })
  )

  it.scopedLive("not by a hang-up while it starts: that asks for the catalog to be read again", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_news"])
      const source = yield* feed(names(1))
      const file = join(path, "oncecast.yaml")
      execFileSync("mkfifo", [file])
      const program = yield* launch(path, tg.env)
      // Nobody can write there before the program reads, and it reads on until all is written.
      let pipe: number | undefined
      yield* until(
        "the program reads its catalog",
        Effect.sync(() => {
          pipe = opened(file)
          return pipe !== undefined
        })
      )
      yield* program.signal("SIGHUP")
      renameSync(file, `${file}.first`)
      yield* writeCatalog(path, catalog(source.url))
      if (pipe !== undefined) {
        writeSync(pipe, catalog(source.url))
        closeSync(pipe)
      }
      yield* posts(tg, "scenario_news", 1)
      yield* endsWell(program, "SIGTERM")
    })
  )

  it.scopedLive("while clients ask without a pause: within 5 s and with code 0", () =>
    Effect.gen(function* () {
      const { program } = yield* running(["scenario_news"], catalog)
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ keepAlive: true })),
        (made) => Effect.sync(() => made.destroy())
      )
      // Each begins again as soon as it has its answer, or has lost its connection.
      const ask = (): void => {
        if (program.hasEnded()) return
        get(`${program.url}/health/live`, { agent }, (answer) =>
          answer.resume().on("end", ask).on("error", ask)
        ).on("error", () => setImmediate(ask))
      }
      for (let client = 0; client < 8; client++) ask()
      yield* Effect.sleep("300 millis")
      yield* endsWell(program, "SIGTERM")
    })
  )

  it.scopedLive("while clients ask for thousands of pages and read none, which holds up no post either", () =>
    Effect.gen(function* () {
      const { tg, source, program } = yield* running(["scenario_news"], catalog)
      yield* posts(tg, "scenario_news", 1)
      const asked = "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(500)
      for (let client = 0; client < 50; client++) {
        const socket = connect(Number(new URL(program.url).port), "127.0.0.1")
        yield* Effect.addFinalizer(() => Effect.sync(() => socket.destroy()))
        socket.pause().on("error", () => {})
        socket.write(asked)
      }
      source.set(names(3))
      const [took] = yield* Effect.timed(posts(tg, "scenario_news", 3))
      assert.isBelow(Duration.toMillis(took), 10_000)
      yield* endsWell(program, "SIGTERM")
    })
  )

  it.scopedLive("while another process keeps the database locked: within 5 s and with code 0", () =>
    Effect.gen(function* () {
      const { path, tg, program } = yield* running(["scenario_news"], catalog)
      yield* posts(tg, "scenario_news", 1)
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => new Sqlite(join(path, "data/oncecast.db"))),
        (made) => Effect.sync(() => made.close())
      )
      other.exec("BEGIN IMMEDIATE")
      // A poll that cannot be recorded.
      yield* Effect.sleep("2 seconds")
      yield* endsWell(program, "SIGTERM")
    })
  )

  it.scopedLive("although nobody reads any more what it prints, which does not end it before", () =>
    Effect.gen(function* () {
      const { tg, source, program } = yield* running(["scenario_news"], catalog)
      yield* posts(tg, "scenario_news", 1)
      yield* program.unheard
      source.set(names(3))
      yield* posts(tg, "scenario_news", 3)
      yield* endsWell(program, "SIGTERM")
    })
  )

  it.scopedLive("at once, by the signal, while SQL is under way in a thread that nothing can call off", () =>
    Effect.gen(function* () {
      const path = yield* folder
      new Sqlite(join(path, "any.db")).close()
      const module = (name: string) => JSON.stringify(resolve(import.meta.dirname, "../..", name))
      writeFileSync(
        join(path, "program.mjs"),
        `import { Effect } from ${module("node_modules/effect/dist/esm/index.js")}
         import { offLoop } from ${module("dist/src/storage/OffLoop.js")}
         import { endProcess } from ${module("dist/src/App/ProcessEnd.js")}
         const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
         await Effect.runPromise(Effect.timeoutOption(offLoop("any.db", "count", [numbers]), "1 second"))
         await Effect.runPromise(endProcess(0))`
      )
      const begun = performance.now()
      const child = spawn(process.execPath, ["program.mjs"], { cwd: path, stdio: "inherit" })
      const ended = Effect.async<NodeJS.Signals | null>((resume) => {
        child.once("exit", (_, signal) => resume(Effect.succeed(signal)))
        return Effect.sync(() => child.kill("SIGKILL"))
      })
      assert.strictEqual(yield* Effect.timeout(ended, "20 seconds"), "SIGTERM")
      assert.isBelow(performance.now() - begun, 15_000)
    })
  )

  it.scopedLive(
    "by SIGKILL at random moments of its first start: the next start makes the database whole and posts each item once",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const tg = yield* telegram(["scenario_news"])
        const source = yield* feed(names(3))
        yield* writeCatalog(path, catalog(source.url))
        for (const afterMs of [600, 800, 900, 1_000, 1_100, 1_200, 1_300]) {
          const program = yield* launch(path, { ...tg.env, DATABASE_PATH: `${afterMs}.db` })
          yield* Effect.sleep(afterMs)
          yield* program.end("SIGKILL")
          const again = yield* start(path, {
            ...tg.env,
            DATABASE_PATH: `${afterMs}.db`,
            TELEGRAM_API_ROOT: "http://127.0.0.1:9"
          })
          yield* until(
            "the items",
            Effect.map(again.status, ({ sources }) => sources[0]?.items === 3)
          )
          yield* endsWell(again, "SIGTERM")
          const database = new Sqlite(join(path, `${afterMs}.db`), { readonly: true })
          assert.strictEqual(database.pragma("integrity_check", { simple: true }), "ok")
          database.close()
        }
      })
  )
})
