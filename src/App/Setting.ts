// What every program starts from: the settings, whether this is the sandbox or the real Telegram, and the catalog in force.
// Without a token nothing can reach Telegram: posts go to the built-in sandbox, and its deliveries into a database of their own, so that
// what was only tried out never counts as sent when a token is set later.
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { Effect, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { loadCatalog } from "../config/CatalogSource.ts"
import { ConfigInvalid } from "../config/ConfigInvalid.ts"
import { readSettings } from "../config/Environment.ts"
import type { Settings } from "../config/Settings.ts"
import { checkWords } from "../publisher/rendering/ShortTemplate.ts"
import { checkTemplate } from "../publisher/rendering/Template.ts"
import { traced } from "../Spans.ts"

export interface Setting {
  readonly settings: Settings
  readonly sandbox: boolean
  /** Absolute. */
  readonly database: string
  readonly catalogPath: string
  /** Whether somebody wrote a catalog; without one the sandbox runs the demo. */
  readonly catalogWritten: boolean
}

const refuse = (file: string, message: string) => new ConfigInvalid({ faults: [{ file, line: 0, message }] })

/** `config` is the command's own option, `demo` asks for the sample catalog whatever is written. */
export const readSetting = traced("Setting.read")(function* (config: Option.Option<string>, demo = false) {
  const settings = yield* readSettings
  const catalogPath = Option.getOrElse(config, () => settings.catalogPath)
  const sandbox = demo || Option.isNone(settings.token)
  const catalogWritten = !demo && (Option.isSome(config) || existsSync(catalogPath))
  const usual = sandbox ? (catalogWritten ? "sandbox.db" : "demo.db") : "oncecast.db"
  const database = resolve(Option.getOrElse(settings.databasePath, () => join("data", usual)))
  return { settings, sandbox, database, catalogPath, catalogWritten } satisfies Setting
})

export const readCatalog = (setting: Setting): Effect.Effect<Catalog, ConfigInvalid> =>
  setting.catalogWritten
    ? loadCatalog(setting.catalogPath, checkTemplate, checkWords)
    : refuse(
        setting.catalogPath,
        "there is no such file; write a catalog (the README shows one), or start without TELEGRAM_BOT_TOKEN for the demo"
      )

/** Anyone who can reach the port may read; beyond loopback that needs a decision, which the token is. */
export const refuseOpenPort = ({ settings }: Setting): Effect.Effect<void, ConfigInvalid> =>
  ["127.0.0.1", "::1", "localhost"].includes(settings.httpHost) || Option.isSome(settings.dashboardToken)
    ? Effect.void
    : refuse(
        "environment",
        `HTTP_HOST=${settings.httpHost} is open to others: set DASHBOARD_TOKEN as well, or leave HTTP_HOST out`
      )
