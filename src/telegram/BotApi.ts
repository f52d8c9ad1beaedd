// Telegram over the Bot API: every contract of this room for one bot. Makes no call by itself: a wrong token shows with the first one.
import { Effect, Layer, Option, Schema } from "effect"
import { type BotApiOptions, decoded, makeCalls } from "./Calls.ts"
import { Conversation } from "./Conversation.ts"
import { conversing } from "./Conversing.ts"
import { me, publishing } from "./Publishing.ts"
import { Reader } from "./Reader.ts"
import { reading } from "./Reading.ts"
import { Telegram } from "./Telegram.ts"
import type { Updates } from "./Updates.ts"
import { told, updateOf, WireUpdates } from "./WireUpdate.ts"

export type { BotApiOptions } from "./Calls.ts"

import { traced } from "../Spans.ts"

export const layerBotApi = (options: BotApiOptions): Layer.Layer<Telegram | Reader | Conversation> => {
  const calls = makeCalls(options)
  return Layer.mergeAll(
    Layer.succeed(Telegram, publishing(calls)),
    Layer.succeed(Reader, reading(calls)),
    Layer.succeed(Conversation, conversing(calls))
  )
}

/** One bot's updates by long polling. */
export const botUpdates = (options: BotApiOptions): Updates => {
  const calls = makeCalls(options)
  return {
    me: me(calls),
    after: traced("Updates.after")((last, waitSeconds) =>
      calls
        .repeatable("getUpdates", (api) =>
          api.getUpdates({ offset: last + 1, timeout: waitSeconds, allowed_updates: [...told] })
        )
        .pipe(
          Effect.flatMap(decoded("getUpdates", WireUpdates)),
          Effect.map((updates) => updates.map(updateOf))
        )
    )
  }
}

const WebhookInfo = Schema.Struct({ url: Schema.String })

/** The host to which Telegram sends this bot's updates; none when they are to be asked for, as we do. The rest of the address may be secret. */
export const webhookHost = (options: BotApiOptions) =>
  makeCalls(options)
    .repeatable("getWebhookInfo", (api) => api.getWebhookInfo())
    .pipe(
      Effect.flatMap(decoded("getWebhookInfo", WebhookInfo)),
      Effect.map(({ url }) => (URL.canParse(url) ? Option.some(new URL(url).host) : Option.none()))
    )
