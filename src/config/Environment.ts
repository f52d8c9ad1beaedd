// Where settings are read from: the process' environment first, then a `.env` file in the working folder. An empty variable counts as
// absent, as `docker compose` passes the ones that nobody set.
import { PlatformConfigProvider } from "@effect/platform"
import { type ConfigError, ConfigProvider, Effect } from "effect"
import { ConfigInvalid } from "./ConfigInvalid.ts"
import { type Settings, settings } from "./Settings.ts"

const filledOnly = (environment: Record<string, string | undefined>): Map<string, string> =>
  new Map(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value.trim() === "" ? [] : [[name, value]]
    )
  )

const faultOf = (error: ConfigError.ConfigError): ConfigInvalid =>
  new ConfigInvalid({ faults: [{ file: "environment", line: 0, message: `${error}`.replaceAll("\n", " ") }] })

/** The settings in force. A value of the wrong form is one fault that names its variable; secrets are never part of it. */
export const readSettings = Effect.gen(function* () {
  const process = ConfigProvider.fromMap(filledOnly(globalThis.process.env))
  const file = yield* PlatformConfigProvider.fromDotEnv(".env").pipe(Effect.option)
  const provider = file._tag === "Some" ? ConfigProvider.orElse(process, () => file.value) : process
  return yield* settings.pipe(Effect.withConfigProvider(provider), Effect.mapError(faultOf))
}).pipe(Effect.withSpan("Environment.readSettings")) satisfies Effect.Effect<Settings, ConfigInvalid, unknown>
