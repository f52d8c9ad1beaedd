// Children for the tests, and ears for what the supervisor says of them.
import { type Cause, Clock, Effect, HashMap, Logger, Option, Random } from "effect"
import { ChildId, type ChildState } from "../../src/supervision/ChildState.ts"

export const id = (name: string) => ChildId.make(name)

/** Notes each time at which it begins (ms since the test began), then fails after `afterMs`. */
export const failing = (begun: Array<number>, error: unknown = "boom", afterMs = 0) =>
  Effect.gen(function* () {
    begun.push(yield* Clock.currentTimeMillis)
    if (afterMs > 0) yield* Effect.sleep(afterMs)
    return yield* Effect.fail(error)
  })

/** Ticks once a second for ever. */
export const ticking = (ticks: Array<number>) =>
  Effect.gen(function* () {
    yield* Effect.sleep("1 second")
    ticks.push(yield* Clock.currentTimeMillis)
  }).pipe(Effect.forever)

export const tagOf = (states: ReadonlyMap<ChildId, ChildState>, name: string) => states.get(id(name))?._tag

/** Full jitter at its upper end: every gap is as long as it can be. */
export const longestGaps = Effect.withRandom(Random.fixed([1]))

export interface Line {
  readonly level: string
  readonly message: string
  readonly child: unknown
  readonly cause: Cause.Cause<unknown>
}

/** Collects the log instead of printing it. */
export const listening = (lines: Array<Line>) =>
  Effect.provide(
    Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ annotations, cause, logLevel, message }) => {
        const child = Option.getOrUndefined(HashMap.get(annotations, "child"))
        lines.push({ level: logLevel._tag, message: String(message), child, cause })
      })
    )
  )
