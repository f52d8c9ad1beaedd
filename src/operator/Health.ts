// Whether the service lives and can do its work, for Docker and load balancers. Live: the event loop turns. Ready: the store answers and
// takes writes, no shutdown is under way, and not every publisher is out of order. Promises: a reason for each no.
import { Effect, Option, Schema } from "effect"
import { Ledger } from "../outbox/Ledger.ts"
import { LiveState } from "./LiveState.ts"

export const Readiness = Schema.Struct({ ready: Schema.Boolean, reasons: Schema.Array(Schema.String) })
export type Readiness = typeof Readiness.Type

const storageReason = Ledger.pipe(
  Effect.flatMap((ledger) => ledger.items),
  Effect.timeoutFail({ duration: "2 seconds", onTimeout: () => new Error("The database does not answer.") }),
  Effect.match({ onFailure: (error) => [error.message], onSuccess: () => [] })
)

const writeReason = Ledger.pipe(
  Effect.flatMap((ledger) => ledger.failedWrite),
  Effect.map((failure) => Option.toArray(failure).map(({ message }) => message))
)

const publisherReason = Effect.gen(function* () {
  const live = yield* LiveState
  const publishers = [...(yield* live.children)].filter(([child]) => child.startsWith("channel/"))
  const broken = publishers.filter(([, state]) => state._tag === "Quarantined" || state._tag === "Stopped")
  return publishers.length > 0 && broken.length === publishers.length
    ? [`No publisher runs: ${broken.map(([child]) => child).join(", ")}.`]
    : []
})

export const readiness = Effect.gen(function* () {
  const live = yield* LiveState
  const draining = (yield* live.draining) ? ["The service is shutting down."] : []
  const reasons = [
    ...draining,
    ...(yield* storageReason),
    ...(yield* writeReason),
    ...(yield* publisherReason)
  ]
  return Readiness.make({ ready: reasons.length === 0, reasons })
}).pipe(Effect.withSpan("Health.readiness"))
