// When a channel posts: its posting windows without its quiet hours, a backlog spread over what is left of the day, and the times of its
// digests. Pure: the time and the backlog enter. Promises: the same answer for the same state, so that a restart changes nothing.
import type { Channel } from "./Channel.ts"
import { dayOf, momentsOf, type Span, spansOf, without } from "./LocalHours.ts"
import type { Millis } from "./Names.ts"
import { quietSpans } from "./QuietHours.ts"

/** Nothing goes out before `until`, and why, in one clause. */
export interface Closed {
  readonly until: Millis
  readonly why: string
}

/** What waits in a channel, and when it was sent to last. */
export interface Backlog {
  readonly queued: number
  /** Of a digest that has begun its first counts: the others wait with it. */
  readonly oldestQueuedAt: Millis | null
  readonly lastSentAt: Millis | null
}

type Hours = Pick<Channel, "quiet" | "zone" | "windows">

/** Every window comes again within a week; one more for the change of a clock. */
const horizonMs = 8 * 86_400_000

const zoneOf = ({ zone }: Pick<Channel, "zone">): string => zone ?? "UTC"

const quietBetween = ({ quiet }: Hours, from: Millis, to: Millis): ReadonlyArray<Span> =>
  quiet?.mode === "hold" ? quietSpans(quiet, from, to) : []

/** The times between `from` and `to` in which the channel posts. */
export const openSpans = (channel: Hours, from: Millis, to: Millis): ReadonlyArray<Span> => {
  const windows =
    channel.windows === undefined ? [{ from, to }] : spansOf(channel.windows, zoneOf(channel), from, to)
  return without(windows, quietBetween(channel, from, to))
}

/** Undefined: it posts now. Windows that quiet hours cover altogether are looked at again after the horizon. */
export const closedAt = (channel: Hours, now: Millis): Closed | undefined => {
  if (channel.windows === undefined && channel.quiet?.mode !== "hold") return undefined
  if (openSpans(channel, now, now + 1).length > 0) return undefined
  const [next] = openSpans(channel, now, now + horizonMs)
  const quiet = quietBetween(channel, now, now + 1).length > 0
  return { until: next?.from ?? now + horizonMs, why: quiet ? "quiet hours" : "outside its posting windows" }
}

/** The moment at which `amount` of the spans' time is over. */
const advanced = (spans: ReadonlyArray<Span>, amount: number): Millis | undefined => {
  let left = amount
  for (const { from, to } of spans) {
    if (left < to - from) return from + left
    left -= to - from
  }
  return undefined
}

/**
 * The gap after the last post is an even share of the open time that was left of its day then: for each of those that wait, and for the
 * end of the day. The first post of a day goes at once.
 */
export const spreadAt = (
  channel: Hours & Pick<Channel, "spread">,
  { queued, lastSentAt }: Backlog,
  now: Millis
): Closed | undefined => {
  if (channel.spread !== true || lastSentAt === null || lastSentAt > now) return undefined
  const day = dayOf(zoneOf(channel), now)
  if (lastSentAt < day.from) return undefined
  const left = openSpans(channel, lastSentAt, day.to)
  const total = left.reduce((sum, { from, to }) => sum + (to - from), 0)
  const next = advanced(left, Math.floor(total / (queued + 1)))
  return next === undefined || next <= now ? undefined : { until: next, why: "spread over the day" }
}

/** What a digest may take at a moment. */
export interface DigestTerms {
  readonly items: number
  /** Only what was queued by then. */
  readonly queuedBy: Millis
  /** It goes out though it is not full when one of them was queued by then. */
  readonly lateBy: Millis
}

const twoDaysMs = 2 * 86_400_000

export const digestTerms = (
  { digest, zone }: Pick<Channel, "digest" | "zone">,
  now: Millis
): DigestTerms | undefined => {
  if (digest === undefined) return undefined
  const { items, at, withinMs } = digest
  if (at.length === 0) {
    const lateBy = withinMs === undefined ? Number.MIN_SAFE_INTEGER : now - withinMs
    return { items, queuedBy: Number.MAX_SAFE_INTEGER, lateBy }
  }
  const last = Math.max(...momentsOf(at, zone ?? "UTC", now - twoDaysMs, now + 1))
  return { items, queuedBy: last, lateBy: last }
}

/** Until when a channel gathers its next digest; `oldestQueuedAt` is of what it has so far. */
export const digestAt = (
  { digest, zone }: Pick<Channel, "digest" | "zone">,
  { oldestQueuedAt }: Pick<Backlog, "oldestQueuedAt">,
  now: Millis
): Closed => {
  if (digest === undefined) return { until: now, why: "" }
  const { items, at, withinMs } = digest
  if (at.length > 0) {
    const next = Math.min(...momentsOf(at, zone ?? "UTC", now + 1, now + twoDaysMs))
    return { until: next, why: "its next digest" }
  }
  const until =
    withinMs === undefined || oldestQueuedAt === null ? Number.POSITIVE_INFINITY : oldestQueuedAt + withinMs
  return { until, why: `a digest of ${items}` }
}
