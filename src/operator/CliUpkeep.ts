// The words that care for an installation: its catalog, its database, its health.
import { Args, Command, Options } from "@effect/cli"
import { Effect, type Option } from "effect"
import { config } from "./CliOptions.ts"
import type { RestoredDecision } from "./RestoredChannels.ts"
import { WrongUsage } from "./WrongUsage.ts"

/** What these words start. */
export interface UpkeepPrograms<R> {
  readonly importList: (
    file: string,
    options: {
      readonly config: Option.Option<string>
      readonly to: Option.Option<string>
      readonly start: "none" | "all" | number
      readonly dryRun: boolean
    }
  ) => Effect.Effect<void, Error, R>
  readonly catalog: (words: {
    readonly action: "show" | "put" | "remove" | "undo"
    readonly name: Option.Option<string>
    readonly entry: Option.Option<string>
    readonly dryRun: boolean
  }) => Effect.Effect<void, Error, R>
  readonly backup: (file: string, force: boolean) => Effect.Effect<void, Error, R>
  readonly doctor: (config: Option.Option<string>) => Effect.Effect<void, Error, R>
  readonly restore: (file: string) => Effect.Effect<void, Error, R>
  readonly restored: (channel: string, decision: RestoredDecision) => Effect.Effect<void, Error, R>
  readonly migrate: () => Effect.Effect<void, Error, R>
}

const startOf = (text: string): Effect.Effect<"none" | "all" | number, WrongUsage> =>
  text === "none" || text === "all"
    ? Effect.succeed(text)
    : /^\d{1,5}$/.test(text)
      ? Effect.succeed(Number(text))
      : new WrongUsage({ sentence: `--start is none, all or a whole number up to 99999, but not "${text}".` })

const dryRun = Options.boolean("dry-run").pipe(
  Options.withDescription("Show what would change, and change nothing")
)

export const upkeepWords = <R>(programs: UpkeepPrograms<R>) =>
  [
    Command.make(
      "import",
      {
        file: Args.text({ name: "file" }).pipe(
          Args.withDescription("OPML, rss.yaml of FR2T, or a list of addresses")
        ),
        to: Options.text("to").pipe(
          Options.withDescription("The channel that they feed; needed where there are several"),
          Options.optional
        ),
        start: Options.text("start").pipe(
          Options.withDescription("Of what is in the feeds already, post: none, all, or the newest N"),
          Options.withDefault("none")
        ),
        dryRun,
        config
      },
      ({ file, start, ...options }) =>
        Effect.flatMap(startOf(start), (from) => programs.importList(file, { ...options, start: from }))
    ).pipe(Command.withDescription("Adds the feeds of another program to the catalog.")),
    Command.make(
      "catalog",
      {
        action: Args.choice<"show" | "put" | "remove" | "undo">(
          [
            ["show", "show"],
            ["put", "put"],
            ["remove", "remove"],
            ["undo", "undo"]
          ],
          { name: "show|put|remove|undo" }
        ),
        name: Args.text({ name: "source/name|channel/name" }).pipe(Args.optional),
        entry: Args.text({ name: "yaml" }).pipe(
          Args.withDescription("All keys of the entry, as they stand in the catalog"),
          Args.optional
        ),
        dryRun
      },
      programs.catalog
    ).pipe(
      Command.withDescription(
        "Shows the catalog, or adds, changes and removes entries; undo takes the last change back."
      )
    ),
    Command.make(
      "backup",
      {
        file: Args.text({ name: "file" }),
        force: Options.boolean("force").pipe(Options.withDescription("Replace the file if it is there"))
      },
      ({ file, force }) => programs.backup(file, force)
    ).pipe(Command.withDescription("Copies the database while the service runs, and checks the copy.")),
    Command.make("doctor", { config }, ({ config }) => programs.doctor(config)).pipe(
      Command.withDescription("What is wrong with this installation, and the next step for each finding.")
    ),
    Command.make("restore", { file: Args.text({ name: "file" }) }, ({ file }) => programs.restore(file)).pipe(
      Command.withDescription("Puts a backup in the place of the database. The service must be stopped.")
    ),
    Command.make(
      "restored",
      {
        channel: Args.text({ name: "channel" }),
        send: Options.boolean("send").pipe(
          Options.withDescription("Nothing was posted since; send what waits")
        ),
        skip: Options.boolean("skip").pipe(
          Options.withDescription("What waits now was posted; do not send it")
        )
      },
      ({ channel, send, skip }) =>
        send === skip
          ? new WrongUsage({ sentence: "Say either --send or --skip." })
          : programs.restored(channel, send ? "send" : "skip")
    ).pipe(
      Command.withDescription(
        "Decides about a channel of which, after a restore, nobody can see what was posted since the backup."
      )
    ),
    Command.make("migrate", {}, programs.migrate).pipe(
      Command.withDescription("Brings the database to this version; `run` does it as well.")
    )
  ] as const
