// All metrics as Prometheus text, through OpenTelemetry's own exporter.
import * as Metrics from "@effect/opentelemetry/Metrics"
import * as Resource from "@effect/opentelemetry/Resource"
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus"
import { Context, Effect, Layer } from "effect"

export class MetricsText extends Context.Tag("oncecast/operator/MetricsText")<
  MetricsText,
  { readonly text: Effect.Effect<string> }
>() {
  static readonly layer = Layer.unwrapEffect(
    Effect.sync(() => {
      const reader = new PrometheusExporter({ preventServerStart: true })
      const serializer = new PrometheusSerializer("", false, undefined, true, true)
      const text = Effect.promise(() => reader.collect()).pipe(
        Effect.map(({ resourceMetrics }) => serializer.serialize(resourceMetrics))
      )
      return Layer.merge(
        Layer.succeed(MetricsText, { text }),
        Metrics.layer(() => reader).pipe(Layer.provide(Resource.layer({ serviceName: "oncecast" })))
      )
    })
  )
}
