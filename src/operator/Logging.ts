// Where logs go and how they look: standard error; for people on a terminal, else one JSON object a line. Promises: lines that nobody reads do
// not fill the memory; how many were left out is told as soon as somebody reads again.
import { Cause, HashMap, Layer, Logger, LogLevel, Option } from "effect"
import type { Settings } from "../config/Settings.ts"

const pretty = Logger.prettyLogger({ stderr: true })
const json = Logger.withConsoleError(Logger.jsonLogger)

/** Of lines that wait for their reader, in bytes: a pipe takes 64 KB, and Node.js keeps whatever comes after. */
const mostUnread = 4 * 1024 * 1024

/** `target`: where `logger` writes to. */
export const bounded = (
  logger: Logger.Logger<unknown, void>,
  target: { readonly writableLength: number }
): Logger.Logger<unknown, void> => {
  let left = 0
  return Logger.make((line) => {
    if (target.writableLength > mostUnread) {
      left += 1
      return
    }
    if (left > 0) {
      const message = `${left} log lines were left out: nobody read the log`
      const plain = { annotations: HashMap.empty<string, unknown>(), cause: Cause.empty }
      left = 0
      logger.log({ ...line, ...plain, logLevel: LogLevel.Warning, message })
    }
    logger.log(line)
  })
}

export const logging = (settings: Pick<Settings, "logFormat" | "logLevel">): Layer.Layer<never> => {
  const format = Option.getOrElse(settings.logFormat, () => (process.stderr.isTTY ? "pretty" : "json"))
  return Layer.merge(
    Logger.replace(Logger.defaultLogger, bounded(format === "pretty" ? pretty : json, process.stderr)),
    Logger.minimumLogLevel(settings.logLevel)
  )
}

/** For commands that end at once: only what went wrong, as people read it. */
export const quietLogging = (level: LogLevel.LogLevel): Layer.Layer<never> =>
  Layer.merge(Logger.replace(Logger.defaultLogger, pretty), Logger.minimumLogLevel(level))
