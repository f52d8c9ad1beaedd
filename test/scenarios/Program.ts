// The real program as a process, on its own folder, against an emulator and a feed server of the test's own.
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type RequestListener, type Server } from "node:http"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Duration, Effect, Schema, type Scope } from "effect"
import { Status } from "../../src/operator/Status.ts"
import { DeliveryRow } from "../../src/outbox/Ledger.ts"
import type { EmulatorShape } from "../../src/sandbox/Emulator.ts"
import { emulatorOnLoopback } from "../../src/sandbox/http/HttpShell.ts"
import type { EmulatorOptions } from "../../src/sandbox/Machine.ts"
import { shownText } from "../../src/sandbox/Messages.ts"

const main = resolve(import.meta.dirname, "../../dist/bin/oncecast.js")
export const token = "1000000001:SECRET-of-the-scenario-tests-AAAAAAA"

export type Environment = Readonly<Record<string, string>>

/** A folder that is removed with the scope. */
export const folder: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const writeCatalog = (path: string, text: string) =>
  Effect.sync(() => writeFileSync(join(path, "oncecast.yaml"), text))

/** Only what a process needs from ours, so that no test depends on the machine's variables. */
const environment = (extra: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: tmpdir(),
  HTTP_PORT: "0",
  ...extra
})

/** Runs a command to its end; the emulator in this process goes on meanwhile. */
export const command = (
  path: string,
  words: ReadonlyArray<string>,
  env: Environment = {},
  within: Duration.DurationInput = "2 minutes"
) =>
  Effect.async<{ readonly code: number | null; readonly out: string; readonly err: string }>((resume) => {
    const child = spawn(process.execPath, [main, ...words], { cwd: path, env: environment(env) })
    let [out, err] = ["", ""]
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()))
    child.once("close", (code) => resume(Effect.succeed({ code, out, err })))
    return Effect.sync(() => void child.kill("SIGKILL"))
  }).pipe(Effect.timeout(within), Effect.orDie)

/** The process, whatever it does. */
export interface Process {
  readonly pid: number
  /** Everything it has printed so far, both streams. */
  readonly output: () => string
  /** Sends the signal and waits for the end; gives the exit code (null when a signal killed it) and how long that took, ms. */
  readonly end: (
    signal: NodeJS.Signals
  ) => Effect.Effect<{ readonly code: number | null; readonly tookMs: number }>
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  readonly hasEnded: () => boolean
  /** From now on nobody reads what it prints. */
  readonly unheard: Effect.Effect<void>
}

export interface Program extends Process {
  readonly url: string
  readonly status: Effect.Effect<Status>
  readonly deliveries: Effect.Effect<ReadonlyArray<DeliveryRow>>
}

const ended = (child: ChildProcess) =>
  Effect.async<number | null>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.succeed(child.exitCode))
    child.once("exit", (code) => resume(Effect.succeed(code)))
  })

const getJson = <A, I>(url: () => string, schema: Schema.Schema<A, I>) =>
  Effect.promise(() => fetch(url()).then((response) => response.json())).pipe(
    Effect.flatMap(Schema.decodeUnknown(schema)),
    Effect.orDie
  )

/** Starts it and waits for nothing; killed with the scope if it still runs then. `node`: options of Node.js. */
export const launch = (
  path: string,
  env: Environment,
  words: ReadonlyArray<string> = ["run"],
  node: ReadonlyArray<string> = []
): Effect.Effect<Process, never, Scope.Scope> =>
  Effect.gen(function* () {
    if (!existsSync(main)) return yield* Effect.dieMessage(`${main} is missing: npm run build`)
    let output = ""
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [...node, main, ...words], { cwd: path, env: environment(env) })
      ),
      (running) => Effect.sync(() => running.kill("SIGKILL")).pipe(Effect.zipRight(ended(running)))
    )
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()))
    return {
      pid: child.pid ?? 0,
      output: () => output,
      signal: (signal) => Effect.sync(() => void child.kill(signal)),
      unheard: Effect.sync(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }),
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      end: (signal) =>
        Effect.gen(function* () {
          const begun = performance.now()
          child.kill(signal)
          const code = yield* ended(child)
          return { code, tookMs: performance.now() - begun }
        })
    }
  })

