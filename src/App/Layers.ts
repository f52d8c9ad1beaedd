// Every layer of the running service, in flow order: the store, the limits, Telegram, the network, the pipeline.
// Each names what it needs and is closed here only; the order in which they close is the reverse.
import { dirname } from "node:path"
import { Effect, Layer, Option, Redacted } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Settings } from "../config/Settings.ts"
import type { Millis } from "../domain/Names.ts"
import type { SourceKindName } from "../domain/Source.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { version } from "../domain/Version.ts"
import { Commands } from "../operator/Commands.ts"
import { type LimitsStatus, LiveState } from "../operator/LiveState.ts"
import type { Intake } from "../outbox/Intake.ts"
import type { Restoration } from "../outbox/Restoration.ts"
import { Signals } from "../outbox/Signals.ts"
import { upkeep } from "../outbox/Upkeep.ts"
import { Pipeline } from "../Pipeline.ts"
import { fitPhoto } from "../publisher/PhotoFitting.ts"
import { Photos, PhotoUnavailable } from "../publisher/Photos.ts"
import { traced } from "../Spans.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { Kinds } from "../sources/Kinds.ts"
import { csv } from "../sources/kinds/csv.ts"
import { json } from "../sources/kinds/json.ts"
import { merchant } from "../sources/kinds/merchant.ts"
import { page } from "../sources/kinds/page.ts"
import { rss } from "../sources/kinds/rss.ts"
import { sitemap } from "../sources/kinds/sitemap.ts"
import { yml } from "../sources/kinds/yml.ts"
import { Politeness } from "../sources/Politeness.ts"
import type { SourceKind } from "../sources/SourceKind.ts"
import { RedisConnection } from "../storage/RedisConnection.ts"
import * as RedisLimits from "../storage/RedisLimits.ts"
import * as SqlIntake from "../storage/SqlIntake.ts"
import * as Storage from "../storage/Storage.ts"
import { botUpdates, layerBotApi } from "../telegram/BotApi.ts"
import type { Conversation } from "../telegram/Conversation.ts"
import type { Reader } from "../telegram/Reader.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import { LimitStore } from "../throttle/LimitStore.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { type BotNeeds, type BotOptions, bots } from "./Bots.ts"

const userAgent = `Oncecast/${version} (+https://github.com/oncecast/oncecast)`

/** Intake, outbox, steering, ledger and journal on one SQLite file, with the hints that tie the halves together. */
export const store = (database: string) =>
  SqlIntake.layer.pipe(Layer.provideMerge(Storage.layer(database)), Layer.provideMerge(Signals.layer))

/** A bot's limits are its own: the number before the colon is its id, which is no secret. */
const limitsNamespace = (settings: Settings): string =>
  Option.match(settings.token, {
    onNone: () => "oncecast:sandbox",
    onSome: (token) => `oncecast:${Redacted.value(token).split(":")[0]}`
  })

/** Redis when the environment names one, else this process' memory. */
export const limits = (settings: Settings): Layer.Layer<LimitStore> =>
  Option.match(settings.redisUrl, {
    onNone: () => LimitStore.layerMemory,
    onSome: (url) =>
      RedisLimits.layer({ namespace: limitsNamespace(settings) }).pipe(
        Layer.provide(RedisConnection.layer({ url }))
      )
  })

/** When nobody shares the limits, this process may use them whole. */
const throttleOn = ({ sharesLimits, limits }: Pick<Edges<never>, "sharesLimits" | "limits">) =>
  Throttle.layer(sharesLimits ? {} : { share: 1 }).pipe(Layer.provideMerge(limits))

export const throttle = (settings: Settings) =>
  throttleOn({ sharesLimits: Option.isSome(settings.redisUrl), limits: limits(settings) })

/** What one bot can do. */
export type BotContracts = Telegram | Reader | Conversation

/** The real Telegram, or whatever answers under TELEGRAM_API_ROOT. */
export const botApi = (settings: Settings, token: Redacted.Redacted) =>
  layerBotApi({ token, apiRoot: settings.apiRoot })

export const updatesOf = (settings: Settings, token: Redacted.Redacted) =>
  botUpdates({ token, apiRoot: settings.apiRoot })

const known = { rss, yml, merchant, csv, page, json, sitemap }

/** `others`: read in the place of those that the catalog names so. */
export const kindsWith = (others: Partial<Readonly<Record<SourceKindName, SourceKind>>>) =>
  Kinds.layer({ ...known, ...others })

export const kinds = kindsWith({})

