// The span of a service method: one per call where spans are collected, nothing at all where nobody does. `Effect.fn` makes its span, and
// two stack traces, in either case: 8.3 µs a call, of which a poll that finds nothing new makes some forty; this one 0.5 µs.
// A trace begins with each poll, command or piece of a publisher's work; a post goes on with the one in which its delivery came to be.
// @source https://www.w3.org/TR/trace-context/#traceparent-header
import { Effect, FiberRef, Predicate, Tracer } from "effect"
import { isGeneratorFunction, type YieldWrap } from "effect/Utils"

/** Names a span and the trace that it belongs to: traceparent of W3C Trace Context. */
export type TraceParent = string

/** Of the span around this; undefined where nobody collects spans. */
export const traceParent: Effect.Effect<TraceParent | undefined> = Effect.withFiberRuntime((fiber) => {
  const span = fiber.getFiberRef(FiberRef.currentTracerEnabled) ? fiber.currentSpan : undefined
  return Effect.succeed(span?.sampled === true ? `00-${span.traceId}-${span.spanId}-01` : undefined)
})

const spanOf = (traceParent: TraceParent): Tracer.ExternalSpan | undefined => {
  const [, traceId, spanId] = /^00-([\da-f]{32})-([\da-f]{16})-01$/.exec(traceParent) ?? []
  return traceId === undefined || spanId === undefined ? undefined : Tracer.externalSpan({ traceId, spanId })
}

/** A span around this where spans are collected. */
export const spanned = <A, E, R>(
  name: string,
  self: Effect.Effect<A, E, R>,
  placed: Partial<Tracer.SpanOptions> = {}
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) =>
    fiber.getFiberRef(FiberRef.currentTracerEnabled)
      ? Effect.withSpan(self, name, { ...placed, captureStackTrace: false })
      : self
  )

/**
 * Leaves the fiber's references as they were. A finalizer that was added in a child fiber (of a race, of a time limit) and runs in its parent
 * leaves two entries on the parent's stack of each reference: a loop that never ends would grow with every round.
 * @source effect 3.22.4, internal/fiberRuntime.ts, addFinalizer (2026-11-26)
 */
const keepingReferences = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.getFiberRefs, (before) =>
    Effect.ensuring(
      self,
      Effect.updateFiberRefs(() => before)
    )
  )

/** Where a piece of work begins that is told of by itself: it goes on with the first of these traces, refers to the others, or begins one. */
export const beginning = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  name: string,
  attributes: Record<string, unknown>,
  from: ReadonlyArray<TraceParent | undefined> = []
): Effect.Effect<A, E, R> => {
  const [parent, ...links] = from.flatMap((one) => (one === undefined ? [] : (spanOf(one) ?? [])))
  const work = keepingReferences(self)
  if (parent === undefined) return spanned(name, work, { attributes, root: true })
  const linked = links.map((span): Tracer.SpanLink => ({ _tag: "SpanLink", span, attributes: {} }))
  return spanned(name, work, { attributes, parent, links: linked })
}

type Body = (...parameters: ReadonlyArray<unknown>) => unknown
type Change = (...parameters: never) => unknown

type Steps = Generator<YieldWrap<Effect.Effect<unknown, unknown, unknown>>, unknown, never>

const isSteps = (value: unknown): value is Steps =>
  !Effect.isEffect(value) && Predicate.hasProperty(value, Symbol.iterator)

/** A plain function may hand on what a generator function gives; such steps can be taken once only, and are made anew for each run. */
const given = (body: Body, parameters: ReadonlyArray<unknown>): unknown => {
  const first = body(...parameters)
  if (!isSteps(first)) return first
  return Effect.suspend(() => {
    const steps = body(...parameters)
    return isSteps(steps) ? Effect.gen(() => steps) : Effect.succeed(steps)
  })
}

/** `Effect.fn(name)` for service methods: trailing arguments change what the body gives, inside the span. */
export const traced: (name: string) => Effect.fn.Gen & Effect.fn.NonGen =
  (name) =>
  (body: Body, ...changes: ReadonlyArray<Change>) =>
  (...parameters: ReadonlyArray<unknown>) => {
    const effect = isGeneratorFunction(body) ? Effect.gen(() => body(...parameters)) : given(body, parameters)
    const changed = changes.reduce(
      (made: unknown, change) => Reflect.apply(change, undefined, [made, ...parameters]),
      effect
    )
    return Effect.isEffect(changed) ? spanned(name, changed) : Effect.dieMessage(`${name} gives no effect`)
  }
