// Starts the programs that stand for the outside world, each in a process of its own.
import { spawn } from "node:child_process"
import { join } from "node:path"
import type { Bench } from "../Row.ts"

export const botToken = "1000000001:SECRET-of-the-bench-AAAAAAAAAAAAAAAAAAA"

export interface Served {
  /** The line that it printed when it was ready. */
  readonly said: string
  readonly stop: () => void
}

export const serving = (
  bench: Bench,
  name: "Feeds.program" | "Telegram.program",
  ...args: ReadonlyArray<string>
): Promise<Served> =>
  new Promise((done, failed) => {
    const child = spawn(
      process.execPath,
      [...process.execArgv, join(bench.programs, `${name}.mjs`), ...args],
      {
        stdio: ["pipe", "pipe", "inherit"]
      }
    )
    child.once("error", failed)
    child.once("exit", (code) => failed(new Error(`${name} ended with ${code}`)))
    child.stdout.once("data", (chunk: Buffer) =>
      done({ said: chunk.toString().trim(), stop: () => child.stdin.end() })
    )
  })
