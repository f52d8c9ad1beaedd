// Every layer of the running service, in flow order: the store, the limits, Telegram, the network, the pipeline.
// Each names what it needs and is closed here only; the order in which they close is the reverse.
import { dirname } from "node:path"
import { Deferred, Effect, Layer, Option, Redacted } from "effect"
import type { Settings } from "../config/Settings.ts"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { CatalogCommands } from "../operator/CatalogCommands.ts"
import { Commands } from "../operator/Commands.ts"
import { Confirmations } from "../operator/chat/Confirmations.ts"
import { Replies } from "../operator/chat/Replies.ts"
import { type LimitsStatus, LiveState } from "../operator/LiveState.ts"
import type { AuditLog } from "../outbox/AuditLog.ts"
import type { Intake } from "../outbox/Intake.ts"
import type { Ledger } from "../outbox/Ledger.ts"
import type { Posts } from "../outbox/Posts.ts"
import type { Restoration } from "../outbox/Restoration.ts"
import { Signals } from "../outbox/Signals.ts"
import { upkeep } from "../outbox/Upkeep.ts"
import { Pipeline, type PipelineOptions } from "../Pipeline.ts"
import type { Fetcher } from "../sources/Fetcher.ts"
import type { Kinds } from "../sources/Kinds.ts"
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
import { adminChat, type BotNeeds, type BotOptions, bots } from "./Bots.ts"
import { lookingOut } from "./LookingOut.ts"
import { kinds, network, photos } from "./Reading.ts"

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
  readonly leaseTtl?: PipelineOptions["leaseTtl"]
  /** Why the catalog's file is not in force; absent: it always is. */
  readonly refusedCatalog?: Effect.Effect<Option.Option<string>>
  /** By which the catalog is changed; absent: it cannot be. */
  readonly catalogCommands?: Layer.Layer<CatalogCommands, never, AuditLog | Ledger>
  /** Further children that care for the store, by name. */
  readonly janitors?: ReadonlyMap<string, Effect.Effect<never, StorageFailed>>
}

type Live = typeof LiveState.Service

/** `known`: where those who began before the pipeline stood wait for it. */
const liveState = (shared: boolean, options: ServiceOptions, known: Deferred.Deferred<Live>) =>
  Layer.effect(
    LiveState,
    Effect.gen(function* () {
      const pipeline = yield* Pipeline
      const throttle = yield* Throttle
      const live = LiveState.of({
        startedAt: options.startedAt,
        publishesTo: options.publishesTo,
        catalog: options.catalog,
        refusedCatalog: options.refusedCatalog ?? Effect.succeedNone,
        children: pipeline.children,
        limits: limitsStatus(shared).pipe(Effect.provideService(Throttle, throttle)),
        draining: options.draining
      })
      yield* Deferred.succeed(known, live)
      return live
    })
  )

const pipeline = (options: ServiceOptions, live: Effect.Effect<Live>) =>
  Layer.unwrapEffect(
    Effect.map(Effect.context<Intake | Restoration | Posts | BotNeeds>(), (services) =>
      Pipeline.layer({
        owner: options.owner,
        ...(options.leaseTtl === undefined ? {} : { leaseTtl: options.leaseTtl }),
        janitors: new Map([
          ["upkeep", Effect.provide(upkeep(options.catalog), services)],
          ...(options.janitors ?? [])
        ]),
        bots: new Map(
          [...bots(options, adminChat(live))].map(([name, run]) => [name, Effect.provide(run, services)])
        )
      })
    )
  )

const commands = ({ catalog, catalogCommands }: ServiceOptions) =>
  Layer.merge(Commands.layer(catalog), catalogCommands ?? CatalogCommands.layerNone).pipe(
    Layer.provideMerge(lookingOut(catalog))
  )

const wired = <E>(edges: Edges<E>, options: ServiceOptions, live: Deferred.Deferred<Live>) =>
  liveState(edges.sharesLimits, options, live).pipe(
    Layer.provideMerge(pipeline(options, Deferred.await(live))),
    Layer.provide(Layer.merge(Replies.layer, Confirmations.layer)),
    Layer.provideMerge(commands(options)),
    Layer.provide(photos(options.catalog)),
    Layer.provide(edges.kinds ?? kinds),
    Layer.provideMerge(edges.telegram),
    Layer.provideMerge(edges.network),
    Layer.provideMerge(throttleOn(edges)),
    Layer.provideMerge(edges.store)
  )

/** The whole service; nothing polls or publishes until the pipeline is given a catalog. */
export const service = <E>(edges: Edges<E>, options: ServiceOptions) =>
  Layer.unwrapEffect(Effect.map(Deferred.make<Live>(), (live) => wired(edges, options, live)))