/** Starts it and waits until it says that it runs. */
export const start = (
  path: string,
  env: Environment,
  words: ReadonlyArray<string> = ["run"],
  node: ReadonlyArray<string> = []
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.gen(function* () {
    const running = yield* launch(path, env, words, node)
    const address = () => /Dashboard\s+(http:\S+)\//.exec(running.output())?.[1]
    yield* eventually(
      "the program says that it runs",
      () => address() !== undefined || running.hasEnded()
    ).pipe(Effect.tapErrorCause(() => Effect.logError(running.output())))
    const url = address()
    if (url === undefined) return yield* Effect.dieMessage(`the program ended at once:\n${running.output()}`)
    return {
      ...running,
      url,
      status: getJson(() => `${url}/api/status`, Status),
      deliveries: getJson(() => `${url}/api/deliveries?limit=1000`, Schema.Array(DeliveryRow))
    }
  })

/** Looks again until it holds; a test that waits in vain says for what. Real processes give no other signal. A busy machine is waited for. */
export const until = <R>(
  what: string,
  holds: Effect.Effect<boolean, never, R>,
  within: Duration.DurationInput = "2 minutes"
) =>
  holds.pipe(
    Effect.delay("50 millis"),
    Effect.repeat({ until: (yes) => yes }),
    Effect.timeoutFail({
      duration: within,
      onTimeout: () => new Error(`in vain: ${what} (within ${Duration.format(within)})`)
    }),
    Effect.asVoid,
    Effect.orDie
  )

export const eventually = (
  what: string,
  holds: () => boolean,
  within: Duration.DurationInput = "2 minutes"
) => until(what, Effect.sync(holds), within)

export interface Telegram {
  readonly emulator: EmulatorShape
  /** As TELEGRAM_API_ROOT. */
  readonly root: string
  readonly env: Environment
  /** The texts that stand in a chat, oldest first. */
  readonly texts: (chat: string) => Effect.Effect<ReadonlyArray<string>>
}

/** An emulator on a port, whose bot has the scenario's token; `chats` are channels in which it may post. */
export const telegram = (
  chats: ReadonlyArray<string>,
  options: EmulatorOptions = {}
): Effect.Effect<Telegram, never, Scope.Scope> =>
  Effect.gen(function* () {
    const emulator = yield* Effect.orDie(
      emulatorOnLoopback({ bots: [{ token, username: "scenario_bot" }], ...options })
    )
    for (const username of chats) yield* emulator.control.addChat({ username })
    return {
      emulator,
      root: emulator.url,
      env: { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: emulator.url },
      texts: (chat) =>
        emulator.control.standing(chat).pipe(
          Effect.map((messages) =>
            messages.map((message) => shownText(message).text.replaceAll("\u200b", ""))
          ),
          Effect.orElseSucceed(() => [])
        )
    }
  })

export interface Feed {
  readonly url: string
  /** Items that the feed lists now, newest first; the guid and title are the name. */
  readonly set: (names: ReadonlyArray<string>) => void
  /** Replaces the whole answer. */
  readonly answer: (respond: RequestListener | undefined) => void
}

const rss = (names: ReadonlyArray<string>) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Scenario</title>${names
    .map(
      (name) =>
        `<item><guid isPermaLink="false">${name}</guid><title>${name}</title><link>https://news.example/${name}</link></item>`
    )
    .join("")}</channel></rss>`

/** An RSS feed on loopback. */
export const feed = (names: ReadonlyArray<string> = []): Effect.Effect<Feed, never, Scope.Scope> =>
  Effect.gen(function* () {
    let listed = names
    let respond: RequestListener | undefined
    const server = yield* Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const made = createServer((request, response) => {
          if (respond !== undefined) return respond(request, response)
          response.setHeader("content-type", "application/rss+xml")
          response.end(rss(listed))
        })
        made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
      }),
      (made) =>
        Effect.sync(() => {
          made.closeAllConnections()
          made.close()
        })
    )
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    return {
      url: `http://127.0.0.1:${port}/feed.xml`,
      set: (next) => {
        listed = next
      },
      answer: (next) => {
        respond = next
      }
    }
  })

export const names = (count: number, prefix = "item"): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `${prefix}-${`${count - index}`.padStart(4, "0")}`)

/** Waits until so many stand in the chat, whose name is given without its `@`. */
export const posts = (tg: Telegram, chat: string, count: number) =>
  until(
    `${count} posts in ${chat}`,
    Effect.map(tg.texts(`@${chat}`), (texts) => texts.length === count)
  )

/** The program on a catalog of one feed, which lists one item, and what is around it. */
export const running = (chats: ReadonlyArray<string>, catalog: (feed: string) => string) =>
  Effect.gen(function* () {
    const path = yield* folder
    const tg = yield* telegram(chats)
    const source = yield* feed(names(1))
    yield* writeCatalog(path, catalog(source.url))
    return { path, tg, source, program: yield* start(path, tg.env) }
  })
