// The words for trying things out: the emulator, and the service in virtual time.
import { Command, Options } from "@effect/cli"
import type { Effect, Option } from "effect"

export interface TrialPrograms<R> {
  readonly sandbox: (port: number) => Effect.Effect<void, Error, R>
  readonly simulate: (options: SimulateOptions) => Effect.Effect<void, Error, R>
}

export interface SimulateOptions {
  /** Of the first run; the others' are the next ones. */
  readonly seed: Option.Option<number>
  readonly hours: number
  readonly runs: number
  /** A file for every event. */
  readonly trace: Option.Option<string>
  /** Names of faults with commas between them; default: each seed's own. */
  readonly faults: Option.Option<string>
  readonly sources: Option.Option<number>
  readonly channels: Option.Option<number>
  readonly instances: Option.Option<number>
  /** Decisions and store alone, without fibers. */
  readonly core: boolean
}

export const trialWords = <R>(programs: TrialPrograms<R>) =>
  [
    Command.make(
      "sandbox",
      {
        port: Options.integer("port").pipe(
          Options.withDescription("0 picks a free one"),
          Options.withDefault(8081)
        )
      },
      ({ port }) => programs.sandbox(port)
    ).pipe(Command.withDescription("The Bot API emulator as a process of its own.")),
    Command.make(
      "simulate",
      {
        seed: Options.integer("seed").pipe(
          Options.withDescription("The first run's; the others' are the next ones"),
          Options.optional
        ),
        hours: Options.integer("hours").pipe(
          Options.withDescription("Of trouble in each run, in virtual time"),
          Options.withDefault(48)
        ),
        runs: Options.integer("runs").pipe(Options.withDefault(1)),
        trace: Options.text("trace").pipe(
          Options.withDescription("Write every event into this file"),
          Options.optional
        ),
        faults: Options.text("faults").pipe(
          Options.withDescription("These alone, with commas between them; default: each seed's own"),
          Options.optional
        ),
        sources: Options.integer("sources").pipe(Options.optional),
        channels: Options.integer("channels").pipe(Options.optional),
        instances: Options.integer("instances").pipe(
          Options.withDescription("Processes on the one database"),
          Options.optional
        ),
        core: Options.boolean("core").pipe(
          Options.withDescription("Its decisions and its store alone, without fibers: many times faster")
        )
      },
      programs.simulate
    ).pipe(
      Command.withDescription(
        "The whole service in virtual time, under faults that follow from a seed; ends with 1 when a promise breaks."
      )
    )
  ] as const
