// Where posts go: the real Telegram with a token, else the sandbox in this process, and with it the sample sources for the demo.
import { basename, dirname, join } from "node:path"
import { isPlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as HttpApp from "@effect/platform/HttpApp"
import type * as Path from "@effect/platform/Path"
import { Effect, type Layer, Option, Redacted, type Scope } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { serveSamples } from "../sandbox/SampleSources.ts"
import { serveSandbox } from "../sandbox/Sandbox.ts"
import { botUpdates, layerBotApi } from "../telegram/BotApi.ts"
import { webhook } from "../telegram/Webhook.ts"
import type { BotOptions } from "./Bots.ts"
import { demoCatalog } from "./DemoCatalog.ts"
import { CommandFailed } from "./Failure.ts"
import { type BotContracts, botApi, updatesOf } from "./Layers.ts"
import { portFailure } from "./Sandbox.ts"
import type { Setting } from "./Setting.ts"
import { webhookApp } from "./WebhookApp.ts"

export interface Destination {
  readonly telegram: Layer.Layer<BotContracts>
  /** What Telegram tells the bots: the one that publishes, and a witness where there is one. */
  readonly updates: BotOptions["updates"]
  /** For people. */
  readonly name: string
  /** Whether its channels can be looked at under `/sandbox/`. */
  readonly pages: boolean
  readonly mounts: ReadonlyArray<{ readonly path: `/${string}`; readonly app: HttpApp.Default }>
}

const real = ({ settings }: Setting, token: Redacted.Redacted) =>
  Effect.gen(function* () {
    const hook = Option.isNone(settings.webhookUrl)
      ? undefined
      : yield* webhook({
          token,
          apiRoot: settings.apiRoot,
          url: settings.webhookUrl.value,
          secret: settings.webhookSecret
        })
    return {
      telegram: botApi(settings, token),
      updates: {
        publisher: hook?.updates ?? updatesOf(settings, token),
        witness: Option.map(settings.witnessToken, (witness) => updatesOf(settings, witness))
      },
      name: new URL(settings.apiRoot).host,
      pages: false,
      mounts: hook === undefined ? [] : [{ path: "/telegram", app: webhookApp(hook) }]
    } satisfies Destination
  })

/** Beside the database, so that what it says is sent can still be looked at after a restart. */
const channelsFolder = (database: string) => join(dirname(database), `${basename(database, ".db")}-channels`)

const folderFailure = (directory: string, cause: { readonly message: string }) =>
  new CommandFailed({
    sentence: `The sandbox cannot keep its channels in ${directory}: check DATABASE_PATH and the permissions (${cause.message}).`
  })

const builtIn = (setting: Setting) => {
  const directory = channelsFolder(setting.database)
  return serveSandbox({ port: 0, directory }).pipe(
    Effect.mapError((error) =>
      isPlatformError(error) ? folderFailure(directory, error) : portFailure(error)
    ),
    Effect.map(
      ({ url, token, pages }): Destination => ({
        telegram: layerBotApi({ token: Redacted.make(token), apiRoot: url }),
        updates: {
          publisher: botUpdates({ token: Redacted.make(token), apiRoot: url }),
          witness: Option.none()
        },
        name: "the built-in sandbox",
        pages: true,
        mounts: [{ path: "/sandbox", app: pages }]
      })
    )
  )
}

export const destination = (
  setting: Setting
): Effect.Effect<Destination, CommandFailed, Scope.Scope | FileSystem.FileSystem | Path.Path> =>
  Option.match(setting.sandbox ? Option.none() : setting.settings.token, {
    onNone: () => builtIn(setting),
    onSome: (token) => real(setting, token)
  })

/** The demo's sources and the catalog that reads them. Their links carry the port: it stays the same over restarts if it can. */
export const samples = (setting: Setting): Effect.Effect<Catalog, CommandFailed, Scope.Scope> => {
  const { httpPort } = setting.settings
  return serveSamples({ port: httpPort === 0 ? 0 : httpPort + 1 }).pipe(
    Effect.orElse(() => serveSamples({ port: 0 })),
    Effect.mapBoth({
      onFailure: portFailure,
      onSuccess: ({ newsUrl, shopUrl }) => demoCatalog(newsUrl, shopUrl)
    })
  )
}
