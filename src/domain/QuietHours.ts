// May a post go out now, and may it make a sound? Wall-clock hours of the channel's zone, over midnight and over changes of the clock.
// Pure: the time enters as epoch milliseconds.
import type { QuietHours } from "./Channel.ts"
import { everyDay, type Span, spansOf } from "./LocalHours.ts"
import type { Millis } from "./Names.ts"

export type Quiet =
  | { readonly _tag: "Open" }
  | { readonly _tag: "Silent" }
  /** Nothing may go out before `until`. */
  | { readonly _tag: "Held"; readonly until: Millis }

const open: Quiet = { _tag: "Open" }

/** The longest that quiet hours can be, an hour that comes twice included. */
const longestMs = 26 * 3_600_000

/** The quiet hours between `from` and `to`. */
export const quietSpans = (hours: QuietHours, from: Millis, to: Millis): ReadonlyArray<Span> =>
  spansOf([{ from: hours.from, to: hours.to, days: everyDay }], hours.zone, from, to)

export const quietAt = (hours: QuietHours | undefined, now: Millis): Quiet => {
  if (hours === undefined) return open
  const [first] = quietSpans(hours, now, now + longestMs)
  if (first?.from !== now) return open
  return hours.mode === "silent" ? { _tag: "Silent" } : { _tag: "Held", until: first.to }
}

/** The first moment from `now` on at which the channel may post. */
export const nextAllowed = (hours: QuietHours | undefined, now: Millis): Millis => {
  const quiet = quietAt(hours, now)
  return quiet._tag === "Held" ? quiet.until : now
}
