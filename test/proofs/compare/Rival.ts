// What a program must be able to do to take part: be installed from a registry, be told what to read and where to post, run, and be killed.
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Data, Effect, type Scope } from "effect"

/** Why a rival does not take part. */
export class Absent extends Data.TaggedError("Absent")<{ readonly why: string }> {}

export interface Work {
  /** An empty folder of the rival's own. */
  readonly folder: string
  readonly feed: string
  /** Names of channels, without "@". */
  readonly channels: ReadonlyArray<string>
  readonly apiRoot: string
  readonly token: string
}

export interface Command {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
}

export interface Rival {
  readonly name: string
  /** How it is set up, for the reader of the table. */
  readonly settings: string
  /** Gives the versions. */
  readonly install: Effect.Effect<string, Absent>
  /** Writes its configuration; gives how Node.js starts it. */
  readonly configure: (work: Work) => Effect.Effect<Command, Absent>
}

/** All are asked to look at the feed so often: the shortest that all of them know. */
export const pollSeconds = 60
/** All post at this pace: fifteen a minute, well below Telegram's twenty. */
export const gapSeconds = 4

/** Ignored by git, kept between runs. */
const cache = resolve(import.meta.dirname, "../../../data/rivals")

/** What npm says is an error, or the first lines of whatever was said. */
const reason = (err: string, message: string) =>
  (err.match(/^npm error.*$/gm) ?? (err || message).trim().split("\n")).slice(0, 4).join("; ")

const run = (file: string, args: ReadonlyArray<string>, cwd: string) =>
  Effect.async<string, Absent>((resume) => {
    const child = execFile(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) =>
      resume(
        error === null ? Effect.succeed(out) : Effect.fail(new Absent({ why: reason(err, error.message) }))
      )
    )
    return Effect.sync(() => void child.kill("SIGKILL"))
  })

export const installed = (name: string, path: string): string => join(cache, name, "node_modules", path)

const versionOf = (name: string, entry: string): string => {
  const at = entry.lastIndexOf("@")
  const bare = at > 0 ? entry.slice(0, at) : entry
  const { version } = JSON.parse(readFileSync(installed(name, join(bare, "package.json")), "utf8"))
  return `${bare} ${version}`
}

/** Installs packages of npm into a folder of the rival's, unless they are there; gives their versions. */
export const installFromNpm = (
  name: string,
  packages: ReadonlyArray<string>
): Effect.Effect<string, Absent> =>
  Effect.gen(function* () {
    const folder = join(cache, name)
    const done = join(folder, "installed")
    const asked = packages.join(" ")
    if (!existsSync(done) || readFileSync(done, "utf8") !== asked) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }))
      yield* run("npm", ["install", "--no-audit", "--no-fund", "--save-exact", ...packages], folder).pipe(
        Effect.timeoutFail({
          duration: "30 minutes",
          onTimeout: () => new Absent({ why: "npm had not installed it after 30 minutes" })
        })
      )
      writeFileSync(done, asked)
    }
    return packages.map((entry) => versionOf(name, entry)).join(", ")
  })

export interface Running {
  readonly pid: number
  readonly end: (signal: NodeJS.Signals) => Effect.Effect<void>
}

const ended = (child: ChildProcess) =>
  Effect.async<void>((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
  })

/** Starts it; what it prints goes to `log` in its folder. Killed with the scope. */
export const started = ({ args, env }: Command, folder: string): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const log = openSync(join(folder, "log"), "a")
        return spawn(process.execPath, args, {
          cwd: folder,
          env: { PATH: process.env["PATH"], HOME: folder, ...env },
          stdio: ["ignore", log, log]
        })
      }),
      (running) => Effect.sync(() => running.kill("SIGKILL")).pipe(Effect.zipRight(ended(running)))
    )
    return {
      pid: child.pid ?? 0,
      end: (signal) => Effect.sync(() => void child.kill(signal)).pipe(Effect.zipRight(ended(child)))
    }
  })