/** `folder`: where large bodies are kept while they are read; default the system's folder for such files. */
export const network = (folder?: string) =>
  Fetcher.layer({ userAgent, ...(folder === undefined ? {} : { folder }) }).pipe(
    Layer.provide(Politeness.layer())
  )

/** More than Telegram takes, for a larger one is made smaller. */
const maxPictureBytes = 25_000_000

/** Pictures come from where the sources are: through the same guarded network, private addresses only on the hosts that may be. */
export const photos = (catalog: Effect.Effect<Catalog>) =>
  Layer.effect(
    Photos,
    Effect.map(Fetcher, (fetcher) =>
      Photos.of({
        load: traced("Photos.load")(function* (url) {
          const host = URL.canParse(url) ? new URL(url).host : ""
          const sources = [...(yield* catalog).sources.values()]
          const allowPrivate = sources.some(
            (source) => source.allowPrivate && new URL(source.url).host === host
          )
          const bytes = yield* fetcher
            .bytes({ url, allowPrivate, accept: "image/*", maxBytes: maxPictureBytes })
            .pipe(Effect.mapError((error) => new PhotoUnavailable({ url: error.url, detail: error.message })))
          return yield* fitPhoto(url, bytes)
        })
      })
    )
  )

const limitsStatus = (shared: boolean) =>
  Effect.gen(function* () {
    const footing = yield* Effect.flatMap(Throttle, (throttle) => throttle.footing)
    const status: LimitsStatus =
      footing._tag === "Local"
        ? { kept: "local-share", since: footing.since, why: footing.why }
        : { kept: shared ? "redis" : "memory", since: null, why: null }
    return status
  })

/** What the service stands on; a simulation brings its own. */
export interface Edges<E> {
  readonly store: Layer.Layer<StoreContracts, E>
  readonly limits: Layer.Layer<LimitStore>
  /** Whether other processes are under the same limits. */
  readonly sharesLimits: boolean
  readonly network: Layer.Layer<Fetcher>
  readonly telegram: Layer.Layer<BotContracts>
  /** Absent: those of this build. */
  readonly kinds?: Layer.Layer<Kinds>
}

type StoreContracts = Layer.Layer.Success<ReturnType<typeof store>>

/** `database`: absolute path. */
export const realEdges = (settings: Settings, database: string, telegram: Layer.Layer<BotContracts>) => ({
  store: store(database),
  limits: limits(settings),
  sharesLimits: Option.isSome(settings.redisUrl),
  network: network(dirname(database)),
  telegram
})

export interface ServiceOptions extends BotOptions {
  /** Where posts go, for people. */
  readonly publishesTo: string
  readonly draining: Effect.Effect<boolean>
  readonly startedAt: Millis
  /** Further children that care for the store, by name. */
  readonly janitors?: ReadonlyMap<string, Effect.Effect<never, StorageFailed>>
}

const liveState = (shared: boolean, options: ServiceOptions) =>
  Layer.effect(
    LiveState,
    Effect.gen(function* () {
      const pipeline = yield* Pipeline
      const throttle = yield* Throttle
      return LiveState.of({
        startedAt: options.startedAt,
        publishesTo: options.publishesTo,
        catalog: options.catalog,
        children: pipeline.children,
        limits: limitsStatus(shared).pipe(Effect.provideService(Throttle, throttle)),
        draining: options.draining
      })
    })
  )

const pipeline = (options: ServiceOptions) =>
  Layer.unwrapEffect(
    Effect.map(Effect.context<Intake | Restoration | BotNeeds>(), (services) =>
      Pipeline.layer({
        owner: options.owner,
        janitors: new Map([
          [
            "upkeep",
            Effect.provide(upkeep(Effect.map(options.catalog, (catalog) => catalog.forgetMs)), services)
          ],
          ...(options.janitors ?? [])
        ]),
        bots: new Map([...bots(options)].map(([name, run]) => [name, Effect.provide(run, services)]))
      })
    )
  )

/** The whole service; nothing polls or publishes until the pipeline is given a catalog. */
export const service = <E>(edges: Edges<E>, options: ServiceOptions) =>
  Layer.merge(liveState(edges.sharesLimits, options), Commands.layer(options.catalog)).pipe(
    Layer.provideMerge(pipeline(options)),
    Layer.provide(photos(options.catalog)),
    Layer.provide(edges.kinds ?? kinds),
    Layer.provideMerge(edges.telegram),
    Layer.provideMerge(edges.network),
    Layer.provideMerge(throttleOn(edges)),
    Layer.provideMerge(edges.store)
  )
