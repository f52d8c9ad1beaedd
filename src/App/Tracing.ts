// Hands every span to a collector, where the environment names one. The collector's absence holds up nothing: what cannot be handed over in
// a minute is dropped, and told in the log at level debug.
import * as OtlpSerialization from "@effect/opentelemetry/OtlpSerialization"
import * as OtlpTracer from "@effect/opentelemetry/OtlpTracer"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Layer, Redacted, Tracer } from "effect"
import type { Tracing } from "../config/Tracing.ts"
import { version } from "../domain/Version.ts"

/** A span that is not told of, and by its flag none of those under it; what is written on it goes nowhere. */
const unsampled = (span: Tracer.Span): Tracer.Span => ({
  ...{ _tag: "Span", name: span.name, kind: span.kind, parent: span.parent, context: span.context },
  ...{ spanId: span.spanId, traceId: span.traceId, links: span.links, sampled: false },
  status: span.status,
  attributes: new Map(),
  end: () => {},
  attribute: () => {},
  event: () => {},
  addLinks: () => {}
})

/** The lower 56 bits of a trace's id are random; the same traces are chosen by all who choose the same share. */
const chosen = (traceId: string, share: number): boolean =>
  Number.parseInt(traceId.slice(-14), 16) < share * 2 ** 56

/** Chooses where a trace begins; what belongs to it goes with it. */
const sampled = (tracer: Tracer.Tracer, share: number): Tracer.Tracer =>
  share >= 1
    ? tracer
    : Tracer.make({
        ...tracer,
        span: (name, parent, ...rest) => {
          const span = tracer.span(name, parent, ...rest)
          const told = parent._tag === "Some" ? parent.value.sampled : chosen(span.traceId, share)
          return told ? span : unsampled(span)
        }
      })

/** Spans are made and sent while this stands; the last ones when it closes, within a second. */
export const tracingLayer = (tracing: Tracing): Layer.Layer<never> =>
  Layer.unwrapScoped(
    OtlpTracer.make({
      url: tracing.url,
      headers: Redacted.value(tracing.headers),
      resource: { serviceName: tracing.serviceName, serviceVersion: version, attributes: tracing.attributes },
      exportInterval: tracing.everyMs,
      maxBatchSize: tracing.batch,
      shutdownTimeout: "1 second"
    }).pipe(Effect.map((tracer) => Layer.setTracer(sampled(tracer, tracing.share))))
  ).pipe(
    Layer.merge(Layer.setTracerEnabled(true)),
    Layer.provide(
      tracing.protocol === "http/json" ? OtlpSerialization.layerJson : OtlpSerialization.layerProtobuf
    ),
    Layer.provide(NodeHttpClient.layerUndici)
  )
