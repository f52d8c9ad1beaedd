// What another process or socket brings about after an unknown while: looked at again until it holds, instead of a wait that a busy machine outlasts.
import { Effect, Exit } from "effect"

/** Runs assertions until they hold; after half a minute what they say last is the failure. */
export const soon = <E, R>(holds: Effect.Effect<unknown, E, R>): Effect.Effect<void, E, R> => {
  let last: Exit.Exit<unknown, E> = Exit.void
  return Effect.exit(holds).pipe(
    Effect.tap((exit) => {
      last = exit
      return Exit.isSuccess(exit) ? Effect.void : Effect.sleep("5 millis")
    }),
    Effect.repeat({ until: Exit.isSuccess }),
    Effect.timeoutOption("30 seconds"),
    Effect.zipRight(Effect.suspend(() => last)),
    Effect.asVoid
  )
}
