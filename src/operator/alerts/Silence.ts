// The dead-man's switch: for how long a channel has posted nothing though there was something to post and nothing that the operator wanted kept it
// back. Pure.
import type { Channel } from "../../domain/Channel.ts"
import type { Millis } from "../../domain/Names.ts"
import { closedAt, digestTerms, spreadAt } from "../../domain/Opening.ts"
import type { ChannelLedger } from "../../outbox/Ledger.ts"

const gathers = (channel: Channel, { counts, oldestQueuedAt }: ChannelLedger, now: Millis): boolean => {
  const terms = digestTerms(channel, now)
  const queued = counts.queued ?? 0
  if (terms === undefined || oldestQueuedAt === null) return false
  const full = channel.digest?.at.length === 0 && queued >= terms.items
  return !full && oldestQueuedAt > terms.lateBy
}

/** Whether it is the operator's wish that nothing goes out now. */
const isMeant = (channel: Channel, ledger: ChannelLedger, now: Millis): boolean => {
  const { counts, oldestQueuedAt, lastSentAt } = ledger
  const backlog = { queued: counts.queued ?? 0, oldestQueuedAt, lastSentAt }
  return (
    ledger.paused ||
    closedAt(channel, now) !== undefined ||
    gathers(channel, ledger, now) ||
    spreadAt(channel, backlog, now) !== undefined
  )
}

/** After a post, a cap may keep back everything for so long. */
const cappedMs = ({ caps = [] }: Channel): number => Math.max(0, ...caps.map(({ perMs }) => perMs))

/** Milliseconds; 0: it is not silent, or is meant to be. */
export const silentMs = (channel: Channel, ledger: ChannelLedger, now: Millis): number => {
  const { unpostedSince, lastSentAt } = ledger
  if (unpostedSince === null || isMeant(channel, ledger, now)) return 0
  const since = Math.max(unpostedSince, lastSentAt === null ? 0 : lastSentAt + cappedMs(channel))
  return Math.max(0, now - since)
}
