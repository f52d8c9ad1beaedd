// May a post go out now, and may it make a sound? Wall-clock hours of the channel's zone, over midnight and over changes of the clock.
// Pure: the time enters as epoch milliseconds. An unknown zone counts as UTC (the catalog refuses one).
import { DateTime, Option } from "effect"
import type { QuietHours } from "../domain/Channel.ts"
import type { Millis } from "../domain/Names.ts"

export type Quiet =
  | { readonly _tag: "Open" }
  | { readonly _tag: "Silent" }
  /** Nothing may go out before `until`. */
  | { readonly _tag: "Held"; readonly until: Millis }

const open: Quiet = { _tag: "Open" }

export const quietAt = (hours: QuietHours | undefined, now: Millis): Quiet => {
  if (hours === undefined) return open
  const local = DateTime.unsafeMakeZoned(now, { timeZone: zoneOf(hours.zone) })
  const { hours: hour, minutes: minute } = DateTime.toParts(local)
  if (!isWithin(hours, hour * 60 + minute)) return open
  return hours.mode === "silent" ? { _tag: "Silent" } : { _tag: "Held", until: nextEnd(hours, local) }
}

/** The first moment from `now` on at which the channel may post. */
export const nextAllowed = (hours: QuietHours | undefined, now: Millis): Millis => {
  const quiet = quietAt(hours, now)
  return quiet._tag === "Held" ? quiet.until : now
}

/** Equal ends mean no quiet hours. */
const isWithin = ({ from, to }: QuietHours, minute: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to

/**
 * The first end after now. On the day of a change the end may come twice (then the second may still lie ahead) or not at all (then it
 * is the moment after the gap).
 */
const nextEnd = (hours: QuietHours, local: DateTime.Zoned): Millis => {
  const now = DateTime.toEpochMillis(local)
  const ends = [0, 1].flatMap((days) =>
    (["earlier", "later"] as const).map((disambiguation) => endOn(hours, local, days, disambiguation))
  )
  return Math.min(...ends.filter((end) => end > now))
}

const endOn = (
  hours: QuietHours,
  local: DateTime.Zoned,
  days: number,
  disambiguation: DateTime.Disambiguation
): Millis => {
  const { year, month, day } = DateTime.toParts(local)
  const wall = {
    year,
    month,
    day: day + days,
    hours: Math.floor(hours.to / 60),
    minutes: hours.to % 60
  }
  const end = DateTime.makeZoned(wall, { timeZone: local.zone, adjustForTimeZone: true, disambiguation })
  return Option.match(end, { onNone: () => 0, onSome: DateTime.toEpochMillis })
}

const zones = new Map<string, DateTime.TimeZone>()

const zoneOf = (name: string): DateTime.TimeZone => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = Option.getOrElse(DateTime.zoneFromString(name), () => DateTime.zoneMakeOffset(0))
  zones.set(name, zone)
  return zone
}
