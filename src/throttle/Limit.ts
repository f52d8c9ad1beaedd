// A limit in words of the outside: at most `max` calls ARRIVE in any window of `windowMs`. Pure; says how much margin that takes.
// Promise: no window of that length, wherever it begins, holds more than `max` arrivals; the reasoning is numbered below.
import type { Pace } from "../domain/Channel.ts"

/*
 * Why a grant at the store keeps the promise at the place where calls arrive
 *
 *  1. Grants are stamped by one clock, `at`. A call that costs n stands n times in the log.
 *  2. A grant is given only if the entry `max` places before it is at least `span = window + margin` old.
 *     So any two grants that are `max` apart in the log are at least `span` apart in time.
 *  3. A call arrives at `at + delay`. Two arrivals `max` apart are therefore at least `span - spread` apart, where `spread` is the
 *     difference of their delays. Constant delay costs nothing: only its variation does. The promise holds while spread <= margin.
 *  4. The delay has two parts. The grant's way to the caller is measured by the caller's own monotonic clock: the grant was stamped
 *     somewhere between question and answer, so a grant whose answer took longer than `graceMs` is not used: it is given back and
 *     asked for again. This part is bounded by construction, whatever the machine does.
 *  5. The rest (caller's own work, network) may vary by `margin - graceMs`, at least 75 ms. So: call at once after the grant.
 *  6. The margin is 2 % of the window (clock rates, measured sufficient for 20 a minute), but at least 105 ms, because wake-up and
 *     network jitter do not shrink with the window: 30 per second then yields 27.1 (90.5 %), 20 per minute 19.6 (98 %). Of these 105 the
 *     answer may use 30: Redis gives it in one or two, and one that is late is only asked for again.
 */

/** `key` names one log, so a key always goes with the same window. `max` >= 1 calls in any `windowMs` >= 1. */
export interface Limit {
  readonly key: string
  readonly max: number
  readonly windowMs: number
}

const leastMarginMs = 105
const marginShare = 0.02
/** Of the margin: two of seven parts. */
const graceShare = { of: 7, parts: 2 }

/** What the window is longer by at the place of the grant (6). */
export const marginMs = (windowMs: number): number =>
  Math.max(leastMarginMs, Math.ceil(windowMs * marginShare))

/** How long an entry counts against its limit (2). */
export const spanMs = (limit: Limit): number => limit.windowMs + marginMs(limit.windowMs)

/** The longest time an answer may take for its grant to be used (4): two sevenths of the smallest margin, 30 ms for short windows. */
export const graceMs = (limits: ReadonlyArray<Limit>): number =>
  (Math.min(...limits.map((limit) => marginMs(limit.windowMs)), Number.MAX_SAFE_INTEGER) * graceShare.parts) /
  graceShare.of

/** What of `max` a call of `cost` takes: a call dearer than `max` waits for an empty window and fills it (an album and a gap). */
export const weight = (limit: Limit, cost: number): number =>
  Math.min(Math.max(1, Math.ceil(cost)), limit.max)

/**
 * The limits of one chat: a least gap between calls (none when 0), and calls per minute. Everything that touches the chat counts,
 * edits too.
 * @source Edits share the bucket of sends: https://github.com/tdlib/td/issues/2592 (2026-11)
 */
export const paceLimits = (chat: string, pace: Pace): ReadonlyArray<Limit> => {
  const minute = { key: `chat:${chat}:minute`, max: pace.perMinute, windowMs: 60_000 }
  return pace.gapMs > 0 ? [{ key: `chat:${chat}:gap`, max: 1, windowMs: pace.gapMs }, minute] : [minute]
}
