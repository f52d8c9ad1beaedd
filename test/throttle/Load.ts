// A load of real processes on one Redis that want ten times what is allowed, and the arrivals of their calls.
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { Effect, Schema, type Scope } from "effect"
import type { Stamp } from "./LoadCollector.ts"
import type { Orders } from "./LoadWorker.ts"

export const minute = { key: "chat:slow:minute", max: 20, windowMs: 60_000 }
export const perSecond = 30
/** Two full windows of a minute and the beginning of the third, in seconds. */
const slow = { from: 0, to: 130 }
/** Twenty-five windows of a second, when the processes no longer count as having just begun (Footing.ts, 6). */
const fast = { from: 42, to: 67 }

export interface LoadOptions {
  /** Where LoadWorker.mjs and LoadCollector.mjs are: Node 20 does not run TypeScript. */
  readonly compiled: string
  readonly redisUrl: string
  readonly namespace: string
  readonly processes: number
}

const run = (compiled: string, name: string, ...args: ReadonlyArray<string>) =>
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

const Stamps = Schema.parseJson(
  Schema.Array(Schema.Struct({ chat: Schema.String, sent: Schema.Number, at: Schema.Number }))
)

/** Every arrival, in order; dies when a process of the load does not end well. */
export const arrivals = (options: LoadOptions): Effect.Effect<ReadonlyArray<Stamp>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { compiled, redisUrl, namespace, processes } = options
    const collector = yield* run(compiled, "LoadCollector")
    const orders: Orders = {
      ...{ redisUrl, namespace, perSecond, share: 1 / processes, port: Number(yield* firstLine(collector)) },
      loads: [
        { chat: "slow", limits: [minute], callers: Math.ceil(40 / processes), ...slow },
        { chat: "fast", limits: [], callers: Math.ceil(160 / processes), ...fast },
        { chat: "quick", limits: [], callers: Math.ceil(160 / processes), ...fast }
      ]
    }
    const workers = yield* Effect.replicateEffect(
      run(compiled, "LoadWorker", JSON.stringify(orders)),
      processes
    )
    for (const worker of workers) worker.stdout.pipe(process.stderr)
    const codes = yield* Effect.all(workers.map(ended), { concurrency: "unbounded" })
    if (codes.some((code) => code !== 0)) return yield* Effect.dieMessage(`workers ended with ${codes}`)
    collector.stdin.end()
    const said = yield* Effect.promise(() => text(collector.stdout))
    return yield* Effect.orDie(Schema.decode(Stamps)(said))
  })

/** The calls under the limit of a minute. */
export const rareOf = (stamps: ReadonlyArray<Stamp>): ReadonlyArray<Stamp> =>
  stamps.filter(({ chat }) => chat === "slow")

/** The calls while all of a second were in demand. */
export const denseOf = (stamps: ReadonlyArray<Stamp>): ReadonlyArray<Stamp> =>
  stamps.slice(
    stamps.findIndex(({ chat }) => chat !== "slow"),
    stamps.findLastIndex(({ chat }) => chat !== "slow")
  )

/** How much of a limit is used while it is in demand: the window against the mean time that `max` calls take. */
export const used = (stamps: ReadonlyArray<Stamp>, max: number, windowMs: number): number => {
  const spans = stamps.flatMap((stamp, index) => {
    const before = stamps[index - max]
    return before === undefined ? [] : [stamp.at - before.at]
  })
  return windowMs / (spans.reduce((sum, span) => sum + span, 0) / spans.length)
}
