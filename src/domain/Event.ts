// What can be told of an item: that it is new, and of an offer, what happens to it later. An event that can happen again has an identity of
// its own each time, made of what was told before it: the same cause gives the same identity, however often it is looked at.
import type { Millis } from "./Names.ts"

export const itemEvents = ["new", "drop", "back", "gone"] as const
/** `drop`: cheaper than readers were told; `back`: to be had again; `gone`: not sold any more. */
export type ItemEvent = (typeof itemEvents)[number]

/** What can happen to an offer that is known. */
export type OfferEvent = Exclude<ItemEvent, "new">

/** Which delivery of an item in a channel it is: of the event that is told next after what was told at `after`. */
export const eventKey = (event: OfferEvent, after: Millis): string => `${event}@${after}`

/** The event that a delivery tells. */
export const eventOf = (key: string): ItemEvent =>
  itemEvents.find((event) => event === key.split("@", 1)[0]) ?? "new"

/** What an offer must do to be told of again. Times in milliseconds, shares in percent. */
export interface EventRules {
  /** A drop is at least so much below what readers were last told. */
  readonly percent: number
  /** It is also below every other price of so long. */
  readonly lowestOfMs: number
  /** Between two events of an offer. */
  readonly coolDownMs: number
  /** A higher price counts as the usual one, from which a drop is measured, once it has lasted so long. */
  readonly settleMs: number
  /** A price so much below is taken for a slip. */
  readonly slip: number
  /** Out of stock or gone for less is not worth a word. */
  readonly outMs: number
}

const hour = 3_600_000
const day = 24 * hour

/** The 30 days are the European rule for announced reductions. @source Directive 98/6/EC, Article 6a, read 2026-11-25 */
export const defaultEventRules: EventRules = {
  percent: 5,
  lowestOfMs: 30 * day,
  coolDownMs: day,
  settleMs: 7 * day,
  slip: 90,
  outMs: 6 * hour
}
