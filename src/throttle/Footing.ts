// On what the throttle stands: the shared store, or this process alone. Pure: standing and time in, this process's own allowance out.
//
//   Shared ──(the store fails: `lost`)──▶ Local ──(it answers in time again: `regained`)──▶ Shared
//
// In either state the process keeps a log of all its own grants and obeys it; only how much of a limit it may use changes:
import type { Millis } from "../domain/Names.ts"
import { type Limit, spanMs } from "./Limit.ts"

/*
 * Why the window holds across the switch, if the shares of all processes add up to at most 1
 *
 *  1. Shared: the store knows every grant of every process. The own log can only be stricter.
 *  2. At a loss nobody knows what the others were granted before it, and a store that comes back may have forgotten it. A process
 *     with peers (share < 1) therefore grants nothing under a limit for one span after the loss: grants from before and after the
 *     loss never stand in one window. A process alone (share = 1) knows it all from its own log and goes on at once.
 *  3. Local: each process grants its share of the limit from its own log, together at most the limit.
 *  4. A process with peers asks the store every `heartbeatMs` between its calls, until `attentiveMs` after the last. So a loss that
 *     lasts is noticed by all that send; one that does not is over for those who noticed it within `noticeMs`, and no shorter than that
 *     is the silence of (2). Hence whenever anybody grants locally, everybody who may send knows of the loss, or is as (6).
 *  5. Back again, the store does not know the local grants of a process that is not back yet. All are within `regainSpreadMs`
 *     (longest probe interval, reconnect, answer), and what they granted drains within one span: until both have passed, a process
 *     obeys the store and its own share. After that the store knows every grant that still counts: (1).
 *  6. A process that begins, or has not asked for `attentiveMs`, does not know of losses, so it begins as one that has just come
 *     back (5).
 *
 * Not covered, by nature: a network that shows the store to some processes and not to others for longer than that (then up to
 * `share` of the limit comes on top); a share of less than one call, which becomes one call in a longer window; a process that
 * begins within one span after the store forgot; the store's own clock set forward, by which its logs drain at once.
 */

export type Footing =
  | { readonly _tag: "Shared" }
  | { readonly _tag: "Local"; readonly since: Millis; readonly why: string }

/** A footing with the monotonic milliseconds of the last switches; -Infinity: never. */
export interface Standing {
  readonly footing: Footing
  readonly lostAt: number
  readonly regainedAt: number
}

/** The standing of a process that begins at `now` (6). */
export const standingAt = (now: number): Standing => ({
  footing: { _tag: "Shared" },
  lostAt: Number.NEGATIVE_INFINITY,
  regainedAt: now
})

/** The store failed at `lostAt` (monotonic; `since` on the calendar). A store that is lost already stays lost as it was. */
export const lost = (standing: Standing, why: string, since: Millis, lostAt: number): Standing =>
  standing.footing._tag === "Local"
    ? standing
    : { ...standing, footing: { _tag: "Local", since, why }, lostAt }

export const regained = (standing: Standing, regainedAt: number): Standing => ({
  ...standing,
  footing: { _tag: "Shared" },
  regainedAt
})

/** How often a process with peers makes sure of the store (4). */
export const heartbeatMs = 5_000

/** So long after its last call a process goes on with that; an idle one costs nothing (4, 6). */
export const attentiveMs = 60_000

/** The standing of a process that asks at `now` and asked before at `askedAt` (6). */
export const attending = (standing: Standing, askedAt: number, now: number): Standing =>
  standing.footing._tag === "Shared" && now - askedAt > attentiveMs ? standingAt(now) : standing

/** A loss shorter than a heartbeat and an answer is over by the probe after it, at the latest 8 s after it began (4). */
const noticeMs = 2 * heartbeatMs

/** The longest time between two probes of a lost store. */
export const longestProbeMs = 30_000

/** All processes have noticed that the store is back when this has passed: probe interval, reconnect and answer. */
export const regainSpreadMs = longestProbeMs + 5_000

/** A part of a limit, never none: less than one call per window becomes one call in a longer window. */
export const portion = (limit: Limit, share: number): Limit => {
  const calls = limit.max * share
  return calls >= 1
    ? { ...limit, max: Math.floor(calls) }
    : { ...limit, max: 1, windowMs: Math.ceil(limit.windowMs / calls) }
}

/** What this process may use of a limit by its own log (1, 3, 5). */
export const ownLimit = (standing: Standing, share: number, now: number, limit: Limit): Limit => {
  const careful =
    standing.footing._tag === "Local" || now < standing.regainedAt + regainSpreadMs + spanMs(limit)
  return careful ? portion(limit, share) : limit
}

/** How long nothing may go under a limit because of what peers did before the loss (2, 4); 0 or less: not at all. */
export const quietMs = (standing: Standing, share: number, now: number, limit: Limit): number =>
  share < 1 ? standing.lostAt + Math.max(spanMs(limit), noticeMs) - now : 0
