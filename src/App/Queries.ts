// The commands that look and those that steer. They open the database themselves, so they work on a stopped service as well; a running
// one notices what they change within a second. The live part of the status is asked of the running service.

import { userInfo } from "node:os"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Clock, Console, Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { DeliveryState } from "../domain/Delivery.ts"
import { Actor } from "../operator/Audited.ts"
import { Commands } from "../operator/Commands.ts"
import { quietLogging } from "../operator/Logging.ts"
import type { RestoredDecision } from "../operator/RestoredChannels.ts"
import { Status, snapshot } from "../operator/Status.ts"
import { deliveriesText, statusText } from "../operator/Tables.ts"
import { withWaits } from "../operator/Waits.ts"
import type { BurstDecision } from "../outbox/Intake.ts"
import { Ledger } from "../outbox/Ledger.ts"
import { demoCatalog } from "./DemoCatalog.ts"
import { httpAddress } from "./HttpAddress.ts"
import { store } from "./Layers.ts"
import { lookingOut } from "./LookingOut.ts"
import { kinds, network, photos } from "./Reading.ts"
import { readCatalog, readSetting, type Setting } from "./Setting.ts"

/** What the service says of itself, if one runs here on the same database. */
export const askService = (setting: Setting) =>
  HttpClient.get(`${httpAddress(setting.settings.httpHost, setting.settings.httpPort)}/api/status`).pipe(
    Effect.flatMap(HttpClientResponse.schemaBodyJson(Status)),
    Effect.timeout("2 seconds"),
    Effect.option,
    Effect.map(Option.filter((status) => status.database === setting.database)),
    Effect.provide(NodeHttpClient.layer),
    Effect.scoped
  )

export const catalogOf = (setting: Setting) =>
  setting.catalogWritten || !setting.sandbox
    ? readCatalog(setting)
    : // The addresses of the samples are known to the running demo only; nobody polls from here.
      Effect.succeed(demoCatalog("http://127.0.0.1/news.xml", "http://127.0.0.1/shop.xml"))

export const withStore = <A, E, R>(run: (setting: Setting) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    return yield* run(setting).pipe(
      Effect.provide(Layer.provideMerge(store(setting.database), quietLogging(setting.settings.logLevel)))
    )
  })

export const status = ({ json }: { readonly json: boolean }) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const live = yield* askService(setting)
    const found = Option.isSome(live)
      ? live.value
      : yield* Effect.flatMap(catalogOf(setting), (catalog) => snapshot(catalog, setting.database)).pipe(
          Effect.provide(Layer.provideMerge(store(setting.database), quietLogging(setting.settings.logLevel)))
        )
    yield* Console.log(json ? JSON.stringify(found, null, 2) : statusText(found))
  })

export const deliveries = (options: {
  readonly state: Option.Option<DeliveryState>
  readonly json: boolean
  readonly limit: number
}) =>
  withStore((setting) =>
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const found = yield* ledger.deliveries({
        limit: options.limit,
        ...(Option.isSome(options.state) ? { state: options.state.value } : {})
      })
      // Without a catalog that can be read, the outbox is still there to be looked at.
      const rows = yield* catalogOf(setting).pipe(
        Effect.flatMap((catalog) => withWaits(catalog, found)),
        Effect.catchTag("ConfigInvalid", () => Effect.succeed(found.map((row) => ({ ...row, waits: null }))))
      )
      const now = yield* Clock.currentTimeMillis
      yield* Console.log(options.json ? JSON.stringify(rows, null, 2) : deliveriesText(rows, now))
    })
  )

/** The commands of a program that is not the service. */
export const commandsOf = (catalog: Effect.Effect<Catalog>) =>
  Commands.layer(catalog).pipe(
    Layer.provide(lookingOut(catalog)),
    Layer.provide(Layer.provideMerge(Layer.merge(photos(catalog), kinds), network()))
  )

const steer = <E>(command: (commands: typeof Commands.Service) => Effect.Effect<string, E>) =>
  withStore((setting) =>
    Effect.flatMap(Commands, command).pipe(
      Effect.provideService(Actor, `${userInfo().username} on the command line`),
      Effect.flatMap((answer) => Console.log(answer)),
      Effect.provide(
        Layer.unwrapEffect(Effect.map(catalogOf(setting), (catalog) => commandsOf(Effect.succeed(catalog))))
      )
    )
  )

export const pause = (name: string) => steer((commands) => commands.pause(name))
export const resume = (name: string) => steer((commands) => commands.resume(name))
export const settle = (delivery: number, found: { readonly messageId: number } | "absent") =>
  steer((commands) => commands.settle(delivery, found))
export const withdraw = (delivery: number) => steer((commands) => commands.withdraw(delivery))
export const retry = (delivery: number) => steer((commands) => commands.retry(delivery))
export const reorder = (delivery: number, place: "first" | "last") =>
  steer((commands) => commands.reorder(delivery, place))
export const release = (source: string, decision: BurstDecision) =>
  steer((commands) => commands.release(source, decision))
export const post = (url: string, channel: string) => steer((commands) => commands.post(url, channel))
export const restored = (channel: string, decision: RestoredDecision) =>
  steer((commands) => commands.restored(channel, decision))
