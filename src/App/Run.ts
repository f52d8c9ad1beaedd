// The service as a process: brings it up, keeps the catalog in force, ends in order.
//
// Up: 1 settings, catalog, database (nothing starts on a bad one) · 2 store, limits, Telegram, network · 3 HTTP, so that a taken port stops it
// before anything is posted · 4 janitors, publishers, sources.
// Down, on SIGTERM, SIGINT or escalation: 1 not ready any more · 2 sources · 3 publishers: the send in flight is finished, or stays
// recorded as in flight · 4 janitors · 5 HTTP · 6 network, Telegram, Redis · 7 the database. A process that has not ended 5 s after the
// first of these ends itself: a row that was in flight is then found by the next start.
import { existsSync } from "node:fs"
import { hostname } from "node:os"
import { resolve } from "node:path"
import { Clock, Console, Context, Duration, Effect, Layer, Option, Random, Ref } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { collectAll } from "../domain/Collector.ts"
import { logging } from "../operator/Logging.ts"
import { count } from "../operator/Wording.ts"
import { Signals } from "../outbox/Signals.ts"
import { Pipeline } from "../Pipeline.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { keepBackedUp } from "../storage/BackupFolder.ts"
import { quickCheck } from "../storage/Integrity.ts"
import { alertJanitor } from "./Alerting.ts"
import { destination, samples } from "./Destination.ts"
import { realEdges, service } from "./Layers.ts"
import { pagePreview } from "./Preview.ts"
import { endProcess } from "./ProcessEnd.ts"
import { catalogCommands, reloading } from "./Reloading.ts"
import { readCatalog, readSetting, refuseOpenPort, type Setting } from "./Setting.ts"
import { addressOf, surfaces } from "./Surfaces.ts"

const wholeStop = Duration.seconds(5)

/** Unique among the processes on one database, and readable in `oncecast status`. */
const ownName = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 36), 6),
  (digits) => `${hostname()}/${process.pid}/${[...digits].map((digit) => digit.toString(36)).join("")}`
)

/** The last word if a step of the shutdown hangs in a way that no deadline reaches. */
const endWithoutMercy = Effect.sleep(wholeStop).pipe(
  Effect.zipRight(
    Effect.logError("the shutdown did not end in time; what was in flight stays recorded as such")
  ),
  Effect.zipRight(endProcess(1))
)

/** A damaged database is not written to: what it knows of what was sent could be wrong. */
const sound = ({ database }: Setting) =>
  existsSync(database) ? quickCheck(database, `be opened at ${database}`) : Effect.void

const backup = ({ settings, database }: Setting): ReadonlyMap<string, Effect.Effect<never>> =>
  new Map(
    Option.toArray(settings.backupFolder).map((folder) => [
      "backup",
      keepBackedUp(database, {
        folder: resolve(folder),
        everyMs: settings.backupEveryMs,
        keep: settings.backupKeep
      })
    ])
  )

const serveForEver = Effect.fnUntraced(function* (setting: Setting) {
  const startedAt = yield* Clock.currentTimeMillis
  const draining = yield* Ref.make(false)
  const reading = setting.catalogWritten || !setting.sandbox ? readCatalog(setting) : Effect.void
  // The check has a thread of its own, which is at work while the catalog is read.
  const [, written] = yield* Effect.all([sound(setting), reading], { concurrency: "unbounded" })
  const to = yield* destination(setting)
  const catalog = written ?? (yield* samples(setting))
  const loading = yield* reloading(setting, catalog, startedAt)
  const owner = yield* ownName
  const refused = Effect.map(loading.refused, Option.getOrNull)
  const alerts = yield* alertJanitor({ setting, owner, catalog: loading.current, refused })
  const services = yield* Layer.build(
    service(realEdges(setting.settings, setting.database, to.telegram), {
      updates: to.updates,
      publishesTo: to.name,
      catalog: loading.current,
      refusedCatalog: loading.refused,
      ...(setting.catalogWritten ? { catalogCommands: catalogCommands(setting, loading) } : {}),
      draining: Ref.get(draining),
      owner,
      janitors: new Map([...backup(setting), ["alerts", alerts.run]]),
      startedAt
    })
  )
  yield* alerts.begin(services)
  const web = yield* Layer.build(
    surfaces(setting.settings, {
      database: setting.database,
      dashboardToken: setting.settings.dashboardToken,
      preview: pagePreview(loading.current, Context.get(services, Fetcher)),
      mounts: to.mounts
    })
  ).pipe(Effect.provide(services))
  const pipeline = Context.get(services, Pipeline)
  const signals = Context.get(services, Signals)
  // Who may decide about parked deliveries may have changed as well.
  const apply = (changed: Catalog) => Effect.zipLeft(pipeline.apply(changed), signals.notifyAll)
  yield* Effect.addFinalizer(() =>
    Effect.forkDaemon(endWithoutMercy).pipe(
      Effect.zipRight(Ref.set(draining, true)),
      Effect.zipRight(pipeline.stop)
    )
  )
  yield* pipeline.apply(catalog)
  const address = yield* Effect.provide(addressOf, web)
  // What was needed to start lies there for hours otherwise, and is a third of what a process then keeps.
  yield* Effect.sync(collectAll)
  yield* Console.log(greeting(to, address, catalog))
  return yield* setting.catalogWritten
    ? Effect.raceFirst(pipeline.escalation, Effect.zipRight(loading.follow(apply), Effect.never))
    : pipeline.escalation
})

const greeting = (
  to: { readonly name: string; readonly pages: boolean },
  address: string,
  catalog: Catalog
): string =>
  [
    `Oncecast is running: ${count(catalog.sources.size, "source")}, ${count(catalog.channels.size, "channel")}, posts go to ${to.name}.`,
    `  Dashboard           ${address}/`,
    ...(to.pages
      ? [...catalog.channels.values()].map(
          (channel) =>
            `  Channel ${channel.id.padEnd(12)}${address}/sandbox/${channel.chat.replace(/^@/, "")}`
        )
      : []),
    "  Stop with Ctrl-C."
  ].join("\n")

/** Who collects nothing does not load what collecting needs. */
const spans = ({ settings }: Setting): Layer.Layer<never> =>
  Option.match(settings.tracing, {
    onNone: () => Layer.empty,
    onSome: (tracing) =>
      Layer.unwrapEffect(
        Effect.map(
          Effect.promise(() => import("./Tracing.ts")),
          ({ tracingLayer }) => tracingLayer(tracing)
        )
      )
  })

/** A hang-up asks for the catalog to be read again; where it is not read yet, or not any more, it must not end the process. */
const outliveHangUps = Effect.sync(() => process.on("SIGHUP", () => {}))

const launch = (config: Option.Option<string>, demo: boolean) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(config, demo)
    if (setting.catalogWritten) yield* outliveHangUps
    yield* refuseOpenPort(setting)
    return yield* Effect.scoped(serveForEver(setting)).pipe(
      Effect.provide(Layer.provideMerge(spans(setting), logging(setting.settings)))
    )
  })

export const run = (options: { readonly config: Option.Option<string> }) => launch(options.config, false)
export const demo = (none: Option.Option<string>) => launch(none, true)
