// The environment: what differs between machines and what is secret. Read once at start, from the process and from a `.env` file
// beside the catalog; secrets stay `Redacted` from here on.
import { Config, LogLevel, type Option, type Redacted } from "effect"

export interface Settings {
  readonly token: Option.Option<Redacted.Redacted>
  readonly apiRoot: string
  readonly redisUrl: Option.Option<Redacted.Redacted>
  /** None when the default is meant: `data/oncecast.db`. */
  readonly databasePath: Option.Option<string>
  readonly catalogPath: string
  readonly httpHost: string
  readonly httpPort: number
  readonly dashboardToken: Option.Option<Redacted.Redacted>
  readonly logFormat: Option.Option<"pretty" | "json">
  readonly logLevel: LogLevel.LogLevel
}

const filled = (text: string) => text.trim() !== ""

const secret = (name: string, description: string) =>
  Config.redacted(Config.nonEmptyString(name)).pipe(Config.option, Config.withDescription(description))

const text = (name: string, fallback: string, description: string) =>
  Config.string(name).pipe(
    Config.withDefault(fallback),
    Config.map((value) => (filled(value) ? value.trim() : fallback)),
    Config.withDescription(description)
  )

/** Every variable of the environment with its meaning and default; the README's table says the same. */
export const settings: Config.Config<Settings> = Config.all({
  token: secret("TELEGRAM_BOT_TOKEN", "The bot that publishes. Without it posts go to the built-in sandbox."),
  apiRoot: text(
    "TELEGRAM_API_ROOT",
    "https://api.telegram.org",
    "Where the Bot API is served, without a trailing slash."
  ).pipe(Config.map((url) => url.replace(/\/+$/, ""))),
  redisUrl: secret(
    "REDIS_URL",
    "Shares the rate limits between processes. Without it they are kept in memory."
  ),
  databasePath: Config.option(Config.nonEmptyString("DATABASE_PATH")).pipe(
    Config.withDescription("The SQLite file; its folder is made when missing. Default: data/oncecast.db.")
  ),
  catalogPath: text("ONCECAST_CONFIG", "oncecast.yaml", "The catalog of sources and channels."),
  httpHost: text(
    "HTTP_HOST",
    "127.0.0.1",
    "The address that the dashboard, health checks and metrics listen on."
  ),
  httpPort: Config.integer("HTTP_PORT").pipe(
    Config.validate({
      message: "a port is a whole number from 0 to 65535",
      validation: (port) => port >= 0 && port <= 65_535
    }),
    Config.withDefault(8080),
    Config.withDescription("Their port; 0 picks a free one.")
  ),
  dashboardToken: secret(
    "DASHBOARD_TOKEN",
    "Needed for any change over HTTP, and to listen beyond loopback."
  ),
  logFormat: Config.literal(
    "pretty",
    "json"
  )("LOG_FORMAT").pipe(Config.option, Config.withDescription("Default: pretty on a terminal, else json.")),
  logLevel: Config.logLevel("LOG_LEVEL").pipe(
    Config.withDefault(LogLevel.Info),
    Config.withDescription("Default: info.")
  )
})
