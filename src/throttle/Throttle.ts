// When may the next call to Telegram go? Calls with their limits in; out: the wait, as an Effect and as a Schedule.
// Promises: no sliding window of any limit is exceeded where calls arrive (Limit.ts), also when the store goes and comes (Footing.ts);
// callers of one chat go in the order they came; an interrupted wait leaves nothing reserved; it never fails, it only waits.
import { Clock, Context, Effect, Layer, Schedule, Stream } from "effect"
import { inLine, type Line, makeLine } from "../domain/Line.ts"
import { moment, monotonicMs } from "../domain/MonotonicTime.ts"
import type { Millis } from "../domain/Names.ts"
import { traced } from "../Spans.ts"
import { makeAttempt } from "./Attempt.ts"
import type { Footing } from "./Footing.ts"
import { type Held, Holds } from "./Holds.ts"
import type { Limit } from "./Limit.ts"
import { LimitStore } from "./LimitStore.ts"
import { SlidingLogs, type Usage, type Verdict } from "./SlidingLog.ts"
import { makeStoreWatch } from "./StoreWatch.ts"

/** One call that is to go to Telegram. */
export interface Call {
  readonly chat: string
  /** What it counts as: 1, an album its number of items. Default 1. */
  readonly cost?: number
  /** Besides the global limit, which every call is under. */
  readonly limits: ReadonlyArray<Limit>
  /** A person waits for it: it may use what of the global limit is kept free of posts, and so goes before all that wait. Default: no. */
  readonly urgent?: boolean
}

export interface ThrottleOptions {
  /**
   * Calls of all chats together in any second, but for urgent ones, of which five may come on top. Default 25.
   * @source https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this "about 30 messages per second" (2026-11)
   */
  readonly perSecond?: number
  /**
   * What this process may use of every limit while the store is out of reach, and for some 100 s after that and after its start:
   * 1 over the number of processes; 1 if it is alone, or on a store of its own. Default 1/2.
   */
  readonly share?: number
}

export class Throttle extends Context.Tag("oncecast/throttle/Throttle")<
  Throttle,
  {
    /**
     * Returns when the call may go; then call at once (Limit.ts, 5). An interrupted wait reserves nothing; only if the store's
     * answer is under way at that moment, one slot may pass unused.
     */
    readonly pass: (call: Call) => Effect.Effect<void>
    /**
     * As `pass`, for a call that need not be made: a wait of more than `longestMs` at a time is not waited for but returned, and nothing is
     * reserved. A hold tells its whole length, up to a minute of it.
     */
    readonly passWithin: (call: Call, longestMs: number) => Effect.Effect<Verdict>
    /** The waits of a call: recurs after each wait that is asked of it, with the reason as output, and ends with the grant. */
    readonly schedule: (call: Call) => Schedule.Schedule<Verdict>
    /** Nothing goes to the chat before `until`; never shortens a hold. For holds that are known already, as after a restart. */
    readonly hold: (chat: string, until: Millis) => Effect.Effect<void>
    readonly holdAll: (until: Millis) => Effect.Effect<void>
    /** A 429 has just come for the chat: holds it, and all chats if another one was flooded within the last 60 s. */
    readonly flooded: (chat: string, until: Millis) => Effect.Effect<void>
    /** Counts a call that was made before this process began (`at`: when), so that a restart does not start with empty windows. */
    readonly remember: (call: Call, at: Millis) => Effect.Effect<void>
    readonly held: Effect.Effect<Held>
    /** How full the limits are: as the store knows it, or this process alone while the store is out of reach. */
    readonly usage: (limits: ReadonlyArray<Limit>) => Effect.Effect<ReadonlyArray<Usage>>
    readonly footing: Effect.Effect<Footing>
    /** The present footing and every later one. */
    readonly footings: Stream.Stream<Footing>
  }
>() {
  static readonly layer = (options: ThrottleOptions = {}): Layer.Layer<Throttle, never, LimitStore> =>
    Layer.scoped(Throttle, make(options))
}

/** The limit that every call is under. */
export const globalLimit = (perSecond: number): Limit => ({ key: "all", max: perSecond, windowMs: 1000 })

/**
 * Kept for urgent calls, so that with posts it makes the 30 that Telegram takes. One alone is not enough: posts that fill a second do so at its
 * beginning, and whoever comes second then waits for the next one.
 */
const reserve = 5

const make = Effect.fnUntraced(function* ({ perSecond = 25, share = 0.5 }: ThrottleOptions) {
  const store = yield* LimitStore
  const watch = yield* makeStoreWatch(share < 1)
  const holds = new Holds()
  const own = new SlidingLogs()
  const attempt = makeAttempt({ watch, holds, own, share })
  const line = makeLines()
  // One log under two bounds: a call never finds more than its own `max` in the window, and what it trims counts no more.
  const limitsOf = (call: Call) => [
    ...call.limits,
    globalLimit(call.urgent === true ? perSecond + reserve : perSecond)
  ]

  const schedule = (call: Call): Schedule.Schedule<Verdict> =>
    Schedule.forever.pipe(
      Schedule.mapEffect(() => attempt(call.chat, limitsOf(call), call.cost ?? 1)),
      Schedule.whileOutput((verdict) => verdict._tag === "Wait"),
      Schedule.addDelay((verdict) => (verdict._tag === "Wait" ? verdict.ms : 0))
    )

  const passWithin = (call: Call, longestMs: number) => {
    const isWorthIt = (verdict: Verdict) => verdict._tag === "Wait" && verdict.ms <= longestMs
    const waits = Schedule.whileOutput(schedule(call), isWorthIt)
    return inLine(line(call.chat))(Effect.repeat(Effect.void, waits))
  }

  return Throttle.of({
    pass: traced("Throttle.pass")((call) => Effect.asVoid(passWithin(call, Number.POSITIVE_INFINITY))),
    passWithin: traced("Throttle.passWithin")(passWithin),
    schedule,
    hold: (chat, until) => Effect.map(moment, (now) => holds.hold(chat, until, now)),
    holdAll: (until) => Effect.map(moment, (now) => holds.holdAll(until, now)),
    flooded: traced("Throttle.flooded")(function* (chat, until) {
      const all = holds.flooded(chat, until, yield* moment)
      if (all) yield* Effect.logWarning("Two chats were flooded within a minute: every chat waits")
    }),
    remember: traced("Throttle.remember")(function* (call, at) {
      const now = yield* monotonicMs
      const ageMs = Math.max(0, (yield* Clock.currentTimeMillis) - at)
      own.charge(limitsOf(call), call.cost ?? 1, now - ageMs, now)
    }),
    held: Effect.map(moment, (now) => holds.held(now)),
    usage: traced("Throttle.usage")(function* (limits) {
      const alone = Effect.map(monotonicMs, (now) => own.usage(limits, now))
      const { footing } = yield* watch.standing
      return yield* footing._tag === "Local" ? alone : Effect.catchAll(store.usage(limits), () => alone)
    }),
    footing: Effect.map(watch.standing, (standing) => standing.footing),
    footings: Stream.changes(Stream.map(watch.changes, (standing) => standing.footing))
  })
})

/** A line for each chat, in which its callers stand in the order they came. */
const makeLines = () => {
  const lines = new Map<string, Line>()
  return (chat: string) => {
    const line = lines.get(chat) ?? makeLine(1)
    lines.set(chat, line)
    return line
  }
}
