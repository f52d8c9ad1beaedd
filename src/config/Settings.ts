// The environment: what differs between machines and what is secret. Read once at start, from the process and from a `.env` file
// beside the catalog; secrets stay `Redacted` from here on.
import { isIPv6 } from "node:net"
import { Config, ConfigError, Duration, Either, LogLevel, Option, Redacted } from "effect"
import { type Tracing, tracing } from "./Tracing.ts"

export interface Settings {
  readonly token: Option.Option<Redacted.Redacted>
  readonly witnessToken: Option.Option<Redacted.Redacted>
  readonly apiRoot: string
  /** Where Telegram is to bring the updates; none: it is asked for them. */
  readonly webhookUrl: Option.Option<string>
  readonly webhookSecret: Option.Option<Redacted.Redacted>
  readonly redisUrl: Option.Option<Redacted.Redacted>
  /** None when the default is meant: `data/oncecast.db`. */
  readonly databasePath: Option.Option<string>
  readonly catalogPath: string
  /** Where backups are made by themselves; none: nowhere. */
  readonly backupFolder: Option.Option<string>
  readonly backupEveryMs: number
  /** So many are kept. */
  readonly backupKeep: number
  readonly httpHost: string
  readonly httpPort: number
  readonly dashboardToken: Option.Option<Redacted.Redacted>
  /** Where alerts are posted to besides the admins; who has the URL may post there, so it is a secret. */
  readonly alertWebhook: Option.Option<Redacted.Redacted>
  readonly logFormat: Option.Option<"pretty" | "json">
  readonly logLevel: LogLevel.LogLevel
  /** Where spans go; none: nowhere. */
  readonly tracing: Option.Option<Tracing>
}

/** One variable; `read` gives its value, or a complaint that goes on from the name ("must be …") and repeats no secret. */
const variable = <A>(name: string, description: string, read: (text: string) => Either.Either<A, string>) =>
  Config.nonEmptyString(name).pipe(
    Config.mapOrFail((text) =>
      Either.mapLeft(read(text.trim()), (complaint) => ConfigError.InvalidData([], complaint))
    ),
    Config.withDescription(description)
  )

const any = (text: string) => Either.right(text)

const oneOf =
  <A extends string>(...values: ReadonlyArray<A>) =>
  (text: string): Either.Either<A, string> =>
    Either.fromNullable(
      values.find((value) => value === text.toLowerCase()),
      () => `must be ${values.join(" or ")}, but is "${text}"`
    )

const secret = (name: string, description: string, matches: (text: string) => boolean, form: string) =>
  variable(name, description, (text) =>
    matches(text) ? Either.right(Redacted.make(text)) : Either.left(`must be ${form}`)
  ).pipe(Config.option)

const botToken = (name: string, description: string) =>
  secret(
    name,
    description,
    (text) => /^\d+:[\w-]+$/.test(text),
    "a bot token as @BotFather gives it: digits, a colon, letters and digits"
  )

const isUrl = (text: string, ...protocols: ReadonlyArray<string>) =>
  URL.canParse(text) && protocols.includes(new URL(text).protocol)

const apiRootOf = (text: string): Either.Either<string, string> =>
  isUrl(text, "http:", "https:")
    ? Either.right(text.replace(/\/+$/, ""))
    : Either.left("must be an http or https URL, for example https://api.telegram.org")

/** An IPv6 address stands in brackets only within a URL; who writes them here means the same. */
const hostOf = (text: string): Either.Either<string, string> => {
  const host = /^\[([\da-f:.]+)\]$/i.exec(text)?.[1] ?? text
  return isIPv6(host) || /^[\w.-]+$/.test(host)
    ? Either.right(host)
    : Either.left(`must be an address or a name without a port, but is "${text}"`)
}

const portOf = (text: string): Either.Either<number, string> =>
  /^\d+$/.test(text) && Number(text) <= 65_535
    ? Either.right(Number(text))
    : Either.left(`must be a whole number from 0 to 65535, but is "${text}"`)

const everyOf = (text: string): Either.Either<number, string> =>
  Option.match(Duration.decodeUnknown(text), {
    onNone: () => Either.left(`must be a duration such as "1 day", but is "${text}"`),
    onSome: (every) =>
      Duration.between(every, { minimum: Duration.minutes(1), maximum: Duration.days(365) })
        ? Either.right(Duration.toMillis(every))
        : Either.left(`must be from 1 minute to 365 days, but is "${text}"`)
  })

const keepOf = (text: string): Either.Either<number, string> =>
  /^\d{1,4}$/.test(text) && Number(text) >= 1
    ? Either.right(Number(text))
    : Either.left(`must be a whole number from 1 to 9999, but is "${text}"`)

const levels = new Map(LogLevel.allLevels.map((level) => [level._tag.toLowerCase(), level]))

const levelOf = (text: string): Either.Either<LogLevel.LogLevel, string> =>
  Either.fromNullable(
    levels.get(text.toLowerCase()),
    () => `must be ${[...levels.keys()].join(", ")}, but is "${text}"`
  )

