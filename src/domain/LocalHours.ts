// Hours by a wall clock → spans of real time. Pure: time enters as epoch milliseconds. Promises: a moment is in a span exactly when the
// wall clock shows an hour that is named, also where the clock is changed: an hour that is left out is in none, one that comes twice in two.
// An unknown zone counts as UTC (the catalog refuses one).
import { DateTime, Option } from "effect"
import type { DayHours } from "./Choice.ts"
import type { Millis } from "./Names.ts"

/** From `from` until before `to`. */
export interface Span {
  readonly from: Millis
  readonly to: Millis
}

/** A span in which the wall clock is one `offset` ahead of UTC, in milliseconds. */
interface Segment extends Span {
  readonly offset: number
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** The longest day, and more. */
const longDayMs = 26 * 3_600_000

export const everyDay: ReadonlyArray<number> = [0, 1, 2, 3, 4, 5, 6]

const zones = new Map<string, DateTime.TimeZone>()

const zoneOf = (name: string): DateTime.TimeZone => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = Option.getOrElse(DateTime.zoneFromString(name), () => DateTime.zoneMakeOffset(0))
  zones.set(name, zone)
  return zone
}

const offsetAt = (zone: string, at: Millis): number =>
  DateTime.zonedOffset(DateTime.unsafeMakeZoned(at, { timeZone: zoneOf(zone) }))

/** No zone changes its clock twice within so long. */
const strideMs = 6 * 3_600_000

/** The first moment after `from` with another offset; there is one by `to`. */
const changeBetween = (zone: string, from: Millis, to: Millis): Millis => {
  const before = offsetAt(zone, from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

const segments = (zone: string, from: Millis, to: Millis): ReadonlyArray<Segment> => {
  const found: Array<Segment> = []
  let begun = from
  let offset = offsetAt(zone, from)
  for (let at = from; at < to; at += strideMs) {
    const next = Math.min(at + strideMs, to)
    const then = offsetAt(zone, next)
    if (then === offset) continue
    const change = changeBetween(zone, at, next)
    found.push({ from: begun, to: change, offset })
    begun = change
    offset = then
  }
  return begun < to ? [...found, { from: begun, to, offset }] : found
}

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7

const within = (hours: ReadonlyArray<DayHours>, { from, to, offset }: Segment): ReadonlyArray<Span> => {
  const spans: Array<Span> = []
  const last = Math.floor((to + offset) / dayMs)
  for (let day = Math.floor((from + offset) / dayMs) - 1; day <= last; day++) {
    for (const one of hours) {
      if (one.from === one.to || !one.days.includes(weekdayOf(day))) continue
      const midnight = day * dayMs - offset
      const end = one.to > one.from ? one.to : one.to + 1440
      const span = {
        from: Math.max(from, midnight + one.from * minuteMs),
        to: Math.min(to, midnight + end * minuteMs)
      }
      if (span.from < span.to) spans.push(span)
    }
  }
  return spans
}

const joined = (spans: ReadonlyArray<Span>): ReadonlyArray<Span> => {
  const apart: Array<Span> = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (last === undefined || span.from > last.to) apart.push(span)
    else apart.splice(-1, 1, { from: last.from, to: Math.max(last.to, span.to) })
  }
  return apart
}

/** The spans of `hours` between `from` and `to`, in order, none touching the next. */
export const spansOf = (
  hours: ReadonlyArray<DayHours>,
  zone: string,
  from: Millis,
  to: Millis
): ReadonlyArray<Span> => joined(segments(zone, from, to).flatMap((segment) => within(hours, segment)))

/** What of `spans` none of `holes` covers. */
export const without = (spans: ReadonlyArray<Span>, holes: ReadonlyArray<Span>): ReadonlyArray<Span> =>
  holes.reduce<ReadonlyArray<Span>>(
    (left, hole) =>
      left.flatMap(({ from, to }) =>
        [
          { from, to: Math.min(to, hole.from) },
          { from: Math.max(from, hole.to), to }
        ].filter((span) => span.from < span.to)
      ),
    spans
  )

/**
 * When the wall clock shows one of `minutes` after midnight, between `from` and `to`, once a day: the first time in an hour that comes
 * twice, the moment after the gap for one that is left out.
 */
export const momentsOf = (
  minutes: ReadonlyArray<number>,
  zone: string,
  from: Millis,
  to: Millis
): ReadonlyArray<Millis> => {
  const parts = segments(zone, from - longDayMs, to)
  const found = new Map<number, Millis>()
  for (const [index, part] of parts.entries()) {
    const shownBefore = parts[index - 1]
    const begins = part.from + (shownBefore?.offset ?? part.offset)
    for (let day = Math.floor(begins / dayMs); day * dayMs < part.to + part.offset; day++) {
      for (const minute of minutes) {
        const local = day * dayMs + minute * minuteMs
        if (local < begins || local >= part.to + part.offset || found.has(local)) continue
        found.set(local, Math.max(part.from, local - part.offset))
      }
    }
  }
  return [...found.values()].filter((at) => at >= from && at < to).sort((a, b) => a - b)
}

/** The day of the wall clock in which `at` lies, from midnight to midnight. */
export const dayOf = (zone: string, at: Millis): Span => {
  const today = Math.floor((at + offsetAt(zone, at)) / dayMs)
  const parts = segments(zone, at - longDayMs, at + longDayMs)
    .map(({ from, to, offset }) => ({
      from: Math.max(from, today * dayMs - offset),
      to: Math.min(to, (today + 1) * dayMs - offset)
    }))
    .filter((part) => part.from < part.to)
  return { from: Math.min(...parts.map(({ from }) => from)), to: Math.max(...parts.map(({ to }) => to)) }
}
