// E14, §6: updates by webhook — settings and their refusals, the request itself over real HTTP and TLS, and order.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { soon } from "../../setup/soon.ts"
import { receiver, selfSigned } from "./receiver.ts"
import { contract, makeWorld, type Row, type World } from "./world.ts"

const local = { switches: { localServer: true } }
const set = (url: string, more = {}): Row["call"] => ["setWebhook", { url, ...more }]
const good = "https://bot.example/hook"

const settings: ReadonlyArray<readonly [line: string, call: Row["call"], answer: string]> = [
  ["HTTPS", set(good), "ok"],
  ["ports 443/80/88/8443", set("https://bot.example:8443/"), "ok"],
  [
    "HTTPS",
    set("http://bot.example/"),
    "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
  ],
  [
    "ports 443/80/88/8443",
    set("https://bot.example:444/"),
    "400 Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
  ],
  [
    "bad webhook",
    set("https://127.0.0.1/"),
    "400 Bad Request: bad webhook: IP address 127.0.0.1 is reserved"
  ],
  ["invalid webhook URL", set("https://"), "400 Bad Request: invalid webhook URL specified"],
  ["secret_token 1–256", set(good, { secret_token: "a".repeat(256) }), "ok"],
  [
    "secret_token 1–256",
    set(good, { secret_token: "a".repeat(257) }),
    "400 Bad Request: secret token is too long"
  ],
  [
    "secret_token characters",
    set(good, { secret_token: "a b" }),
    "400 Bad Request: secret token contains unallowed characters"
  ]
]

const info = (world: World, expected: object) =>
  Effect.map(world.call("getWebhookInfo", {}), ({ body }) => assert.containsSubset(body.result, expected))
const remark =
  (description: string): NonNullable<Row["leaves"]> =>
  (_, { body }) =>
    Effect.sync(() => assert.strictEqual(body.description, description))

contract("setWebhook (E14, §6)", [
  ...settings.map(([line, call, answers]): Row => ({ cites: "§6", promise: line, call, answers })),
  {
    cites: "§6 local server",
    promise: "takes any address and port",
    options: local,
    call: set("http://127.0.0.1:9/"),
    answers: "ok",
    leaves: remark("Webhook was set")
  },
  {
    cites: "§6 max_connections",
    promise: "1 to 100, 40 when nothing is said",
    given: ({ done }) => done("setWebhook", { url: good, max_connections: 1000 }),
    call: ["getWebhookInfo", {}],
    answers: "ok",
    result: { url: good, max_connections: 100, pending_update_count: 0, has_custom_certificate: false }
  },
  {
    cites: "E2",
    promise: "the same again",
    given: ({ done }) => done("setWebhook", { url: good }),
    call: set(good),
    answers: "ok",
    leaves: remark("Webhook is already set")
  },
  {
    cites: "E2",
    promise: "an empty address deletes it",
    given: ({ done }) => done("setWebhook", { url: good }),
    call: set(""),
    answers: "ok",
    leaves: (world, told) =>
      Effect.zipRight(remark("Webhook was deleted")(world, told), info(world, { url: "" }))
  },
  {
    cites: "E14",
    promise: "drop_pending_updates leaves nothing, allowed_updates are shown",
    given: (world) => world.control.say(42, "old"),
    call: set(good, { drop_pending_updates: true, allowed_updates: ["message"] }),
    answers: "ok",
    leaves: (world) => info(world, { pending_update_count: 0, allowed_updates: ["message"] })
  },
  {
    cites: "§6 webhook",
    promise: "no address but this machine's is ever looked for, and the info says so",
    given: (world) => Effect.zipRight(world.done("setWebhook", { url: good }), world.control.say(42, "x")),
    call: (world) => Effect.delay(world.call("getWebhookInfo", {}), "50 millis"),
    answers: "ok",
    result: {
      pending_update_count: 1,
      last_error_message: "Failed to resolve host: this emulator reaches no other machine"
    }
  },
  {
    cites: "§6 webhook",
    promise: "nobody listens",
    options: local,
    given: (world) =>
      Effect.zipRight(world.done("setWebhook", { url: "http://127.0.0.1:9/" }), world.control.say(42, "x")),
    call: (world) => Effect.delay(world.call("getWebhookInfo", {}), "50 millis"),
    answers: "ok",
    result: { last_error_message: "Connection refused" }
  }
])

const received = (tls?: typeof selfSigned) =>
  Effect.gen(function* () {
    const world = yield* makeWorld(local)
    const hook = yield* receiver(tls)
    return { ...world, ...hook }
  })

