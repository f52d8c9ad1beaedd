// The command line: words → programs. Knows the words, their help and what is wrong usage; the programs come from `main.ts`.
import { Args, Command, Options, ValidationError } from "@effect/cli"
import { Effect, Option } from "effect"
import { DeliveryState } from "../domain/Delivery.ts"
import { version } from "../domain/Version.ts"
import type { BurstDecision } from "../outbox/Intake.ts"
import { config } from "./CliOptions.ts"
import { type TrialPrograms, trialWords } from "./CliTrial.ts"
import { type UpkeepPrograms, upkeepWords } from "./CliUpkeep.ts"
import { WrongUsage } from "./WrongUsage.ts"

/** What the words start. Each ends by itself; how it failed is in its error's message and class. */
export interface Programs<R> extends UpkeepPrograms<R>, TrialPrograms<R> {
  readonly run: (options: { readonly config: Option.Option<string> }) => Effect.Effect<void, Error, R>
  readonly demo: () => Effect.Effect<void, Error, R>
  readonly check: (options: {
    readonly config: Option.Option<string>
    readonly schema: boolean
    readonly canary: Option.Option<string>
  }) => Effect.Effect<void, Error, R>
  readonly preview: (
    target: string,
    channel: Option.Option<string>,
    page: Option.Option<string>
  ) => Effect.Effect<void, Error, R>
  readonly status: (options: { readonly json: boolean }) => Effect.Effect<void, Error, R>
  readonly deliveries: (options: {
    readonly state: Option.Option<typeof DeliveryState.Type>
    readonly json: boolean
    readonly limit: number
  }) => Effect.Effect<void, Error, R>
  readonly pause: (name: string) => Effect.Effect<void, Error, R>
  readonly resume: (name: string) => Effect.Effect<void, Error, R>
  readonly settle: (
    delivery: number,
    found: { readonly messageId: number } | "absent"
  ) => Effect.Effect<void, Error, R>
  readonly withdraw: (delivery: number) => Effect.Effect<void, Error, R>
  readonly retry: (delivery: number) => Effect.Effect<void, Error, R>
  readonly reorder: (delivery: number, place: "first" | "last") => Effect.Effect<void, Error, R>
  readonly release: (source: string, decision: BurstDecision) => Effect.Effect<void, Error, R>
  readonly post: (url: string, channel: string) => Effect.Effect<void, Error, R>
}

const json = Options.boolean("json").pipe(Options.withDescription("As JSON, for programs"))
const name = Args.text({ name: "name" }).pipe(Args.withDescription("A channel or source of the catalog"))
const delivery = Args.integer({ name: "id" }).pipe(Args.withDescription("As `oncecast deliveries` shows it"))
const place = Args.choice<"first" | "last">(
  [
    ["first", "first"],
    ["last", "last"]
  ],
  { name: "first|last" }
)

const sent = Options.integer("sent").pipe(
  Options.withDescription("It stands in the channel, under this message id"),
  Options.optional
)
const absent = Options.boolean("absent").pipe(
  Options.withDescription("It is not in the channel; send it again")
)
const newest = Options.integer("newest").pipe(
  Options.withDescription("Post only the newest K; the rest counts as seen"),
  Options.optional
)
const discard = Options.boolean("discard").pipe(Options.withDescription("Post none; all count as seen"))

type Found = { readonly messageId: number } | "absent"

const foundOf = (options: {
  readonly sent: Option.Option<number>
  readonly absent: boolean
}): Effect.Effect<Found, WrongUsage> =>
  Option.isSome(options.sent) === options.absent
    ? new WrongUsage({ sentence: "Say what you found: either --sent MESSAGE_ID or --absent." })
    : Effect.succeed(
        Option.match(options.sent, { onNone: () => "absent", onSome: (messageId) => ({ messageId }) })
      )

const decisionOf = (options: {
  readonly newest: Option.Option<number>
  readonly discard: boolean
}): Effect.Effect<BurstDecision, WrongUsage> => {
  if (Option.isNone(options.newest)) return Effect.succeed(options.discard ? "discard" : "release")
  return options.discard || options.newest.value < 1
    ? new WrongUsage({
        sentence: "Say either --newest K with K from 1, or --discard, or neither to post all."
      })
    : Effect.succeed({ newest: options.newest.value })
}

