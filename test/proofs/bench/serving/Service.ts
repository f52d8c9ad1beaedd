// The built program as a process, with what `npm start` gives Node.js, on a folder and a catalog of its own.
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Bench } from "../Row.ts"

export interface Service {
  readonly pid: number
  /** When it was started, by `performance.now()`. */
  readonly begunAt: number
  /** Comes when it says that it runs. */
  readonly running: Promise<void>
  readonly stop: () => Promise<void>
  readonly signal: (signal: NodeJS.Signals) => void
}

export type Environment = Readonly<Record<string, string>>

/** Only what it needs of ours. */
const environment = (extra: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  ...{ HTTP_PORT: "0", LOG_LEVEL: "error", LOG_FORMAT: "json" },
  ...extra
})

const untilItRuns = (child: ChildProcess): Promise<void> => {
  let said = ""
  return new Promise((done, failed) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes("Oncecast is running")) done()
    })
    child.once("exit", (code) => failed(new Error(`the service ended with ${code}: ${said}`)))
  })
}

export const startService = (
  bench: Bench,
  catalog: string,
  env: Environment = {},
  node: ReadonlyArray<string> = []
): Service => {
  writeFileSync(join(bench.folder, "oncecast.yaml"), catalog)
  const begunAt = performance.now()
  const child = spawn(process.execPath, [...bench.nodeOptions, ...node, bench.main, "run"], {
    ...{ cwd: bench.folder, env: environment(env), stdio: ["ignore", "pipe", "inherit"] }
  })
  const running = untilItRuns(child)
  // Whoever does not wait for it stops it before.
  running.catch(() => undefined)
  return {
    ...{ pid: child.pid ?? 0, begunAt, running },
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill("SIGTERM")
      await once(child, "exit")
    }
  }
}

/** What is resident of a process now, MB. */
export const residentMb = ({ pid }: Service): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Looks until it holds. */
export const until = async (what: string, holds: () => boolean, withinMs = 900_000): Promise<void> => {
  const begun = performance.now()
  while (!holds()) {
    if (performance.now() - begun > withinMs) throw new Error(`in vain: ${what}`)
    await pause(100)
  }
}
