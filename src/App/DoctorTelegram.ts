// What the doctor finds out about Telegram and the clock: whether it is there, whether it takes the token, whether somebody else gets the
// bot's updates, and whether this machine's time is right.
import * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Clock, Effect, Option, type Redacted } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { span } from "../operator/Wording.ts"
import { webhookHost } from "../telegram/BotApi.ts"
import { type CallError, Telegram } from "../telegram/Telegram.ts"
import { chats } from "./Check.ts"
import { CommandFailed } from "./Failure.ts"
import { show, tryOut } from "./Finding.ts"
import { botApi } from "./Layers.ts"
import type { Setting } from "./Setting.ts"

/** More than a call and a second's rounding take. */
const mostSkewMs = 10_000

const failed = (sentence: string) => new CommandFailed({ sentence })

/** By the `Date` that the server sends. */
const clock = (apiRoot: string) =>
  HttpClient.head(apiRoot).pipe(
    Effect.timeout("5 seconds"),
    Effect.mapError((error) => failed(`${apiRoot} does not answer: ${error.message}`)),
    Effect.flatMap(({ headers }) =>
      Effect.map(Clock.currentTimeMillis, (now) => now - Date.parse(headers["date"] ?? ""))
    ),
    Effect.flatMap((skew) => {
      if (Number.isNaN(skew)) return Effect.succeed("the server does not tell the time")
      const how = `${span(skew)} ${skew > 0 ? "ahead of" : "behind"} the server's`
      return Math.abs(skew) > mostSkewMs
        ? Effect.fail(failed(`this machine's is ${how}`))
        : Effect.succeed("right")
    }),
    Effect.scoped,
    Effect.provide(NodeHttpClient.layer)
  )

const webhook = ({ settings }: Setting, token: Redacted.Redacted) =>
  Effect.flatMap(webhookHost({ token, apiRoot: settings.apiRoot }), (host) =>
    Option.match(host, {
      onNone: () => Effect.succeed("none is set"),
      onSome: (at) =>
        Option.exists(settings.webhookUrl, (url) => new URL(url).host === at)
          ? Effect.succeed(`updates are brought to ${at}`)
          : Effect.fail(failed(`the bot's updates go to ${at}: receipts and answers do not arrive here`))
    })
  )

const tokenAdvice = (error: CallError): string =>
  error._tag === "TelegramRefused"
    ? "ask @BotFather for the token (/token) and set TELEGRAM_BOT_TOKEN"
    : "look at the network and at TELEGRAM_API_ROOT"

export const telegramFindings = (setting: Setting, catalog: Catalog | undefined) =>
  Option.match(setting.settings.token, {
    onNone: () =>
      Effect.as(
        show({
          what: "Telegram",
          good: true,
          says: "no TELEGRAM_BOT_TOKEN: posts go to the built-in sandbox"
        }),
        [true]
      ),
    onSome: (token) =>
      Effect.gen(function* () {
        const telegram = yield* Telegram
        const time = yield* tryOut(
          "clock",
          clock(setting.settings.apiRoot),
          () => "set it by NTP (`timedatectl set-ntp true`); if the server is out of reach, mend the network"
        )
        const me = Effect.map(telegram.me, ({ username }) => `the token is that of @${username}`)
        const known = yield* tryOut("Telegram", me, tokenAdvice)
        if (!known) return [time, false]
        const hook = yield* tryOut(
          "webhook",
          webhook(setting, token),
          () => "take it away (deleteWebhook), or use a bot of its own here"
        )
        const chat = chats()
        const channels = yield* Effect.forEach(catalog?.channels.values() ?? [], (channel) =>
          tryOut(`channel ${channel.id}`, chat(channel), ({ _tag }) =>
            _tag === "ChatTaken"
              ? undefined
              : "make the bot an administrator there with the right to post messages"
          )
        )
        return [time, known, hook, ...channels]
      }).pipe(Effect.provide(botApi(setting.settings, token)))
  })
