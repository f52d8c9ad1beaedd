// Waiting no longer than a deadline where nothing else may cut the wait short: in finalizers and in uninterruptible regions. The wait is a
// daemon, for two measured reasons: in an uninterruptible region a time-out cannot end what it waits for, and an interrupt of a fiber reaches
// the fibers that it raced, so that a second SIGTERM would end the wait early, and with it the promise that it stands for.
import { type Duration, Effect, Fiber, type Option } from "effect"

/** The answer of `wait`, or none once the deadline has struck. `wait` is then interrupted; it must be harmless to leave. */
export const within = <A, E, R>(
  wait: Effect.Effect<A, E, R>,
  deadline: Duration.DurationInput
): Effect.Effect<Option.Option<A>, E, R> =>
  wait.pipe(
    Effect.timeoutOption(deadline),
    Effect.interruptible,
    Effect.forkDaemon,
    Effect.flatMap((waiting) => Fiber.join(waiting))
  )
