// Whether a complete document may prove that what it lacks is gone. Enters: how many items the last believed one had, how many this one has.
// Leaves: belief, or a doubt to be remembered. Pure. The reason: shops write their exports while they are read, and what is fetched then
// is whole by its form and nearly empty.
// @source reference/feeds.md §6.9, 2026-11-24; openai_research was empty or shrunken 19 times, then full again (§3)
import type { Millis } from "../domain/Names.ts"

/** Shrunken documents in a row, and since when. */
export interface Doubt {
  readonly times: number
  readonly since: Millis
}

export const noDoubt: Doubt = { times: 0, since: 0 }

/** A shrunken document is believed when it was seen so often, */
const believedTimes = 3
/** over at least so long. */
const believedAfterMs = 3_600_000

/** The doubt that is left after a complete document of `items`, when `listed` were in the last believed one; none left: it is believed. */
export const doubtAfter = (before: Doubt, listed: number, items: number, now: Millis): Doubt => {
  if (items * 2 >= listed) return noDoubt
  // A clock that was set back begins the time anew.
  const since = before.times === 0 ? now : Math.min(before.since, now)
  const times = before.times + 1
  return times >= believedTimes && now - since >= believedAfterMs ? noDoubt : { times, since }
}
