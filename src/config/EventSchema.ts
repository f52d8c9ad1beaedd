// The keys that say what a channel tells of its items, and what a source's documents prove. Part of `CatalogSchema.ts`.
import { Schema } from "effect"
import { channelDefaults } from "../domain/Channel.ts"
import { type EventRules, itemEvents } from "../domain/Event.ts"
import { describe, millis, optional, saying, withDefault } from "./SchemaParts.ts"

const { drops: rules } = channelDefaults

const percent = (description: string) =>
  Schema.Number.pipe(
    Schema.between(0.1, 100, { message: () => "must be a number from 0.1 to 100" })
  ).annotations(describe(description))

const Drops = Schema.Struct({
  percent: withDefault(
    percent("A drop is at least so much below the price that readers were told last"),
    () => rules.percent
  ),
  lowestOf: withDefault(
    millis("0 seconds", "90 days", "A drop is below every other price of so long"),
    () => rules.lowestOfMs
  ),
  coolDown: withDefault(
    millis("0 seconds", "365 days", "Least time between two events of one offer"),
    () => rules.coolDownMs
  ),
  settle: withDefault(
    millis("0 seconds", "365 days", "A higher price counts as the usual one when it has lasted so long"),
    () => rules.settleMs
  ),
  slip: withDefault(percent("A price so much below is taken for a slip"), () => rules.slip),
  out: withDefault(
    millis("0 seconds", "365 days", "Out of stock or gone for less is not worth a word"),
    () => rules.outMs
  )
}).annotations(describe("When what happens to an offer is worth a word"))

/** Part of `ChannelFile`. */
export const eventKeys = {
  events: withDefault(
    Schema.NonEmptyArray(Schema.Literal(...itemEvents)).annotations(
      saying(
        `a list of ${itemEvents.join(", ")}`,
        "What is told of an item: that it is new; and of an offer, a drop of its price, that it is back or gone"
      )
    ),
    () => ["new"] as const
  ),
  drops: optional(Drops)
}

/** Part of `SourceFile`. */
export const extentKeys = {
  lists: optional(
    Schema.Literal("all", "newest").annotations(
      saying(
        "all or newest",
        "Whether a document has everything that the source has: an offer that it lacks is gone"
      )
    )
  )
}

/** The rules that a channel's `drops` stand for. */
export const rulesOf = (drops: typeof Drops.Type | undefined): EventRules =>
  drops === undefined
    ? rules
    : {
        percent: drops.percent,
        lowestOfMs: drops.lowestOf,
        coolDownMs: drops.coolDown,
        settleMs: drops.settle,
        slip: drops.slip,
        outMs: drops.out
      }
