// The environment's secrets: a bad one is refused by its variable's name and never shown.
import { FileSystem } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Option, Redacted } from "effect"
import { readSettings } from "../../src/config/Environment.ts"

const own = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
const witness = "220201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
/** The same bot after @BotFather gave it a new token. */
const renewed = "110201543:CCHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

const empty = {
  TELEGRAM_BOT_TOKEN: "",
  WITNESS_BOT_TOKEN: "",
  OTEL_EXPORTER_OTLP_ENDPOINT: "",
  OTEL_TRACES_EXPORTER: "",
  OTEL_SDK_DISABLED: ""
}

/** The settings with these variables in the process' environment, and no `.env`; nothing of them is left there. */
const read = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const given = { ...empty, ...variables }
      const before = Object.keys(given).map((name) => [name, process.env[name]] as const)
      Object.assign(process.env, given)
      return before
    }),
    () => readSettings,
    (before) =>
      Effect.sync(() => {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name]
          else process.env[name] = value
        }
      })
  ).pipe(Effect.provide(FileSystem.layerNoop({ exists: () => Effect.succeed(false) })))

const nowhereElse = "must be an https URL on port 443, 80, 88 or 8443: Telegram brings updates nowhere else"

/** Everything that a terminal or a log could print of a failed start. */
const printed = (exit: Exit.Exit<unknown, unknown>): string =>
  Exit.isFailure(exit)
    ? `${Cause.pretty(exit.cause, { renderErrorCause: true })}\n${JSON.stringify(exit.cause)}`
    : "it succeeded"

const refusal = (variables: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(read(variables))
    const secrets = [variables["TELEGRAM_BOT_TOKEN"], variables["WITNESS_BOT_TOKEN"]]
    for (const secret of secrets.flatMap((token = "") => [token, ...token.split(":")])) {
      if (secret !== "") assert.notInclude(printed(exit), secret)
    }
    return (yield* Effect.flip(exit)).message
  })

describe("WITNESS_BOT_TOKEN", () => {
  it.effect("is another bot's token, hidden from then on", () =>
    Effect.gen(function* () {
      const settings = yield* read({ TELEGRAM_BOT_TOKEN: own, WITNESS_BOT_TOKEN: witness })
      assert.deepStrictEqual(Option.getOrNull(Option.map(settings.witnessToken, Redacted.value)), witness)
      assert.notInclude(JSON.stringify(settings), "BBHdq")
      assert.notInclude(String(settings.witnessToken), "BBHdq")
    })
  )

  it.effect("may be left out, and may stand alone for the sandbox", () =>
    Effect.gen(function* () {
      assert.isNull(Option.getOrNull((yield* read({ TELEGRAM_BOT_TOKEN: own })).witnessToken))
      assert.isTrue(Option.isSome((yield* read({ WITNESS_BOT_TOKEN: witness })).witnessToken))
    })
  )

  for (const [what, token] of [
    ["the publisher's own", own],
    ["an older token of the publisher's bot", renewed]
  ] as const) {
    it.effect(`is refused when it is ${what}: a bot hears nothing of its own posts`, () =>
      Effect.gen(function* () {
        assert.strictEqual(
          yield* refusal({ TELEGRAM_BOT_TOKEN: own, WITNESS_BOT_TOKEN: token }),
          "environment: WITNESS_BOT_TOKEN must be the token of another bot than that of TELEGRAM_BOT_TOKEN"
        )
      })
    )
  }

  for (const token of [
    "sekret-without-a-number",
    "12345:with blanks",
    ":AAHdqTcvCH1vGWJxf",
    "12345:",
    "12345:ä"
  ]) {
    it.effect(`is refused when it is malformed (${token.length} characters)`, () =>
      Effect.gen(function* () {
        assert.strictEqual(
          yield* refusal({ TELEGRAM_BOT_TOKEN: own, WITNESS_BOT_TOKEN: token }),
          "environment: WITNESS_BOT_TOKEN must be a bot token as @BotFather gives it: digits, a colon, letters and digits"
        )
      })
    )
  }
})

describe("a variable that may bear either of two names", () => {
  it.effect("is one complaint that names the wrong one, and says nothing of the absent one", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusal({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }),
        "environment: OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL, for example http://localhost:4318"
      )
    })
  )
})

describe("a variable with a form of its own", () => {
  it.effect("is refused by its name when the form is not kept", () =>
    Effect.gen(function* () {
      for (const [name, value, complaint] of [
        [
          "HTTP_HOST",
          "127.0.0.1:8080",
          'must be an address or a name without a port, but is "127.0.0.1:8080"'
        ],
        [
          "HTTP_HOST",
          "http://localhost",
          'must be an address or a name without a port, but is "http://localhost"'
        ],
        ["OTEL_SDK_DISABLED", "ja", 'must be true or false, but is "ja"'],
        ["TELEGRAM_WEBHOOK_URL", "http://bot.example/telegram/webhook", nowhereElse],
        ["TELEGRAM_WEBHOOK_URL", "https://bot.example:8080/telegram/webhook", nowhereElse]
      ] as const) {
        assert.strictEqual(yield* refusal({ [name]: value }), `environment: ${name} ${complaint}`)
      }
    })
  )

  it.effect("may be written as it stands in a URL, and less strictly for a Bot API server of one's own", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* read({ HTTP_HOST: "[::1]" })).httpHost, "::1")
      const webhook = { TELEGRAM_WEBHOOK_URL: "http://10.0.0.2:8080/telegram/webhook" }
      const { webhookUrl } = yield* read({ ...webhook, TELEGRAM_API_ROOT: "http://10.0.0.1:8081" })
      assert.deepStrictEqual(Option.getOrNull(webhookUrl), webhook.TELEGRAM_WEBHOOK_URL)
    })
  )
})
