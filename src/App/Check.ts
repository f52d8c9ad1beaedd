// `oncecast check`: tries everything that the service needs and says of each whether it would work. Admits nothing; posts nothing but a canary
// where one is asked for, which it takes away again.
import { Console, Effect, Layer, Option, Schedule, Schema } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { catalogJsonSchema } from "../config/CatalogJsonSchema.ts"
import type { Channel } from "../domain/Channel.ts"
import type { ChannelId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { quietLogging } from "../operator/Logging.ts"
import { count } from "../operator/Wording.ts"
import { Ledger } from "../outbox/Ledger.ts"
import { RedisConnection } from "../storage/RedisConnection.ts"
import { Reader } from "../telegram/Reader.ts"
import { Telegram } from "../telegram/Telegram.ts"
import { toldTo } from "./AlertRecipients.ts"
import { canaryFindings } from "./CanaryCheck.ts"
import { fetchDocument } from "./Document.ts"
import { CommandFailed } from "./Failure.ts"
import { type Finding, show, tryOut } from "./Finding.ts"
import { botApi, store, updatesOf } from "./Layers.ts"
import { kinds, network } from "./Reading.ts"
import { readCatalog, readSetting, refuseOpenPort, type Setting } from "./Setting.ts"

const database = (setting: Setting) =>
  Effect.flatMap(Ledger, (ledger) => ledger.items).pipe(
    Effect.provide(store(setting.database)),
    Effect.map(
      (items) =>
        `${setting.database}, ${[...items.values()].reduce((sum, count) => sum + count, 0)} items known`
    )
  )

/** Whether the Redis that the environment names answers. */
const redis = (setting: Setting) =>
  Option.match(setting.settings.redisUrl, {
    onNone: () => Effect.succeed("REDIS_URL is not set: the limits are kept in this process"),
    onSome: (url) =>
      Effect.flatMap(RedisConnection, (connection) => connection.run((client) => client.ping())).pipe(
        // The connection is made in the background and is not there at once.
        Effect.retry(Schedule.spaced("100 millis").pipe(Schedule.intersect(Schedule.recurs(20)))),
        Effect.provide(RedisConnection.layer({ url })),
        Effect.as("answers")
      )
  })

/** The same, told, with what to do when it does not. */
export const redisFinding = (setting: Setting) =>
  tryOut(
    "Redis",
    redis(setting),
    () => "start it, or mend REDIS_URL; until then a safe share of the limits is used"
  )

/** Two channels lead to one chat, by two of its names. */
export class ChatTaken extends Schema.TaggedError<ChatTaken>("oncecast/App/ChatTaken")("ChatTaken", {
  title: Schema.String,
  twin: Schema.String
}) {
  override get message(): string {
    return `"${this.title}" is the chat of channel ${this.twin} as well; a chat has one channel: give the sources of both to one`
  }
}

/** Of one channel after the other: whether the bot may post in its chat, and whether that is another channel's under another of its names. */
export const chats = () => {
  const taken = new Map<number, ChannelId>()
  return (channel: Channel) => Effect.flatMap(Telegram, (telegram) => chat(telegram, channel, taken))
}

const chat = (telegram: Telegram["Type"], channel: Channel, taken: Map<number, ChannelId>) =>
  Effect.gen(function* () {
    const access = yield* telegram.access(channel.chat)
    const twin = taken.get(access.id)
    if (twin !== undefined) {
      return yield* new ChatTaken({ title: access.title, twin })
    }
    taken.set(access.id, channel.id)
    if (!access.canPost) {
      return yield* new CommandFailed({
        sentence: `the bot may not post in "${access.title}"; make it an administrator with the right to post messages`
      })
    }
    const tooFast = channel.pace.perMinute > 20 ? "; pace is above the 20 a minute that Telegram permits" : ""
    const tooMuch = access.canEditOthers
      ? "; the right to edit others' messages is not needed, take it away"
      : ""
    return `"${access.title}" (${access.type}), may post${tooMuch}${tooFast}`
  })

const source = (source: Source) =>
  Effect.map(fetchDocument(source), ({ items, complete, faults }) =>
    [`${items.length} items`, ...(complete ? [] : ["the document is cut off"]), ...faults].join(", ")
  )

/** Chats that nothing is published into, but by which posts are found again. */
const helpers = (channel: Channel) =>
  Effect.gen(function* () {
    const { logChat, profileOf } = channel
    const telegram = yield* Telegram
    const reader = yield* Reader
    const copies =
      logChat === undefined
        ? []
        : [
            yield* tryOut(
              `log chat of ${channel.id}`,
              Effect.flatMap(telegram.access(logChat), ({ canPost, title }) =>
                canPost
                  ? Effect.succeed(`"${title}", copies can be made there`)
                  : new CommandFailed({ sentence: `the bot may not post in "${title}"` })
              )
            )
          ]
    const profile =
      profileOf === undefined
        ? []
        : [
            yield* tryOut(
              `profile of ${channel.id}`,
              Effect.map(reader.newest(profileOf), (posts) => `shows ${posts.length} posts`)
            )
          ]
    return [...copies, ...profile]
  })

const witness = (setting: Setting) =>
  Option.match(setting.settings.witnessToken, {
    onNone: () => Effect.succeed([]),
    onSome: (token) =>
      Effect.map(
        tryOut(
          "witness bot",
          Effect.map(updatesOf(setting.settings, token).me, ({ username }) => `@${username}`)
        ),
        (good) => [good]
      )
  })

const telegramFindings = (setting: Setting, catalog: Catalog) =>
  Effect.gen(function* () {
    const telegram = yield* Telegram
    const bot = yield* tryOut(
      "Telegram",
      Effect.map(telegram.me, ({ username }) => `@${username}`)
    )
    const chat = chats()
    const found = yield* Effect.forEach(catalog.channels.values(), (channel) =>
      Effect.zipWith(tryOut(`channel ${channel.id}`, chat(channel)), helpers(channel), (one, more) => [
        one,
        ...more
      ])
    )
    return [bot, ...(yield* witness(setting)), ...found.flat()]
  })

const told = (findings: ReadonlyArray<Finding>) =>
  Effect.forEach(findings, (finding) => Effect.as(show(finding), finding.good))

const withoutToken = (canary: Option.Option<string>) =>
  told([
    { what: "Telegram", good: true, says: "no TELEGRAM_BOT_TOKEN: posts go to the built-in sandbox" },
    ...Option.toArray(Option.as(canary, { what: "canary", good: false, says: "needs TELEGRAM_BOT_TOKEN" }))
  ])

const findings = (setting: Setting, catalog: Catalog, only: Option.Option<string>) =>
  Effect.gen(function* () {
    const says = `${count(catalog.sources.size, "source")}, ${count(catalog.channels.size, "channel")}`
    const read = yield* told([
      { what: "configuration", good: true, says },
      { what: "alerts", good: true, says: toldTo(catalog, setting.settings.alertWebhook) }
    ])
    const local = [yield* tryOut("database", database(setting)), yield* redisFinding(setting)]
    const remote = yield* Option.match(setting.settings.token, {
      onNone: () => withoutToken(only),
      onSome: (token) =>
        Effect.provide(telegramFindings(setting, catalog), botApi(setting.settings, token)).pipe(
          Effect.flatMap((found) =>
            Option.match(only, {
              onNone: () => Effect.succeed(found),
              onSome: (channel) =>
                Effect.map(canaryFindings(setting, catalog, channel, token), (more) => [...found, ...more])
            })
          )
        )
    })
    const sources = yield* Effect.forEach(
      catalog.sources.values(),
      (one) => tryOut(`source ${one.id}`, source(one)),
      {
        concurrency: 4
      }
    )
    return [...read, ...local, ...remote, ...sources]
  })

export const check = (options: {
  readonly config: Option.Option<string>
  readonly schema: boolean
  /** A channel, or "all": post there and see what can be seen of it. */
  readonly canary: Option.Option<string>
}) =>
  options.schema
    ? Console.log(catalogJsonSchema().trimEnd())
    : Effect.gen(function* () {
        const setting = yield* readSetting(options.config)
        yield* refuseOpenPort(setting)
        const catalog = yield* readCatalog(setting)
        const good = yield* findings(setting, catalog, options.canary).pipe(
          Effect.provide(Layer.mergeAll(network(), kinds, quietLogging(setting.settings.logLevel)))
        )
        const failed = good.filter((one) => !one).length
        if (failed > 0)
          return yield* new CommandFailed({ sentence: `${failed} of ${good.length} checks failed.` })
      })
