// Where settings are read from: the process' environment first, then a `.env` file in the working folder. An empty variable counts as
// absent, as `docker compose` passes the ones that nobody set.
import * as FileSystem from "@effect/platform/FileSystem"
import * as PlatformConfigProvider from "@effect/platform/PlatformConfigProvider"
import { type ConfigError, ConfigProvider, Effect } from "effect"
import { ConfigInvalid, type Fault } from "./ConfigInvalid.ts"
import { type Settings, settings } from "./Settings.ts"

const filledOnly = (environment: Record<string, string | undefined>): Map<string, string> =>
  new Map(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined || value.trim() === "" ? [] : [[name, value]]
    )
  )

const file = "environment"

/** Of a variable that may bear either of two names, the absent one is no fault: the program would have gone without it. */
const faultsOf = (error: ConfigError.ConfigError): ReadonlyArray<Fault> => {
  switch (error._op) {
    case "MissingData":
      return []
    case "And":
    case "Or":
      return [...faultsOf(error.left), ...faultsOf(error.right)]
    default:
      return [{ file, line: 0, message: `${error.path.join(".")} ${error.message}` }]
  }
}

const invalid = (error: ConfigError.ConfigError): ConfigInvalid => {
  const [first = { file, line: 0, message: "cannot be used" }, ...rest] = faultsOf(error)
  return new ConfigInvalid({ faults: [first, ...rest] })
}

/** Absent is usual. One that cannot be read is not: without its token the program would quietly publish into the sandbox. */
const dotEnv = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  if (!(yield* files.exists(".env"))) return ConfigProvider.fromMap(new Map())
  return yield* PlatformConfigProvider.fromDotEnv(".env")
}).pipe(
  Effect.mapError(
    (error) =>
      new ConfigInvalid({ faults: [{ file: ".env", line: 0, message: `cannot be read: ${error.message}` }] })
  )
)

/** The settings in force. Each value of the wrong form is a fault that names its variable; secrets are never part of it. */
export const readSettings = Effect.gen(function* () {
  const process = ConfigProvider.fromMap(filledOnly(globalThis.process.env))
  const written = yield* dotEnv
  const provider = ConfigProvider.orElse(process, () => written)
  return yield* settings.pipe(Effect.withConfigProvider(provider), Effect.mapError(invalid))
}).pipe(Effect.withSpan("Environment.readSettings")) satisfies Effect.Effect<Settings, ConfigInvalid, unknown>
