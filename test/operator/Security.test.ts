// What no other test of the operator's surfaces says of their safety: comparisons, ports, labels, and addresses that must not be reached.
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Console, Effect, Either, Layer, Metric, Option } from "effect"
import { pagePreview, preview } from "../../src/App/Preview.ts"
import { network } from "../../src/App/Reading.ts"
import { refuseOpenPort } from "../../src/App/Setting.ts"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { settings } from "../../src/config/Settings.ts"
import { isSame } from "../../src/operator/Authorization.ts"
import { MetricsText } from "../../src/operator/MetricsText.ts"
import { Fetcher } from "../../src/sources/Fetcher.ts"
import { serve } from "../sources/fetching/server.ts"

const settingsOf = (environment: Readonly<Record<string, string>>) =>
  settings.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))))

const portOf = (environment: Readonly<Record<string, string>>) =>
  Effect.flatMap(settingsOf(environment), (found) =>
    Effect.either(
      refuseOpenPort({
        settings: found,
        sandbox: true,
        database: "",
        catalogPath: "oncecast.yaml",
        catalogWritten: false
      })
    )
  )

const tookMs = (run: () => unknown): number => {
  const begun = performance.now()
  run()
  return performance.now() - begun
}

describe("tokens", () => {
  it("are the same only when they are the same", () => {
    for (const [one, other, same] of [
      ["secret", "secret", true],
      ["secret", "secreT", false],
      ["secret", "secret ", false],
      ["secret", "", false],
      ["", "", true],
      ["ü", "u\u0308", false]
    ] as const)
      assert.strictEqual(isSame(one, other), same, `${one} ${other}`)
  })

  it("are compared in a time that does not tell how much of a guess is right", () => {
    const secret = `${"x".repeat(1_000_000)}`
    const [early, late] = [`y${secret.slice(1)}`, `${secret.slice(1)}y`]
    // The quickest of many: whatever else the machine does makes single ones slower, and none quicker.
    const quickest = (guess: string) =>
      Math.min(...Array.from({ length: 30 }, () => tookMs(() => isSame(secret, guess))))
    // A comparison that ends at the first difference is a thousand times faster with the first of these.
    assert.isAbove(quickest(early) / quickest(late), 0.2)
  })
})

describe("the port", () => {
  it.effect("is on loopback where nothing else is said, and elsewhere only with a token", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* settingsOf({})).httpHost, "127.0.0.1")
      for (const host of ["127.0.0.1", "::1", "localhost"])
        assert.isTrue(Either.isRight(yield* portOf({ HTTP_HOST: host })), host)
      for (const host of ["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.example.com"]) {
        const refused = yield* portOf({ HTTP_HOST: host })
        assert.isTrue(Either.isLeft(refused), host)
        assert.match(String(Option.getOrThrow(Either.getLeft(refused))), /set DASHBOARD_TOKEN as well/)
        assert.isTrue(
          Either.isRight(yield* portOf({ HTTP_HOST: host, DASHBOARD_TOKEN: "long-enough-a-token" }))
        )
      }
    })
  )
})

describe("metrics", () => {
  it.effect("keep whatever a label says within its quotes", () =>
    Effect.gen(function* () {
      const evil = `a"} 1\noncecast_evil_total{x="\\" 7\\`
      yield* Metric.increment(Metric.tagged(Metric.counter("oncecast_security_test_total"), "rule", evil))
      const { text } = yield* MetricsText
      const lines = (yield* text).split("\n").filter((line) => line.includes("oncecast_security_test"))
      const [value] = lines.filter((line) => !line.startsWith("#"))
      assert.strictEqual(
        value,
        `oncecast_security_test_total{rule="a\\"} 1\\noncecast_evil_total{x=\\"\\\\\\" 7\\\\"} 1`
      )
      assert.isFalse((yield* text).split("\n").some((line) => line.startsWith("oncecast_evil_total")))
    }).pipe(Effect.provide(MetricsText.layer))
  )
})

const fed = serve((_, response) => void response.end("<rss><channel></channel></rss>"))
const catalogOf = (url: string) =>
  Either.getOrThrow(
    decodeCatalog(
      "oncecast.yaml",
      `channels: { news: { chat: "@news" } }\nsources: { inside: { kind: rss, url: "${url}", to: [news] } }`,
      () => Either.left({ line: 0, message: "none" })
    )
  )

describe("a preview", () => {
  it.scopedLive("asks no address of the own network, of a source on the page or of an URL in a command", () =>
    Effect.gen(function* () {
      const server = yield* fed
      const inside = catalogOf(`${server.url}/feed`)
      const fetcher = yield* Fetcher
      for (const source of inside.sources.values()) {
        const failed = yield* Effect.flip(pagePreview(Effect.succeed(inside), fetcher)(source))
        assert.match(failed.message, /is not public/)
      }
      for (const url of [
        `${server.url}/feed`,
        `http://localhost:${server.port}/`,
        `http://[::1]:${server.port}/`
      ]) {
        const failed = yield* Effect.flip(preview(url, Option.none(), Option.none()))
        assert.match(failed.message, /is not public/, url)
      }
      assert.lengthOf(server.seen, 0)
    }).pipe(
      Effect.withConsole({ ...Effect.runSync(Console.consoleWith(Effect.succeed)), log: () => Effect.void }),
      Effect.provide(Layer.merge(network(), NodeContext.layer))
    )
  )
})
