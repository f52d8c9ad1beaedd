// Why each queued delivery waits, and until when: the reasons of its channel first, then its own. By the same rules by which the publisher
// decides, so that the answer holds for a stopped service as well. Changes nothing.
import { Clock, Duration, Effect, Schema } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import type { ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import { type Closed, closedAt, digestAt, digestTerms, spreadAt } from "../domain/Opening.ts"
import { Choices } from "../outbox/Choices.ts"
import type { Excess } from "../outbox/Choosing.ts"
import { type ChannelLedger, DeliveryRow, Ledger } from "../outbox/Ledger.ts"
import { traced } from "../Spans.ts"

/** `until` null: until something happens, or its turn comes. */
export const Wait = Schema.Struct({ why: Schema.String, until: Schema.NullOr(Schema.Number) })
export type Wait = typeof Wait.Type

/** `waits`: null when it does not wait in the queue. */
export const WaitingRow = Schema.Struct({ ...DeliveryRow.fields, waits: Schema.NullOr(Wait) })
export type WaitingRow = typeof WaitingRow.Type

const wait = (why: string, until: Millis | null = null): Wait => ({
  why,
  until: until !== null && Number.isFinite(until) ? until : null
})

const ofClosed = (closed: Closed | undefined): Wait | undefined =>
  closed === undefined ? undefined : wait(closed.why, closed.until)

/** What keeps the whole channel back, whoever is first. */
const ofChannel = (channel: Channel, ledger: ChannelLedger | undefined, now: Millis): Wait | undefined => {
  if (ledger?.paused === true) return wait("paused")
  if (ledger !== undefined && ledger.frozenBy !== null) {
    return wait(`until it is known whether delivery ${ledger.frozenBy} arrived`)
  }
  if (ledger !== undefined && ledger.holdUntil !== null && ledger.holdUntil > now) {
    return wait(ledger.holdWhy ?? "", ledger.holdUntil)
  }
  return ofClosed(closedAt(channel, now))
}

const ofDigest = (channel: Channel, row: DeliveryRow, queued: number, oldest: Millis | null, now: Millis) => {
  const terms = digestTerms(channel, now)
  if (terms === undefined || row.attempts > 0) return undefined
  const full = channel.digest?.at.length === 0 && queued >= terms.items
  if (full || row.queuedAt <= terms.lateBy) return undefined
  return ofClosed(digestAt(channel, { oldestQueuedAt: oldest }, now))
}

/** What keeps this delivery back in a channel that sends. */
const ofDelivery = (
  channel: Channel,
  row: DeliveryRow,
  ledger: ChannelLedger | undefined,
  excess: Excess | undefined,
  now: Millis
): Wait => {
  if (row.dueAt > now) return wait(row.reason ?? "not due yet", row.dueAt)
  if (excess !== undefined) {
    return excess.skip ? wait(`left out at its turn: ${excess.why}`) : wait(excess.why, excess.until)
  }
  const queued = ledger?.counts.queued ?? 0
  const backlog = {
    queued,
    oldestQueuedAt: ledger?.oldestQueuedAt ?? null,
    lastSentAt: ledger?.lastSentAt ?? null
  }
  return (
    ofDigest(channel, row, queued, backlog.oldestQueuedAt, now) ??
    ofClosed(spreadAt(channel, backlog, now)) ??
    wait("its turn")
  )
}

/** A wait that outlasts the delivery ends with it. */
const bounded = (found: Wait, { expireMs }: Channel, { queuedAt }: DeliveryRow): Wait => {
  const end = expireMs === undefined ? undefined : queuedAt + expireMs
  return end === undefined || (found.until !== null && found.until < end)
    ? found
    : { why: `${found.why}; given up after ${Duration.format(expireMs ?? 0)}`, until: end }
}

const overCaps = Effect.fnUntraced(function* (
  channels: Catalog["channels"],
  queued: ReadonlyArray<DeliveryRow>,
  now: Millis
) {
  const choices = yield* Choices
  const found = new Map<DeliveryId, Excess>()
  for (const { id, caps } of channels.values()) {
    const ids = queued.filter((row) => row.channel === id).map((row) => row.id)
    if (caps === undefined || ids.length === 0) continue
    for (const [delivery, excess] of yield* choices.overCaps(id, caps, ids, now)) found.set(delivery, excess)
  }
  return found
})

/** The rows, each queued one with its wait. */
export const withWaits = traced("Waits.withWaits")(function* (
  { channels }: Pick<Catalog, "channels">,
  rows: ReadonlyArray<DeliveryRow>
) {
  const queued = rows.filter(({ state }) => state === "queued")
  if (queued.length === 0) return rows.map((row): WaitingRow => ({ ...row, waits: null }))
  const now = yield* Clock.currentTimeMillis
  const found = yield* Effect.flatMap(Ledger, (ledger) => ledger.channels(now))
  const ledgers = new Map<ChannelId, ChannelLedger>(found.map((one) => [one.channel, one]))
  const excesses = yield* overCaps(channels, queued, now)
  return rows.map((row): WaitingRow => {
    const channel = channels.get(row.channel)
    if (row.state !== "queued") return { ...row, waits: null }
    if (channel === undefined) return { ...row, waits: wait("its channel is not in the catalog") }
    const ledger = ledgers.get(row.channel)
    const own = ofDelivery(channel, row, ledger, excesses.get(row.id), now)
    return { ...row, waits: bounded(ofChannel(channel, ledger, now) ?? own, channel, row) }
  })
})
