// OpenTelemetry's variables as operators know them: which wins, what is refused and in which words, and that headers are never shown.
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Option, Redacted } from "effect"
import { tracing } from "../../src/config/Tracing.ts"

const read = (variables: Readonly<Record<string, string>>) =>
  tracing.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))))

const base = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318/" }

/** What is read with these beside an endpoint. */
const found = (variables: Readonly<Record<string, string>>) =>
  Effect.map(read({ ...base, ...variables }), Option.getOrThrow)

describe("traces by OTEL_* variables", () => {
  it.effect("are collected only where an endpoint is named, and not when they are switched off", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* read({ OTEL_SERVICE_NAME: "shop" })))
      assert.isTrue(Option.isNone(yield* read({ ...base, OTEL_SDK_DISABLED: "TRUE" })))
      assert.isTrue(Option.isNone(yield* read({ ...base, OTEL_TRACES_EXPORTER: "none" })))
      assert.isTrue(Option.isSome(yield* read({ ...base, OTEL_SDK_DISABLED: "False" })))
      const { url, protocol, serviceName, share } = yield* found({})
      assert.deepStrictEqual([url, protocol], ["http://localhost:4318/v1/traces", "http/protobuf"])
      assert.deepStrictEqual([serviceName, share], ["oncecast", 1])
    })
  )

  it.effect("take what is said of traces before what is said of all signals", () =>
    Effect.gen(function* () {
      const { url, headers } = yield* found({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "https://c.example/in",
        OTEL_EXPORTER_OTLP_HEADERS: "a=1",
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "authorization=Bearer%20abc, b = 2"
      })
      assert.strictEqual(url, "https://c.example/in")
      assert.deepStrictEqual(Redacted.value(headers), { authorization: "Bearer abc", b: "2" })
      assert.notInclude(JSON.stringify(headers), "abc")
    })
  )

  it.effect("name the service by its variable, else by the resource's attribute", () =>
    Effect.gen(function* () {
      const attributes = { OTEL_RESOURCE_ATTRIBUTES: "service.name=a,deployment.environment=prod" }
      const one = yield* found(attributes)
      assert.deepStrictEqual([one.serviceName, one.attributes], ["a", { "deployment.environment": "prod" }])
      assert.strictEqual((yield* found({ ...attributes, OTEL_SERVICE_NAME: "b" })).serviceName, "b")
    })
  )

  it.effect("are sampled as OTEL_TRACES_SAMPLER says", () =>
    Effect.gen(function* () {
      const shares = yield* Effect.forEach(
        ["always_on", "always_off", "traceidratio", "parentbased_traceidratio"],
        (sampler) =>
          Effect.map(
            found({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: "0.25" }),
            ({ share }) => share
          )
      )
      assert.deepStrictEqual(shares, [1, 0, 0.25, 0.25])
    })
  )

  it.effect("do not fall back upon what is said of all signals when what is said of traces is wrong", () =>
    Effect.gen(function* () {
      const result = yield* Effect.either(read({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "c.example" }))
      assert.isTrue(Either.isLeft(result))
    })
  )

  for (const [name, value, complaint] of [
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http or https URL"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://u:hunter2@c.example", "without a password"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "http/protobuf or http/json"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "hunter2", "name=value pairs"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "a=%hunter2", "percent-encoded"],
    ["OTEL_TRACES_SAMPLER", "sometimes", "always_on"],
    ["OTEL_TRACES_SAMPLER_ARG", "2", "0 to 1"],
    ["OTEL_BSP_SCHEDULE_DELAY", "soon", "whole number"]
  ] as const) {
    it.effect(
      `${name}=${value.replace("hunter2", "…")} is refused with the reason and without the value`,
      () =>
        Effect.gen(function* () {
          const result = yield* Effect.either(read({ ...base, [name]: value }))
          const words = Either.isLeft(result) ? JSON.stringify(result.left) : "it was taken"
          assert.include(words, complaint)
          assert.include(words, `"path":["${name}"]`)
          assert.notInclude(words, "hunter2")
        })
    )
  }
})
