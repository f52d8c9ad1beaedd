// Where logs go and how they look: standard error; for people on a terminal, else one JSON object a line.
import { Layer, Logger, type LogLevel, Option } from "effect"
import type { Settings } from "../config/Settings.ts"

const pretty = Logger.prettyLogger({ stderr: true })
const json = Logger.withConsoleError(Logger.jsonLogger)

export const logging = (settings: Pick<Settings, "logFormat" | "logLevel">): Layer.Layer<never> => {
  const format = Option.getOrElse(settings.logFormat, () => (process.stderr.isTTY ? "pretty" : "json"))
  return Layer.merge(
    Logger.replace(Logger.defaultLogger, format === "pretty" ? pretty : json),
    Logger.minimumLogLevel(settings.logLevel)
  )
}

/** For commands that end at once: only what went wrong, as people read it. */
export const quietLogging = (level: LogLevel.LogLevel): Layer.Layer<never> =>
  Layer.merge(Logger.replace(Logger.defaultLogger, pretty), Logger.minimumLogLevel(level))
