// All metrics as Prometheus text. What makes it is loaded when somebody asks for the first time: a service that nobody scrapes does without.
import { Context, Effect, Layer, Scope } from "effect"

export class MetricsText extends Context.Tag("oncecast/operator/MetricsText")<
  MetricsText,
  { readonly text: Effect.Effect<string> }
>() {
  static readonly layer = Layer.scoped(
    MetricsText,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      const loaded = Effect.flatMap(
        Effect.promise(() => import("./Prometheus.ts")),
        ({ prometheus }) => Scope.extend(prometheus, scope)
      )
      // Whoever asked first may leave before it is there; those after it shall have it all the same.
      const exporter = yield* Effect.cached(Effect.uninterruptible(loaded))
      return { text: Effect.flatten(exporter) }
    })
  )
}
