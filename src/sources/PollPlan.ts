// When a source is polled next. Enters: how the polls went so far, the last outcome, the server's hints, the time, a random number. Leaves:
// the next state and time. Pure. Promises: hints only ever lengthen a wait, and by 24 h at most; a failing source is asked less and less
// often, but never given up; every wait is spread a little, so that sources do not march in step; a restart goes on where the journal ends.
import { type CircuitBreaker, closed, decide, defaults, failed, succeeded } from "../domain/CircuitBreaker.ts"
import type { Millis } from "../domain/Names.ts"

/** A poll's result as far as the next one's time depends on it. */
export type PollResult =
  /** `ttlMs` is undefined when the document was not read again; then the last one's still holds. */
  | { readonly _tag: "Fine"; readonly maxAgeMs?: number; readonly ttlMs?: number; readonly read: boolean }
  /** Likely to pass by itself. */
  | { readonly _tag: "Passing"; readonly retryAfterMs?: number }
  /** Likely to need a person. */
  | { readonly _tag: "Lasting" }

export interface PollState {
  /** In a row, up to now. */
  readonly failures: number
  readonly breaker: CircuitBreaker
  /** What the last document that was read asked for. */
  readonly ttlMs: number
}

export interface Planned {
  readonly state: PollState
  readonly nextAt: Millis
}

/** What the journal knows of the last poll. */
interface LastPoll {
  readonly at: Millis
  readonly failures: number
  readonly nextAt: Millis
}

const hour = 3_600_000
const minute = 60_000
/** No hint counts for more, ms. */
const maxHintMs = 24 * hour
/** A passing failure never stretches the interval by more than this, nor beyond an hour. */
const maxStretch = 10
/** The longest wait after failures that need a person; they are looked at again all the same, for sites do get repaired. */
const maxLastingMs = 6 * hour
/** Relative, to either side. */
const jitter = 0.1
/** First polls of a large catalog are spread at this distance from each other, ms. */
const startDistanceMs = 10
/** Catalogs of up to this many sources are polled at once. */
const startsAtOnce = 32

/** The state of a source that was never polled. */
export const initial: PollState = { failures: 0, breaker: closed, ttlMs: 0 }

/** The state after a restart: as if the process had never ended, except for the document's own hint. */
export const restored = (last: LastPoll): PollState => {
  const trips = last.failures - defaults.failureThreshold + 1
  return {
    ...initial,
    failures: last.failures,
    breaker:
      trips < 1 ? { _tag: "Closed", failures: last.failures } : { _tag: "Open", trips, until: last.nextAt }
  }
}

/** Over how long the first polls of a catalog are spread at start, ms. */
export const startSpreadMs = (sources: number): number =>
  sources <= startsAtOnce ? 0 : sources * startDistanceMs

const longestMs = (everyMs: number): number => Math.max(everyMs, maxHintMs) * (1 + jitter)

/**
 * When a source's first poll since the start of its fiber is due: when the journal says so, at once (spread over `spreadMs`) if that is
 * past or there is no journal. A journal from a future (the clock was set back) holds it as long as it did then, and never for longer
 * than any plan could.
 */
export const firstAt = (
  last: LastPoll | undefined,
  everyMs: number,
  spreadMs: number,
  now: Millis,
  random: number
): Millis => {
  const planned = last === undefined ? now : last.nextAt - Math.max(0, last.at - now)
  const due = Math.min(planned, now + longestMs(everyMs))
  return due > now ? due : now + Math.floor(random * spreadMs)
}

/** The state with which a poll begins: an open breaker lets it through as its probe, also by a clock that was set back. */
export const begun = (state: PollState, now: Millis): PollState => {
  const { breaker } = state
  const at = breaker._tag === "Open" ? Math.max(now, breaker.until) : now
  return { ...state, breaker: decide(defaults, breaker, at).breaker }
}

const spread = (ms: number, random: number): number => ms * (1 - jitter + 2 * jitter * random)
/** For bounds that must not be undercut. */
const spreadUp = (ms: number, random: number): number => ms * (1 + jitter * random)
const hint = (ms: number | undefined): number => Math.min(Math.max(0, ms ?? 0), maxHintMs)

const passingMs = (everyMs: number, failures: number): number =>
  Math.max(everyMs, Math.min(everyMs * 2 ** failures, everyMs * maxStretch, hour))

const lastingMs = (everyMs: number, failures: number): number =>
  Math.max(everyMs, Math.min(Math.max(everyMs, minute) * 4 ** (failures - 1), maxLastingMs))

const afterFailure = (
  state: PollState,
  everyMs: number,
  result: Exclude<PollResult, { _tag: "Fine" }>,
  now: Millis,
  random: number
): Planned => {
  const failures = state.failures + 1
  const breaker = failed(defaults, state.breaker, now)
  const wait = result._tag === "Passing" ? passingMs(everyMs, failures) : lastingMs(everyMs, failures)
  const retryAfter = result._tag === "Passing" ? spreadUp(hint(result.retryAfterMs), random) : 0
  const pause = breaker._tag === "Open" ? breaker.until - now : 0
  const waitMs = Math.max(everyMs, spread(wait, random), retryAfter, pause)
  return { state: { ...state, failures, breaker }, nextAt: now + Math.round(waitMs) }
}

/** What follows from a poll that ended at `now`. `random` is in [0, 1). */
export const next = (
  state: PollState,
  everyMs: number,
  result: PollResult,
  now: Millis,
  random: number
): Planned => {
  if (result._tag !== "Fine") return afterFailure(state, everyMs, result, now, random)
  const ttlMs = result.read ? hint(result.ttlMs) : state.ttlMs
  const bound = spreadUp(Math.max(ttlMs, hint(result.maxAgeMs)), random)
  return {
    state: { failures: 0, breaker: succeeded(state.breaker), ttlMs },
    nextAt: now + Math.round(Math.max(spread(everyMs, random), bound))
  }
}
