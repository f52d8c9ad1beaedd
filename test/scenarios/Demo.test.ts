// What a newcomer sees after `npm start` without a token: the demo, its links, and every surface of the running service.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { command, folder, start, until } from "./Program.ts"
import { expressions, missing, printed } from "./PromQl.ts"

const get = (url: string) =>
  Effect.promise(() =>
    fetch(url).then(async (response) => ({ status: response.status, text: await response.text() }))
  )

describe("the demo", () => {
  it.scopedLive(
    "posts into both sandbox channels within 10 seconds, keeps them over a restart, and never posts an item twice",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const first = yield* start(path, { HTTP_PORT: "0" })
        const posts = (url: string, chat: string) =>
          Effect.map(
            get(`${url}/sandbox/${chat}`),
            ({ text }) => text.match(/<article class="post"/g)?.length ?? 0
          )
        for (const chat of ["oncecast_news", "oncecast_deals"]) {
          assert.include(first.output(), `${first.url}/sandbox/${chat}`)
          yield* until(
            `a post in ${chat}`,
            Effect.map(posts(first.url, chat), (count) => count > 0)
          )
        }
        yield* until(
          "all first posts",
          Effect.map(posts(first.url, "oncecast_deals"), (count) => count >= 3)
        )
        const end = yield* first.end("SIGINT")
        assert.strictEqual(end.code, 0)
        const second = yield* start(path, { HTTP_PORT: "0" })
        assert.isAtLeast(yield* posts(second.url, "oncecast_deals"), 3)
        // Two articles may have one title, and a restart another port.
        const told = (yield* second.deliveries).map(
          ({ channel, link, event }) => `${channel} ${event} ${new URL(link ?? "").pathname}`
        )
        assert.strictEqual(new Set(told).size, told.length)
      })
  )

  it.scopedLive(
    "answers health, metrics, status, API description and the page, all without a request elsewhere",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        const { url, deliveries } = yield* start(path, { HTTP_PORT: "0", BACKUP_FOLDER: "backups" })
        assert.strictEqual((yield* get(`${url}/health/live`)).status, 200)
        assert.deepStrictEqual(JSON.parse((yield* get(`${url}/health/ready`)).text), {
          ready: true,
          reasons: []
        })
        yield* until(
          "a post",
          Effect.map(deliveries, (rows) => rows.some((row) => row.state === "sent"))
        )
        const metrics = (yield* get(`${url}/metrics`)).text
        assert.match(metrics, /^oncecast_deliveries_total\{channel="\w+",state="sent"\} \d+$/m)
        assert.match(metrics, /^oncecast_source_polls_total\{source="sample-shop",outcome="new"\} 1$/m)
        assert.match(metrics, /^oncecast_outbox_depth\{channel="deals"\} \d+$/m)
        assert.match(metrics, /^oncecast_children\{state="quarantined"\} 0$/m)
        assert.match(metrics, /^# TYPE oncecast_post_latency_seconds histogram$/m)
        for (const part of ["bucket", "sum", "count"])
          assert.match(metrics, new RegExp(`^oncecast_post_latency_seconds_${part}\\{channel="`, "m"))
        const known = printed(metrics)
        const unknown = expressions().flatMap((expression) => missing(expression, known))
        assert.deepStrictEqual(unknown, [], "what Grafana and Prometheus are to ask for")
        assert.match((yield* get(`${url}/api/status`)).text, /"janitor\/alerts"/)
        const description = JSON.parse((yield* get(`${url}/openapi.json`)).text)
        assert.containsAllKeys(description.paths, ["/api/status", "/api/deliveries"])
        const page = (yield* get(`${url}/`)).text
        assert.include(page, "deals")
        assert.include((yield* get(`${url}/sources`)).text, "sample-shop")
        const elsewhere = [...page.matchAll(/(?:src|href)="(https?:[^"]+)"/g)].map(([, link]) => link)
        assert.deepStrictEqual(elsewhere, [])
        assert.strictEqual((yield* get(`${url}/nothing`)).status, 404)
      })
  )

  it.scopedLive("refuses to listen beyond loopback unless somebody has decided so", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const refused = yield* command(path, ["run"], { HTTP_HOST: "0.0.0.0" })
      assert.strictEqual(refused.code, 2)
      assert.include(refused.err, "set DASHBOARD_TOKEN")
    })
  )
})
