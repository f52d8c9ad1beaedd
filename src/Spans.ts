// The span of a service method: one per call where spans are collected, nothing at all where nobody does. `Effect.fn` makes its span, and
// two stack traces, in either case: 8.3 µs a call, of which a poll that finds nothing new makes some forty; this one 0.5 µs.
import { Effect, FiberRef } from "effect"
import { isGeneratorFunction } from "effect/Utils"

const spanned = <A, E, R>(name: string, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) =>
    fiber.getFiberRef(FiberRef.currentTracerEnabled)
      ? Effect.withSpan(self, name, { captureStackTrace: false })
      : self
  )

type Body = (...parameters: ReadonlyArray<unknown>) => unknown
type Change = (...parameters: never) => unknown

/** `Effect.fn(name)` for service methods: trailing arguments change what the body gives, inside the span. */
export const traced: (name: string) => Effect.fn.Gen & Effect.fn.NonGen =
  (name) =>
  (body: Body, ...changes: ReadonlyArray<Change>) =>
  (...parameters: ReadonlyArray<unknown>) => {
    const effect = isGeneratorFunction(body) ? Effect.gen(() => body(...parameters)) : body(...parameters)
    const changed = changes.reduce(
      (made: unknown, change) => Reflect.apply(change, undefined, [made, ...parameters]),
      effect
    )
    return Effect.isEffect(changed) ? spanned(name, changed) : Effect.dieMessage(`${name} gives no effect`)
  }
