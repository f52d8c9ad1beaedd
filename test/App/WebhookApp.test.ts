// The webhook over real HTTP, mounted as the service mounts it: who is heard, what is read, and when it says 200.
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, Redacted } from "effect"
import { webhookApp } from "../../src/App/WebhookApp.ts"
import { serve } from "../../src/operator/Http.ts"
import { MetricsText } from "../../src/operator/MetricsText.ts"
import { webhook } from "../../src/telegram/Webhook.ts"
import { commands, live } from "../operator/operating.ts"

const secret = "the-secret-of-the-test"
const path = "/telegram/webhook"
const header = "x-telegram-bot-api-secret-token"

const hooked = webhook({
  token: Redacted.make("1:token"),
  url: `https://bot.example${path}`,
  secret: Option.some(Redacted.make(secret))
})

const serving = (hook: Effect.Effect.Success<typeof hooked>) =>
  serve({
    database: ":memory:",
    dashboardToken: Option.some(Redacted.make("a-token-of-the-dashboard")),
    preview: () => Effect.fail({ message: "the source is away" }),
    mounts: [{ path: "/telegram", app: webhookApp(hook) }]
  }).pipe(
    Layer.provide(MetricsText.layer),
    Layer.provide(live(new Map())),
    Layer.provide(commands),
    Layer.provideMerge(NodeHttpServer.layerTest)
  )

const brought = (body: string, given: string | undefined, to = path) =>
  HttpClientRequest.post(to).pipe(
    HttpClientRequest.bodyText(body, "application/json"),
    HttpClientRequest.setHeaders(given === undefined ? {} : { [header]: given }),
    HttpClient.execute,
    Effect.map(({ status }) => status)
  )

const update = (id: number) => JSON.stringify({ update_id: id })

describe("the webhook", () => {
  it.scopedLive("says 200 only after the update was confirmed", () =>
    Effect.flatMap(hooked, (hook) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* brought(update(7), secret), 503, "while nobody listens it is to come again")
        yield* hook.updates.listen(true)
        const answer = yield* Effect.fork(brought(update(7), secret))
        const { update: taken, confirm } = yield* hook.updates.next
        assert.strictEqual(taken.id, 7)
        yield* Effect.sleep("50 millis")
        assert.isTrue(Option.isNone(yield* Fiber.poll(answer)), "nothing is said before")
        yield* confirm
        assert.strictEqual(yield* Fiber.join(answer), 200)
      }).pipe(Effect.provide(serving(hook)))
    )
  )

  it.scopedLive(
    "hears nobody without the secret, no other address or method, and no body that is no update",
    () =>
      Effect.flatMap(hooked, (hook) =>
        Effect.gen(function* () {
          yield* hook.updates.listen(true)
          assert.strictEqual(yield* brought(update(1), undefined), 401)
          assert.strictEqual(yield* brought(update(1), ""), 401)
          assert.strictEqual(yield* brought(update(1), `${secret}x`), 401)
          assert.strictEqual(yield* brought(update(1), secret, "/telegram/other"), 404)
          assert.strictEqual((yield* HttpClient.get(path)).status, 404)
          for (const body of ["no JSON", "{}", "[]", '{"update_id":"1"}']) {
            assert.strictEqual(yield* brought(body, secret), 400, body)
          }
          const large = JSON.stringify({ update_id: 2, message: "x".repeat(1_100_000) })
          const answer = yield* Effect.option(brought(large, secret))
          assert.isTrue(
            Option.isNone(answer) || answer.value === 400,
            "too large: refused, or cut off while it is sent"
          )
          const next = yield* Effect.fork(hook.updates.next)
          yield* Effect.sleep("50 millis")
          assert.isTrue(Option.isNone(yield* Fiber.poll(next)), "nothing of this was handed on")
        }).pipe(Effect.provide(serving(hook)))
      )
  )

  it.effect("does not read what a stranger brings", () =>
    Effect.gen(function* () {
      const hook = yield* hooked
      assert.strictEqual(yield* hook.receive("guessed", Effect.dieMessage("was read")), 401)
    })
  )
})
