// A circuit breaker as a value: whether something that keeps failing may be called now. Pure; the caller performs what it decides.
//
//            ┌── failed (fewer than threshold) ──┐
//            ▼                                   │
//   ──▶   Closed ────────────────────────────────┘
//          │  ▲
//   failed │  └───── succeeded ──────────────┐
//   (last) ▼                                 │
//        Open ──── decide, at `until` ───▶ HalfOpen ──── decide, at `until` (the probe never answered) ──▶ HalfOpen
//          ▲                                 │
//          └───────── failed ────────────────┘
//
//   failed      Closed → Closed | Open     counts; the `failureThreshold`-th failure in a row opens
//   decide      Open → HalfOpen            lets one probe through once the pause is over; HalfOpen refuses everybody else
//   succeeded   HalfOpen → Closed          forgets everything
//   failed      HalfOpen → Open            the next pause is twice as long, up to the cap
//   An answer that comes in while Open belongs to a call from before: it changes nothing.
//
// Invariants: Closed has fewer than `failureThreshold` failures; Open and HalfOpen have at least one trip; while Open nothing may go, and
// in any pause of HalfOpen exactly one; no state is for ever, for each but Closed has an `until`.
import type { Millis } from "./Names.ts"

export type CircuitBreaker =
  /** Calls may go. `failures` counts those since the last success. */
  | { readonly _tag: "Closed"; readonly failures: number }
  /** No call may go before `until`. `trips` counts the openings since the breaker was last closed. */
  | { readonly _tag: "Open"; readonly trips: number; readonly until: Millis }
  /** One probe is under way; should it never answer, the next may go at `until`. */
  | { readonly _tag: "HalfOpen"; readonly trips: number; readonly until: Millis }

export interface CircuitBreakerPolicy {
  /** Failures in a row that open a closed breaker. */
  readonly failureThreshold: number
  /** The first pause, in milliseconds. */
  readonly resetMs: number
  /** No pause is longer, in milliseconds. */
  readonly maxResetMs: number
}

/** Five failures open it; pauses of 1 minute, 2, 4 … up to an hour. */
export const defaults: CircuitBreakerPolicy = { failureThreshold: 5, resetMs: 60_000, maxResetMs: 3_600_000 }

/** The breaker of something that has not failed yet. */
export const closed: CircuitBreaker = { _tag: "Closed", failures: 0 }

const pauseMs = (policy: CircuitBreakerPolicy, trips: number): number =>
  Math.min(policy.maxResetMs, policy.resetMs * 2 ** (trips - 1))

/** Whether a call may go at `now`. Keep the state that comes back: a probe that may go is remembered in it. */
export const decide = (
  policy: CircuitBreakerPolicy,
  breaker: CircuitBreaker,
  now: Millis
): { readonly go: boolean; readonly breaker: CircuitBreaker } => {
  if (breaker._tag === "Closed") return { go: true, breaker }
  if (now < breaker.until) return { go: false, breaker }
  const until = now + pauseMs(policy, breaker.trips)
  return { go: true, breaker: { _tag: "HalfOpen", trips: breaker.trips, until } }
}

/** After a call that succeeded. */
export const succeeded = (breaker: CircuitBreaker): CircuitBreaker =>
  breaker._tag === "Open" ? breaker : closed

/** After a call that failed at `now`. */
export const failed = (
  policy: CircuitBreakerPolicy,
  breaker: CircuitBreaker,
  now: Millis
): CircuitBreaker => {
  if (breaker._tag === "Open") return breaker
  if (breaker._tag === "Closed" && breaker.failures + 1 < policy.failureThreshold) {
    return { _tag: "Closed", failures: breaker.failures + 1 }
  }
  const trips = breaker._tag === "HalfOpen" ? breaker.trips + 1 : 1
  return { _tag: "Open", trips, until: now + pauseMs(policy, trips) }
}
