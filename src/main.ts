#!/usr/bin/env node
// Gives the command line the programs it may start. The only place where an effect is run and the process is told to end.
// Exit codes: 0 done, or stopped by a signal after a clean drain · 1 failed, with one clear sentence · 2 wrong usage or configuration.
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Cause, Console, Effect, Exit, Option } from "effect"
import { endProcess } from "./App/ProcessEnd.ts"
import { Turns } from "./App/Turns.ts"
import { failureOf, programs } from "./App.ts"
import { cli, isToldAlready } from "./operator/Cli.ts"
import { optionsFirst } from "./operator/CliOrder.ts"

const codeOf = (exit: Exit.Exit<unknown, unknown>): number =>
  Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause) ? 0 : failureOf(exit.cause).code

const report = (cause: Cause.Cause<unknown>) => {
  if (Cause.isInterruptedOnly(cause)) return Effect.void
  const failure = Cause.failureOption(cause)
  // The command line library has already said what is wrong with the words.
  if (Option.isSome(failure) && isToldAlready(failure.value)) return Effect.void
  return Console.error(failureOf(cause).message)
}

// `runMain` hears the first signal only, and the system ends a process that hears none. A second one is usual: npm passes on the Ctrl-C
// that the terminal has sent to the program already. It must not cut the shutdown short, which has a deadline of its own.
let wasTold = false
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    wasTold = true
  })

// Who read what is printed may leave first: a service goes on without a log, a command comes to its end.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

cli(programs)(optionsFirst(process.argv)).pipe(
  Effect.tapErrorCause(report),
  // Nobody collects spans yet; they cost where they are made.
  Effect.withTracerEnabled(false),
  Effect.provide(NodeContext.layer),
  Effect.withScheduler(new Turns()),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    disablePrettyLogger: true,
    // Who was told to end does so at once; a command that is over lets what it has printed go out.
    teardown: (exit, end) => (wasTold ? Effect.runFork(endProcess(codeOf(exit))) : end(codeOf(exit)))
  })
)