/** The number before the colon names the bot, whichever of its tokens it is. */
const botOf = (token: Redacted.Redacted): string => Redacted.value(token).replace(/:.*$/, "")

/** A bot hears nothing of its own posts. */
const anotherWitness = (read: Settings): Either.Either<Settings, ConfigError.ConfigError> => {
  const bots = [read.token, read.witnessToken].flatMap(Option.toArray).map(botOf)
  return new Set(bots).size === bots.length
    ? Either.right(read)
    : Either.left(
        ConfigError.InvalidData(
          ["WITNESS_BOT_TOKEN"],
          "must be the token of another bot than that of TELEGRAM_BOT_TOKEN"
        )
      )
}

const telegrams = "https://api.telegram.org"

/** A Bot API server of one's own takes plain HTTP and any port; Telegram's does not. @source https://core.telegram.org/bots/webhooks (2026-11) */
const reachableWebhook = (read: Settings): Either.Either<Settings, ConfigError.ConfigError> => {
  const wrong = Option.exists(read.webhookUrl, (url) => {
    const { protocol, port } = new URL(url)
    return protocol !== "https:" || !["", "80", "88", "8443"].includes(port)
  })
  return wrong && read.apiRoot === telegrams
    ? Either.left(
        ConfigError.InvalidData(
          ["TELEGRAM_WEBHOOK_URL"],
          "must be an https URL on port 443, 80, 88 or 8443: Telegram brings updates nowhere else"
        )
      )
    : Either.right(read)
}

/** Every variable of the environment with its meaning and default; the README's table says the same. */
export const settings: Config.Config<Settings> = Config.all({
  token: botToken(
    "TELEGRAM_BOT_TOKEN",
    "The bot that publishes. Without it posts go to the built-in sandbox."
  ),
  witnessToken: botToken(
    "WITNESS_BOT_TOKEN",
    "A second bot that is a member of the channels and sees what the first one posts."
  ),
  apiRoot: variable("TELEGRAM_API_ROOT", "Where the Bot API is served.", apiRootOf).pipe(
    Config.withDefault(telegrams)
  ),
  webhookUrl: variable(
    "TELEGRAM_WEBHOOK_URL",
    "Where Telegram brings updates, instead of being asked for them: leads to /telegram/webhook here.",
    (text) =>
      isUrl(text, "https:", "http:")
        ? Either.right(text)
        : Either.left("must be a URL, for example https://bot.example/telegram/webhook")
  ).pipe(Config.option),
  webhookSecret: secret(
    "TELEGRAM_WEBHOOK_SECRET",
    "What Telegram sends along, so that nobody else is heard. Default: follows from the token.",
    (text) => /^[\w-]{16,256}$/.test(text),
    "16 to 256 letters, digits, _ and -"
  ),
  redisUrl: secret(
    "REDIS_URL",
    "Shares the rate limits between processes. Without it they are kept in memory.",
    (text) => isUrl(text, "redis:", "rediss:"),
    "redis://[user:password@]host[:port][/db], or rediss://… for TLS"
  ),
  databasePath: variable(
    "DATABASE_PATH",
    "The SQLite file; its folder is made when missing. Default: data/oncecast.db.",
    any
  ).pipe(Config.option),
  catalogPath: variable("ONCECAST_CONFIG", "The catalog of sources and channels.", any).pipe(
    Config.withDefault("oncecast.yaml")
  ),
  backupFolder: variable(
    "BACKUP_FOLDER",
    "Backups are made there by themselves; best on another disk.",
    any
  ).pipe(Config.option),
  backupEveryMs: variable("BACKUP_EVERY", "How often. Default: 1 day.", everyOf).pipe(
    Config.withDefault(86_400_000)
  ),
  backupKeep: variable("BACKUP_KEEP", "How many of them are kept. Default: 7.", keepOf).pipe(
    Config.withDefault(7)
  ),
  httpHost: variable(
    "HTTP_HOST",
    "The address that the dashboard, health checks and metrics listen on.",
    hostOf
  ).pipe(Config.withDefault("127.0.0.1")),
  httpPort: variable("HTTP_PORT", "Their port; 0 picks a free one.", portOf).pipe(Config.withDefault(8080)),
  dashboardToken: secret(
    "DASHBOARD_TOKEN",
    "Needed for any change over HTTP, and to listen beyond loopback.",
    (text) => text !== "",
    "some text"
  ),
  alertWebhook: secret(
    "ALERT_WEBHOOK",
    "Alerts are posted there as JSON, besides being told to the admins.",
    (text) => isUrl(text, "http:", "https:"),
    "an http or https URL"
  ),
  logFormat: variable(
    "LOG_FORMAT",
    "Default: pretty on a terminal, else json.",
    oneOf("pretty", "json")
  ).pipe(Config.option),
  logLevel: variable("LOG_LEVEL", "Default: info.", levelOf).pipe(Config.withDefault(LogLevel.Info)),
  tracing
}).pipe(Config.mapOrFail(anotherWitness), Config.mapOrFail(reachableWebhook))
