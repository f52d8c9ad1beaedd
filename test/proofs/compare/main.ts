// `npm run compare`: installs the rivals that can be installed here, gives each the same situations, and prints what readers saw, side by side.
// `--only NAME` for one rival, `--at-once N` for how many situations are played at the same time. Says why who is missing.

import { parseArgs } from "node:util"
import { Effect, Either, Logger, LogLevel } from "effect"
import { nodeRed } from "./NodeRed.ts"
import { ours } from "./Ours.ts"
import { gapSeconds, pollSeconds, type Rival } from "./Rival.ts"
import { type Result, situations } from "./Situations.ts"

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    situation: { type: "string", default: "" },
    "at-once": { type: "string", default: "6" }
  }
})
const say = (text: string) => process.stdout.write(`${text}\n`)

/** Who was thought of, and why not. */
const leftOut = [
  "RSS-to-Telegram-Bot (Rongronggg9): speaks MTProto through Telethon, not the Bot API, so it cannot post into a Bot API emulator; and it comes from Python's package index.",
  "n8n 1.123.81 (the newest for Node.js 20): does not install from npm alone (xlsx comes from a host of its own) nor compile here (isolated-vm); pieced together without them it ran and posted nothing, which is no fair comparison."
]

const rivals = [ours, nodeRed].filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
const chosen = situations.filter(({ name }) => name.includes(values.situation))

const row = (cells: ReadonlyArray<string | number>) => `| ${cells.join(" | ")} |`

const table = (results: ReadonlyArray<Result>) => [
  row(["situation", "program", "posts", "sent", "lost", "doubled", "over a limit", "CPU s", "peak MB"]),
  row(Array.from({ length: 9 }, () => "---")),
  ...results.map((one) =>
    row([
      one.situation,
      one.rival,
      ...[one.expected, one.sent, one.lost, one.doubled, one.violations],
      one.cpu.toFixed(1),
      one.peak.toFixed(0)
    ])
  )
]

const takingPart = Effect.gen(function* () {
  const present: Array<Rival> = []
  for (const rival of rivals) {
    const found = yield* Effect.either(rival.install)
    if (Either.isLeft(found)) say(`Not here: ${rival.name}: ${found.left.why}`)
    else {
      present.push(rival)
      say(`${rival.name}: ${found.right}; ${rival.settings}.`)
    }
  }
  return present
})

const compared = Effect.gen(function* () {
  say(`Each feed is read every ${pollSeconds} s, each channel gets a post every ${gapSeconds} s at the most.`)
  const present = yield* takingPart
  for (const text of leftOut) say(`Left out: ${text}`)
  const plays = chosen.flatMap(({ name, play }) =>
    present.map((rival) =>
      Effect.scoped(play(rival)).pipe(
        Effect.map((result): ReadonlyArray<Result> => [result]),
        Effect.catchAllCause((cause) =>
          Effect.sync((): ReadonlyArray<Result> => {
            say(`${rival.name}, ${name}: could not be played: ${cause.toString().split("\n")[0]}`)
            return []
          })
        )
      )
    )
  )
  const results = yield* Effect.all(plays, { concurrency: Number(values["at-once"]) })
  say(`\n${table(results.flat()).join("\n")}\n`)
}).pipe(Logger.withMinimumLogLevel(LogLevel.Error))

const stop = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort())
await Effect.runPromise(compared, { signal: stop.signal })
process.exit(0)
