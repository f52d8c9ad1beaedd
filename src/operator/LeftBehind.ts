// Channels that left the catalog while deliveries wait in them. Pure.
import type { ChannelLedger } from "../outbox/Ledger.ts"
import type { ChannelStatus } from "./Status.ts"

/** States of a delivery that is not over. */
const unfinished = ["queued", "sending", "unknown", "parked"] as const

/** How many deliveries of a channel are not over. */
export const unfinishedIn = ({ counts }: Pick<ChannelLedger, "counts">): number =>
  unfinished.reduce((sum, state) => sum + (counts[state] ?? 0), 0)

/** A channel that left the catalog with deliveries that are not over: they stay as they are and go on when it returns. */
export const leftBehind = (ledger: ChannelLedger): ReadonlyArray<ChannelStatus> => {
  const count = unfinishedIn(ledger)
  if (count === 0) return []
  const why = `not in the catalog any more; waiting until it is there again: ${count}`
  return [
    {
      id: ledger.channel,
      chat: "",
      capacity: 0,
      perMinute: 0,
      activity: { is: "stopped", why, until: null },
      emptyAt: null,
      ledger
    }
  ]
}
