// A tracer that keeps every span with all that a collector would get of it: name, attributes, events (the log lines among them), how it ended.
import { Cause, Exit, Tracer } from "effect"

export interface Recorded {
  readonly name: string
  /** All of it, as far as it has come. */
  readonly text: () => string
}

export const recording = () => {
  const spans: Array<Recorded> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const told: Array<string> = []
      let status: Tracer.SpanStatus = { _tag: "Started", startTime }
      spans.push({ name, text: () => [name, JSON.stringify([...attributes]), ...told].join("\n") })
      return {
        ...{ _tag: "Span", name, parent, context, links, kind, attributes, sampled: true },
        ...{ spanId: `${spans.length}`, traceId: "trace" },
        get status() {
          return status
        },
        end: (endTime, exit) => {
          status = { _tag: "Ended", startTime, endTime, exit }
          if (Exit.isFailure(exit)) {
            told.push(Cause.pretty(exit.cause, { renderErrorCause: true }), JSON.stringify(exit.cause))
          }
        },
        attribute: (key, value) => void attributes.set(key, value),
        event: (event, _, details) => void told.push(event, JSON.stringify(details)),
        addLinks: () => {}
      }
    },
    context: (execution) => execution()
  })
  return { spans, tracer }
}