const words = <R>(programs: Programs<R>) =>
  [
    Command.make("run", { config }, programs.run).pipe(
      Command.withDescription(
        "The service. Without TELEGRAM_BOT_TOKEN it publishes into the built-in sandbox."
      )
    ),
    Command.make("demo", {}, programs.demo).pipe(
      Command.withDescription(
        "Everything embedded: sample sources, sandbox channels, dashboard; no account needed."
      )
    ),
    Command.make(
      "check",
      {
        config,
        schema: Options.boolean("schema").pipe(
          Options.withDescription("Print the catalog's JSON Schema and end")
        ),
        canary: Options.text("canary").pipe(
          Options.withDescription(
            "Post into this channel (or all), see by which ways it is seen, take it away"
          ),
          Options.optional
        )
      },
      programs.check
    ).pipe(Command.withDescription("Tries everything the service needs and says what would fail.")),
    Command.make(
      "preview",
      {
        target: Args.text({ name: "source|url" }),
        channel: Options.text("channel").pipe(
          Options.withDescription("Render as for this channel"),
          Options.optional
        ),
        html: Options.text("html").pipe(
          Options.withDescription("Draw the posts into this file as well, as readers see them"),
          Options.optional
        )
      },
      ({ target, channel, html }) => programs.preview(target, channel, html)
    ).pipe(Command.withDescription("Shows what would be posted; posts nothing.")),
    Command.make("status", { json }, programs.status).pipe(
      Command.withDescription(
        "What each channel and source does or waits for, and why. Also of a stopped service."
      )
    ),
    Command.make(
      "deliveries",
      {
        state: Options.choice("state", DeliveryState.literals).pipe(Options.optional),
        json,
        limit: Options.integer("limit").pipe(Options.withDefault(50))
      },
      programs.deliveries
    ).pipe(Command.withDescription("The outbox, newest change first.")),
    Command.make("pause", { name }, ({ name }) => programs.pause(name)).pipe(
      Command.withDescription("Stops a channel or source until it is resumed; survives restarts.")
    ),
    Command.make("resume", { name }, ({ name }) => programs.resume(name)).pipe(
      Command.withDescription("Lets a paused channel or source go on.")
    ),
    Command.make("settle", { delivery, sent, absent }, ({ delivery, ...options }) =>
      Effect.flatMap(foundOf(options), (found) => programs.settle(delivery, found))
    ).pipe(
      Command.withDescription(
        "Decides a delivery of which it is not known whether it arrived: --sent MESSAGE_ID or --absent."
      )
    ),
    Command.make("withdraw", { delivery }, ({ delivery }) => programs.withdraw(delivery)).pipe(
      Command.withDescription("Marks or deletes the post of a delivery: what it is about is gone.")
    ),
    Command.make("retry", { delivery }, ({ delivery }) => programs.retry(delivery)).pipe(
      Command.withDescription("Queues a refused or expired delivery again.")
    ),
    Command.make("reorder", { delivery, place }, ({ delivery, place }) =>
      programs.reorder(delivery, place)
    ).pipe(
      Command.withDescription("Lets a queued delivery go out before all others of its channel, or last.")
    ),
    Command.make(
      "release",
      { source: Args.text({ name: "source" }), newest, discard },
      ({ source, ...options }) =>
        Effect.flatMap(decisionOf(options), (decision) => programs.release(source, decision))
    ).pipe(
      Command.withDescription("Decides a held flood of new items: posts all, --newest K, or --discard.")
    ),
    Command.make(
      "post",
      {
        url: Args.text({ name: "url" }),
        to: Options.text("to").pipe(Options.withDescription("A channel of the catalog"))
      },
      ({ url, to }) => programs.post(url, to)
    ).pipe(Command.withDescription("Posts what a page is about into a channel, once.")),
    ...upkeepWords(programs),
    ...trialWords(programs)
  ] as const

/** `arguments_` as in `process.argv`. */
export const cli = <R>(programs: Programs<R>) =>
  Command.run(
    Command.make("oncecast").pipe(
      Command.withDescription("Every item, once: sources in, Telegram posts out."),
      Command.withSubcommands(words(programs))
    ),
    { name: "Oncecast", version }
  )

/** Whether the words themselves were wrong and the library has said so already. */
export const isToldAlready = (failure: unknown): boolean => ValidationError.isValidationError(failure)
