// Effect's metrics as Prometheus text, through OpenTelemetry's own exporter. Heavy: loaded by MetricsText alone.
import * as Metrics from "@effect/opentelemetry/Metrics"
import * as Resource from "@effect/opentelemetry/Resource"
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus"
import { Effect, Layer, type Scope } from "effect"

/** Gives the text of this moment, each time, while the scope lives. */
export const prometheus: Effect.Effect<Effect.Effect<string>, never, Scope.Scope> = Effect.suspend(() => {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const serializer = new PrometheusSerializer("", false, undefined, true, true)
  const text = Effect.map(
    Effect.promise(() => reader.collect()),
    ({ resourceMetrics }) => serializer.serialize(resourceMetrics)
  )
  const resource = Resource.layer({ serviceName: "oncecast" })
  return Effect.as(Layer.build(Metrics.layer(() => reader).pipe(Layer.provide(resource))), text)
})
