// The promise under load, with real processes, a real Redis and real time: four processes want ten times what is allowed.
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { assert, describe, inject, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "esbuild"
import type { Stamp } from "./LoadCollector.ts"
import type { Orders } from "./LoadWorker.ts"
import { fullest } from "./windows.ts"

const processes = 4
const minute = { key: "chat:slow:minute", max: 20, windowMs: 60_000 }
const perSecond = 30
/** Two full windows of a minute and the beginning of the third, in seconds. */
const slow = { from: 0, to: 130 }
/** Twenty-five windows of a second, when the processes no longer count as having just begun (Footing.ts, 6). */
const fast = { from: 42, to: 67 }

/** Node 20 does not run TypeScript; inside the project so that the packages are found. */
const compiled = join(import.meta.dirname, "../../node_modules/.cache/oncecast-load")
const compile = Effect.promise(() =>
  build({
    entryPoints: ["LoadWorker.ts", "LoadCollector.ts"].map((file) => join(import.meta.dirname, file)),
    outdir: compiled,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20"
  })
)

const run = (name: string, ...args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [join(compiled, `${name}.mjs`), ...args], {
        stdio: ["pipe", "pipe", "inherit"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

const ended = (child: ChildProcess) =>
  Effect.async<number | null>((resume) => {
    child.once("exit", (code) => resume(Effect.succeed(code)))
  })

const firstLine = (child: ChildProcess) =>
  Effect.async<string>((resume) => {
    child.stdout?.once("data", (chunk: Buffer) => resume(Effect.succeed(chunk.toString().trim())))
  })

/** How much of a limit is used while it is in demand: the window against the mean time that `max` calls take. */
const used = (stamps: ReadonlyArray<Stamp>, max: number, windowMs: number) => {
  const spans = stamps.flatMap((stamp, index) => {
    const before = stamps[index - max]
    return before === undefined ? [] : [stamp.at - before.at]
  })
  return windowMs / (spans.reduce((sum, span) => sum + span, 0) / spans.length)
}

describe("four processes on one Redis that want ten times what is allowed", () => {
  it.scopedLive(
    "no sliding window is exceeded where calls arrive, and what is allowed is used",
    () =>
      Effect.gen(function* () {
        yield* compile
        const collector = yield* run("LoadCollector")
        const port = Number(yield* firstLine(collector))
        const orders: Orders = {
          redisUrl: inject("redisUrl"),
          namespace: `load-${process.pid}`,
          perSecond,
          share: 1 / processes,
          port,
          loads: [
            { chat: "slow", limits: [minute], callers: 10, ...slow },
            { chat: "fast", limits: [], callers: 40, ...fast },
            { chat: "quick", limits: [], callers: 40, ...fast }
          ]
        }
        const workers = yield* Effect.replicateEffect(run("LoadWorker", JSON.stringify(orders)), processes)
        for (const worker of workers) worker.stdout.pipe(process.stdout)
        const codes = yield* Effect.all(workers.map(ended), { concurrency: "unbounded" })
        assert.deepStrictEqual(codes, Array(processes).fill(0))

        collector.stdin.end()
        const stamps: ReadonlyArray<Stamp> = JSON.parse(yield* Effect.promise(() => text(collector.stdout)))
        const rare = stamps.filter((stamp) => stamp.chat === "slow")
        const first = stamps.findIndex((stamp) => stamp.chat !== "slow")
        const last = stamps.findLastIndex((stamp) => stamp.chat !== "slow")
        assert.strictEqual(fullest(rare, minute.windowMs), minute.max, "calls in the fullest minute")
        assert.strictEqual(fullest(stamps, 1000), perSecond, "calls in the fullest second")
        assert.isAtLeast(used(rare, minute.max, minute.windowMs), 0.95, "share used of 20 a minute")
        assert.isAtLeast(used(stamps.slice(first, last), perSecond, 1000), 0.85, "share used of 30 a second")
      }),
    { timeout: 200_000 }
  )
})
