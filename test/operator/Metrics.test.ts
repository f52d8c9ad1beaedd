// Every metric is documented where operators look, with its tags; and whoever asks finds it.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Metric } from "effect"
import * as Metrics from "../../src/Metrics.ts"
import { refreshGauges } from "../../src/operator/Gauges.ts"
import { MetricsText } from "../../src/operator/MetricsText.ts"
import { ChildId, type ChildState } from "../../src/supervision/ChildState.ts"
import { expressions, missing, printed } from "../scenarios/PromQl.ts"
import { live, sendNext, shopLists, store } from "./operating.ts"

const root = resolve(import.meta.dirname, "../..")
const inCode = [...readFileSync(`${root}/src/Metrics.ts`, "utf8").matchAll(/"(oncecast_\w+)"/g)].map(
  ([, name]) => name
)

describe("the metrics", () => {
  it("are all in the README's table, and nothing else is", () => {
    const table = readFileSync(`${root}/README.md`, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("| `oncecast_"))
      .flatMap((line) => [...line.matchAll(/`(oncecast_\w+)`/g)].map(([, name]) => name))
    assert.deepStrictEqual(table.toSorted(), inCode.toSorted())
  })

  const open: ChildState = { _tag: "OpenCircuit", until: 9, why: "HTTP 503" }
  const children = new Map<ChildId, ChildState>([
    [ChildId.make("source/shop"), open],
    [ChildId.make("channel/deals"), { _tag: "Running", since: 0 }]
  ])

  it.scoped(
    "say what waits, what is silent and what keeps failing, and stand at 0 before the first time",
    () =>
      Effect.gen(function* () {
        yield* shopLists(2)
        yield* sendNext({ _tag: "Sent", messageIds: [1] })
        yield* refreshGauges("/nowhere/oncecast.db")
        const text = yield* Effect.flatMap(MetricsText, (metrics) => metrics.text)
        for (const line of [
          'oncecast_outbox_depth{channel="deals"} 1',
          'oncecast_source_circuit_open{source="shop"} 1',
          'oncecast_source_circuit_open{source="blog"} 0',
          'oncecast_children{state="opencircuit"} 1',
          'oncecast_decisions{kind="parked"} 0',
          "oncecast_storage_writable 1",
          "oncecast_limits_degraded 0",
          'oncecast_unknown_total{channel="news"} 0',
          'oncecast_restarts_total{child="channel/deals"} 0'
        ])
          assert.include(text.split("\n"), line)
      }).pipe(Effect.provide(Layer.mergeAll(store, live(children), MetricsText.layer)))
  )

  it.scoped("come out with quotes, line breaks and backslashes in a tag escaped", () =>
    Effect.gen(function* () {
      yield* Metric.increment(Metric.tagged(Metrics.filtered, "rule", 'not "a\\b"\nevil 1'))
      const text = yield* Effect.flatMap(MetricsText, (metrics) => metrics.text)
      assert.include(text, 'oncecast_filtered_total{rule="not \\"a\\\\b\\"\\nevil 1"} 1')
    }).pipe(Effect.provide(MetricsText.layer))
  )
})

describe("the check of what Grafana and Prometheus ask for", () => {
  const known = printed('oncecast_outbox_depth{channel="deals"} 1\n')
  const wrong = {
    'oncecast_outbox_dept{channel="x"}': "oncecast_outbox_dept",
    'oncecast_outbox_depth{chanel=~"x"}': "oncecast_outbox_depth{chanel}",
    "sum by (chanel) (oncecast_outbox_depth)": "by (chanel)",
    "label_values(oncecast_outbox_depth, source)": "by (source)"
  }
  for (const [expression, complaint] of Object.entries(wrong))
    it(`finds what is wrong with ${expression}`, () => {
      assert.include(missing(expression, known), complaint)
    })

  it("reads both files", () => {
    assert.isAtLeast(expressions().length, 40)
    assert.deepStrictEqual(missing('sum by (channel) (oncecast_outbox_depth{channel="x"})', known), [])
  })
})
