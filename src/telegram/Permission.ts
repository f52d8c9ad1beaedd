// Whether a call may still be carried out, asked in the very moment before it would be: a process that was held up for a while (a suspended
// machine, a stalled disk) must not send what it has no right to send any more. Enters: a condition. Leaves: calls that break off unsent.
import { Effect, FiberRef } from "effect"

/** What every call of a fiber asks before its last byte; it must not throw. */
export const mayCall: FiberRef.FiberRef<() => boolean> = FiberRef.unsafeMake<() => boolean>(() => true)

/** No call of `effect`, and of the fibers that it starts, is carried out when `holds` says no: it fails with TelegramUnreachable. */
export const onlyWhile =
  (holds: () => boolean) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.locally(effect, mayCall, holds)
