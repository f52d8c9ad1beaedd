// Spans go to whoever collects them, so no secret may be in one: the whole service in this process, polling and publishing while Telegram's place
// is taken by a server that repeats the token in every kind of answer, and by the emulator with faults of its own.
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Logger, LogLevel, Option, Redacted, type Scope } from "effect"
import { botApi, realEdges, service, updatesOf } from "../../src/App/Layers.ts"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import type { Settings } from "../../src/config/Settings.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Pipeline } from "../../src/Pipeline.ts"
import { answers, parrot } from "./Parrot.ts"
import { feed, folder, telegram, until } from "./Program.ts"
import { type Recorded, recording } from "./RecordedSpans.ts"
import { leaks } from "./Secrecy.ts"
import { publisher, witness } from "./SecretStage.ts"

const settingsFor = (apiRoot: string, directory: string): Settings => ({
  token: Option.some(Redacted.make(publisher)),
  webhookUrl: Option.none(),
  webhookSecret: Option.none(),
  witnessToken: Option.some(Redacted.make(witness)),
  apiRoot,
  redisUrl: Option.none(),
  databasePath: Option.none(),
  catalogPath: join(directory, "oncecast.yaml"),
  backupFolder: Option.none(),
  backupEveryMs: 86_400_000,
  backupKeep: 7,
  httpHost: "127.0.0.1",
  httpPort: 0,
  dashboardToken: Option.none(),
  alertWebhook: Option.none(),
  logFormat: Option.none(),
  logLevel: LogLevel.All,
  tracing: Option.none()
})

const catalogOf = (channels: number, url: string) => {
  const names = Array.from({ length: channels }, (_, index) => `c${index}`)
  const lines = names.map(
    (name) =>
      `  ${name}: { chat: "@span_${name}", pace: { gap: 0 seconds, perMinute: 1000 }, verify: { wait: 1 second, again: 1 second, giveUp: 2 seconds } }`
  )
  const source = `{ kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [${names.join(", ")}], allowPrivate: true }`
  const text = `channels:\n${lines.join("\n")}\nsources:\n  feed: ${source}\n`
  return Either.getOrThrow(
    decodeCatalog("oncecast.yaml", text, () => Either.left({ line: 0, message: "none" }))
  )
}

/** Every line becomes an event of its span, and none is printed. */
const quiet = Layer.merge(Logger.minimumLogLevel(LogLevel.All), Logger.remove(Logger.defaultLogger))

/** Runs the service against this Telegram until each channel's post is decided as far as it can be; its spans. */
const spansOf = (
  apiRoot: string,
  channels: number
): Effect.Effect<ReadonlyArray<Recorded>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const directory = yield* folder
    const source = yield* feed(["item"])
    const settings = settingsFor(apiRoot, directory)
    const catalog = catalogOf(channels, source.url)
    const { spans, tracer } = recording()
    const database = join(directory, "spans.db")
    const layer = service(realEdges(settings, database, botApi(settings, Redacted.make(publisher))), {
      updates: {
        publisher: updatesOf(settings, Redacted.make(publisher)),
        witness: Option.some(updatesOf(settings, Redacted.make(witness)))
      },
      publishesTo: "spans",
      catalog: Effect.succeed(catalog),
      draining: Effect.succeed(false),
      owner: "spans",
      startedAt: 0
    })
    yield* Effect.gen(function* () {
      const pipeline = yield* Pipeline
      const ledger = yield* Ledger
      yield* pipeline.apply(catalog)
      yield* until(
        "every post was tried",
        ledger.deliveries({ limit: 1_000 }).pipe(
          Effect.map(
            (rows) =>
              rows.length === channels &&
              rows.every(
                ({ state, reason }) =>
                  state === "sent" || (reason !== null && state !== "sending" && state !== "unknown")
              )
          ),
          Effect.orDie
        )
      )
      yield* pipeline.stop
    }).pipe(
      Effect.provide(Layer.provideMerge(layer, Layer.mergeAll(NodeContext.layer, quiet))),
      Effect.withTracer(tracer),
      Effect.orDie
    )
    return spans
  })

const searched = (spans: ReadonlyArray<Recorded>, ...expected: ReadonlyArray<string>) => {
  const traces = spans.map((span) => ({ where: `span ${span.name}`, text: span.text() }))
  assert.deepStrictEqual(leaks([publisher, witness], traces), [])
  const names = new Set(spans.map(({ name }) => name))
  assert.includeMembers([...names], ["Source.poll", "Intake.session.end", "Telegram.send", ...expected])
}

describe.concurrent("no span holds a token", () => {
  it.scopedLive("while what answers repeats it", () =>
    Effect.gen(function* () {
      const server = yield* parrot
      const spans = yield* spansOf(server.url, answers.length)
      searched(spans)
      const failed = spans.filter(
        ({ name, text }) => name === "Telegram.send" && text().includes("sendMessage")
      )
      assert.isAtLeast(failed.length, answers.length)
    })
  )

  it.scopedLive("while the emulator refuses with it, and when all goes well", () =>
    Effect.gen(function* () {
      const bots = [
        { token: publisher, username: "scenario_bot" },
        { token: witness, username: "witness_bot" }
      ]
      const tg = yield* telegram(["span_c0", "span_c1", "span_c2"], { bots })
      for (const [index, code] of [400, 500].entries()) {
        const description = `Refused: /bot${publisher}/sendMessage`
        const action = { kind: "error", code, description } as const
        yield* tg.emulator.control.fault({ stage: "received", chat: `@span_c${index}`, action })
      }
      const spans = yield* spansOf(tg.root, 3)
      searched(spans, "Updates.after")
      assert.isTrue(spans.some(({ text }) => text().includes("<token>")))
    })
  )
})
