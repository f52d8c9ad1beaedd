// The one address to which Telegram brings a bot's updates: POST /telegram/webhook. Everything else under it is not there.
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Option } from "effect"
import type { Webhook } from "../telegram/Webhook.ts"

/** An update is a message with all that it quotes; far less than this. */
const maxBodyBytes = 1_000_000

export const webhookApp = ({ receive }: Pick<Webhook, "receive">): HttpApp.Default =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    if (request.method !== "POST" || request.url.split("?")[0] !== "/telegram/webhook") {
      return HttpServerResponse.empty({ status: 404 })
    }
    const secret = request.headers["x-telegram-bot-api-secret-token"] ?? ""
    // A body that is no JSON is no update either.
    const body: unknown = yield* request.json.pipe(
      HttpIncomingMessage.withMaxBodySize(Option.some(maxBodyBytes)),
      Effect.orElseSucceed(() => undefined)
    )
    return HttpServerResponse.empty({ status: yield* receive(secret, body) })
  })
