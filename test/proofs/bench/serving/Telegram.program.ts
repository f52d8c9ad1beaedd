// The emulator without limits as a process of its own. Argument: how many channels (`@channel0` …). Prints its URL; ends with its standard input.
import { Effect } from "effect"
import { emulatorOnLoopback } from "../../../../src/sandbox/http/HttpShell.ts"
import { botToken } from "./Serving.ts"

const program = Effect.gen(function* () {
  const emulator = yield* emulatorOnLoopback({ bots: [{ token: botToken, username: "bench_bot" }] })
  for (let at = 0; at < Number(process.argv[2]); at++)
    yield* emulator.control.addChat({ username: `channel${at}` })
  process.stdout.write(`${emulator.url}\n`)
  return yield* Effect.never
})
process.stdin.resume().once("end", () => process.exit(0))
Effect.runFork(Effect.scoped(program).pipe(Effect.withTracerEnabled(false)))
