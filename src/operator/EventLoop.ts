// Measures how long the event loop is held: a held loop delays every channel and source at once.
import { monitorEventLoopDelay } from "node:perf_hooks"
import { Effect, Layer, Metric } from "effect"
import { eventLoopLag } from "../Metrics.ts"

/** Keeps `oncecast_event_loop_lag_seconds` at the longest delay of the last 5 seconds. */
export const eventLoopMetric: Layer.Layer<never> = Layer.scopedDiscard(
  Effect.gen(function* () {
    const histogram = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const monitor = monitorEventLoopDelay({ resolution: 20 })
        monitor.enable()
        return monitor
      }),
      (monitor) => Effect.sync(() => monitor.disable())
    )
    const publish = Effect.suspend(() => {
      const seconds = histogram.max / 1e9
      histogram.reset()
      return Metric.set(eventLoopLag, Number.isFinite(seconds) ? seconds : 0)
    })
    yield* Effect.forkScoped(Effect.forever(Effect.zipRight(publish, Effect.sleep("5 seconds"))))
  })
)