describe("a webhook request (E14, §6)", () => {
  it.scopedLive("§6 secret_token: POST of one update as JSON, with the secret; 2xx is the end of it", () =>
    Effect.gen(function* () {
      const { done, control, call, next, ...hook } = yield* received()
      yield* done("setWebhook", { url: hook.url, secret_token: "s3cret-_" })
      yield* control.say(42, "hello")
      const arrived = yield* next
      assert.strictEqual(arrived.secret, "s3cret-_")
      assert.strictEqual(arrived.contentType, "application/json")
      assert.strictEqual(arrived.url, "/hook")
      assert.containsSubset(arrived.body, { message: { text: "hello", from: { id: 42 } } })
      yield* arrived.answer(204)
      yield* control.say(42, "more")
      const later = yield* next
      assert.containsSubset(later.body, { message: { text: "more" } })
      yield* later.answer(200)
      yield* soon(
        Effect.map(call("getWebhookInfo", {}), ({ body }) => {
          assert.containsSubset(body.result, { pending_update_count: 0 })
          assert.notInclude(JSON.stringify(body.result), "last_error")
        })
      )
    })
  )

  it.scopedLive("§6: another status is told in getWebhookInfo, and the update comes again at once", () =>
    Effect.gen(function* () {
      const { done, control, call, next, url } = yield* received()
      yield* done("setWebhook", { url })
      yield* control.say(42, "hello")
      yield* Effect.flatMap(next, (arrived) => arrived.answer(500))
      const again = yield* next
      assert.containsSubset(again.body, { message: { text: "hello" } })
      const { body } = yield* call("getWebhookInfo", {})
      assert.containsSubset(body.result, {
        pending_update_count: 1,
        last_error_message: "Wrong response from the webhook: 500 Internal Server Error"
      })
    })
  )

  it.scopedLive(
    "§6: updates of one chat follow each other, those of others do not wait; max_connections bounds all",
    () =>
      Effect.gen(function* () {
        const { done, control, next, inbox, url } = yield* received()
        yield* done("setWebhook", { url, max_connections: 2 })
        for (const [user, text] of [
          [1, "a1"],
          [1, "a2"],
          [2, "b1"],
          [3, "c1"]
        ] as const) {
          yield* control.say(user, text)
        }
        const [one, two] = [yield* next, yield* next]
        assert.containsSubset(
          [one.body, two.body],
          [{ message: { text: "a1" } }, { message: { text: "b1" } }]
        )
        yield* Effect.sleep("50 millis")
        assert.strictEqual(yield* inbox.size, 0)
        yield* one.answer(200)
        const three = yield* next
        yield* two.answer(200)
        const four = yield* next
        assert.containsSubset(
          [three.body, four.body],
          [{ message: { text: "a2" } }, { message: { text: "c1" } }]
        )
      })
  )

  it.scopedLive(
    "§6: over TLS only with a certificate that is trusted, such as the one that was uploaded",
    () =>
      Effect.gen(function* () {
        const { done, control, call, next, url } = yield* received(selfSigned)
        yield* done("setWebhook", { url })
        yield* control.say(42, "hello")
        yield* soon(
          Effect.map(call("getWebhookInfo", {}), ({ body }) => {
            assert.containsSubset(body.result, { has_custom_certificate: false, pending_update_count: 1 })
            assert.match(JSON.stringify(body.result), /SSL error \{.*self-signed certificate/)
          })
        )
        yield* done("setWebhook", { url, certificate: Buffer.from(selfSigned.cert) })
        const arrived = yield* next
        assert.containsSubset(arrived.body, { message: { text: "hello" } })
        assert.containsSubset((yield* call("getWebhookInfo", {})).body.result, {
          has_custom_certificate: true
        })
      })
  )

  it.scopedLive("§6 never answer with a method payload: it is carried out, and nobody learns of it", () =>
    Effect.gen(function* () {
      const { done, control, call, next, url } = yield* received()
      yield* done("setWebhook", { url })
      yield* control.say(42, "hello")
      const payload = JSON.stringify({ method: "sendMessage", chat_id: 42, text: "from the answer" })
      yield* Effect.flatMap(next, ({ answer }) =>
        answer(200, { "content-type": "application/json" }, payload)
      )
      yield* soon(Effect.map(control.standing("42"), (messages) => assert.lengthOf(messages, 2)))
      yield* control.say(42, "again")
      const forbidden = JSON.stringify({ method: "deleteWebhook" })
      yield* Effect.flatMap(next, ({ answer }) =>
        answer(200, { "content-type": "application/json" }, forbidden)
      )
      yield* soon(
        Effect.map(call("getWebhookInfo", {}), ({ body }) =>
          assert.containsSubset(body.result, { url, pending_update_count: 0 })
        )
      )
      assert.lengthOf(yield* control.calls("deleteWebhook"), 0)
    })
  )
})
