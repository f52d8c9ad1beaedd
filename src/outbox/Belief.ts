// What a document proves: that the first sight is over, that something was never seen, that what a complete one lacks is gone. Of the last,
// enters: how many items the last believed one had, how many this one has; leaves: belief, or a doubt to be remembered. Pure. The reason:
// shops write their exports while they are read, and what is fetched then is whole by its form and nearly empty.
// @source reference/feeds.md §6.9, 2026-11-24; openai_research was empty or shrunken 19 times, then full again (§3)
import type { Millis } from "../domain/Names.ts"
import { listsAll } from "../domain/Source.ts"
import type { Ending, PolledDocument } from "./Intake.ts"
import type { SourceMemory } from "./IntakeStore.ts"

/** Whether the first sight is over. A document that never ends is taken at its second word: else it would never be. */
export const settles = ({ complete, part }: Ending, { partial }: SourceMemory): boolean =>
  part === undefined ? complete || partial : part.last

/** Whether a list of the newest has moved on altogether since it was last seen. Of a single item nothing follows: some pages show only one. */
export const isGap = (
  { source, part }: Pick<PolledDocument, "source" | "part">,
  { settled }: SourceMemory,
  items: number,
  known: number
): boolean => settled && items > 1 && known === 0 && part === undefined && !listsAll(source)

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
