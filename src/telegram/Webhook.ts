// One bot's updates as Telegram brings them: announced by setWebhook, one at a time. Enters: bodies of requests, from whoever can reach the port.
// Leaves: updates, each with the way to confirm it. Promises: only who knows the secret is heard, compared in constant time; a request
// is answered with success only when its update was confirmed, so that Telegram brings it again otherwise.
// @source https://core.telegram.org/bots/api#setwebhook (2026-11)
import { createHash, timingSafeEqual } from "node:crypto"
import { Deferred, Effect, Option, Queue, Redacted, Ref, Schema } from "effect"
import { type BotApiOptions, makeCalls } from "./Calls.ts"
import { me } from "./Publishing.ts"
import type { PushedUpdates, Update } from "./Updates.ts"
import { told, updateOf, WireUpdate } from "./WireUpdate.ts"

export interface WebhookOptions extends BotApiOptions {
  /** Where Telegram is to bring updates. */
  readonly url: string
  /** Default: one that follows from the token, and does not tell it. */
  readonly secret: Option.Option<Redacted.Redacted>
}

export interface Webhook {
  readonly updates: PushedUpdates
  /** The HTTP status for a request with this header and body; the body of a stranger is not read. */
  readonly receive: <R>(
    secret: string,
    body: Effect.Effect<unknown, never, R>
  ) => Effect.Effect<200 | 400 | 401 | 503, never, R>
}

/** Updates that may wait at once; Telegram brings one at a time, so more is somebody's mistake. */
const mostWaiting = 100
/** Telegram gives up on a request after a minute and brings the update again. */
const patience = "50 seconds"

const digest = (text: string) => createHash("sha256").update(text).digest()

const secretOf = ({ secret, token }: WebhookOptions): string =>
  Option.match(secret, {
    onSome: Redacted.value,
    onNone: () => digest(`webhook\n${Redacted.value(token)}`).toString("base64url")
  })

const decode = Schema.decodeUnknownOption(WireUpdate)

export const webhook = Effect.fnUntraced(function* (options: WebhookOptions) {
  const calls = makeCalls(options)
  const secret = secretOf(options)
  const waiting = yield* Queue.dropping<{
    readonly update: Update
    readonly handled: Deferred.Deferred<void>
  }>(mostWaiting)
  const listens = yield* Ref.make(false)
  const offer = (update: Update) =>
    Effect.gen(function* () {
      if (!(yield* Ref.get(listens))) return 503
      const handled = yield* Deferred.make<void>()
      if (!(yield* Queue.offer(waiting, { update, handled }))) return 503
      return yield* Deferred.await(handled).pipe(
        Effect.as(200 as const),
        Effect.timeoutTo({ duration: patience, onTimeout: () => 503 as const, onSuccess: (status) => status })
      )
    })
  return {
    receive: (given, body) =>
      timingSafeEqual(digest(given), digest(secret))
        ? Effect.flatMap(body, (read) =>
            Option.match(decode(read), {
              onNone: () => Effect.succeed(400 as const),
              onSome: (wire) => offer(updateOf(wire))
            })
          )
        : Effect.succeed(401 as const),
    updates: {
      me: me(calls),
      announce: Effect.asVoid(
        calls.repeatable("setWebhook", (api) =>
          api.setWebhook(options.url, {
            secret_token: secret,
            // One after the other is what keeps their order.
            max_connections: 1,
            allowed_updates: [...told]
          })
        )
      ),
      listen: (yes) => Ref.set(listens, yes),
      next: Effect.map(Queue.take(waiting), ({ handled, update }) => ({
        update,
        confirm: Effect.asVoid(Deferred.succeed(handled, undefined))
      }))
    }
  } satisfies Webhook
})
