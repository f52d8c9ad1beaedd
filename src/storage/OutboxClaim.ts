// What a publisher finds when it asks for work: a few reads by index, in the order in which one reason outranks the next.
import { Schema } from "effect"
import { eventOf } from "../domain/Event.ts"
import { Item } from "../domain/Item.ts"
import type { Money } from "../domain/Money.ts"
import type { ChannelId, DeliveryId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import type { Claim, OpenAttempt, PastCall } from "../outbox/Outbox.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))
/** The price that a delivery was measured by, where it has one. */
export const beforeOf = (amount: string | null, currency: string | null): { readonly before?: Money } =>
  amount === null || currency === null ? {} : { before: { amount, currency } }

const decodePost = Schema.decodeSync(Schema.parseJson(Post))

interface Head {
  readonly id: DeliveryId
  readonly source: SourceId
  readonly itemId: ItemId
  readonly payload: string
  readonly event: string
  readonly beforeAmount: string | null
  readonly beforeCurrency: string | null
  readonly first: number | null
  readonly revision: number
  readonly attempts: number
  readonly again: 0 | 1
  readonly queuedAt: Millis
}

/** An attempt as a look for its post must know it; `a` and `d` are its tables, `c` is its channel. */
export const openAttemptColumns = `a.id, coalesce(a.chat, c.chat, '') AS chat, a.marker, a.floor, a.payload,
  (SELECT count(*) FROM attempt o WHERE o.delivery_id = d.id AND o.outcome IN ('unknown', 'absent')) AS unknowns`

export type OpenAttemptRow = Omit<OpenAttempt, "post"> & { readonly payload: string }

export const openAttempt = ({ payload, ...attempt }: OpenAttemptRow): OpenAttempt => ({
  ...attempt,
  post: decodePost(payload)
})

const frozen = (db: ReadStatements, channel: ChannelId): Claim | undefined => {
  const row = db.get<OpenAttemptRow & { delivery: DeliveryId; since: Millis; why: string; inFlight: 0 | 1 }>(
    `SELECT d.id AS delivery, d.state_at AS since, d.reason AS why, d.state = 'sending' AS inFlight, ${openAttemptColumns}
     FROM delivery d JOIN channel c ON c.id = d.channel JOIN attempt a ON a.delivery_id = d.id AND a.number = d.attempts
     WHERE d.channel = ? AND d.state IN ('sending', 'unknown')`,
    [channel]
  )
  if (row === undefined) return undefined
  const { delivery, since, why, inFlight, ...attempt } = row
  return { _tag: "Frozen", delivery, since, why, inFlight: inFlight === 1, attempt: openAttempt(attempt) }
}

const paused = (db: ReadStatements, channel: ChannelId): Claim | undefined =>
  db.get("SELECT 1 FROM pause WHERE kind = 'channel' AND id = ?", [channel]) === undefined
    ? undefined
    : { _tag: "Paused" }

const held = (db: ReadStatements, channel: ChannelId, now: Millis): Claim | undefined => {
  const row = db.get<{ until: Millis; why: string }>(
    `SELECT until, why FROM (
       SELECT hold_until AS until, hold_why AS why FROM channel WHERE id = :channel
       UNION ALL SELECT trouble_until, trouble_why FROM channel WHERE id = :channel)
     WHERE until > :now ORDER BY until DESC LIMIT 1`,
    { channel, now }
  )
  return row === undefined ? undefined : { _tag: "Waiting", scope: "channel", ...row }
}

/** Of a delivery `d` that tells of a known item. In a chat that its channel has left, ids mean other messages. */
const firstMessage = `iif(d.event = 'new', NULL, (SELECT f.message_ids ->> 0
  FROM delivery f JOIN post s ON s.delivery_id = f.id JOIN channel c ON c.id = f.channel
  WHERE f.item_id = d.item_id AND f.channel = d.channel AND f.state IN ('sent', 'edited') AND s.chat = c.chat
  ORDER BY f.id LIMIT 1))`

const ready = (db: ReadStatements, channel: ChannelId, now: Millis): Claim | undefined => {
  const head = db.get<Head>(
    `SELECT d.id, i.source, d.item_id AS itemId, p.payload, d.event, d.before_amount AS beforeAmount, d.before_currency AS beforeCurrency, ${firstMessage} AS first,
       i.revision, d.attempts, d.queued_at AS queuedAt,
       d.attempts > 0 AND EXISTS (SELECT 1 FROM attempt WHERE delivery_id = d.id AND outcome IN ('unknown', 'absent')) AS again
     FROM delivery d JOIN item i ON i.id = d.item_id JOIN item_payload p ON p.item_id = d.item_id
     WHERE d.channel = ? AND d.state = 'queued' AND d.due_at <= ?
     ORDER BY d.priority DESC, d.id LIMIT 1`,
    [channel, now]
  )
  if (head === undefined) return undefined
  const { payload, again, event, beforeAmount, beforeCurrency, first, ...delivery } = head
  const told = {
    ...{ event: eventOf(event), ...beforeOf(beforeAmount, beforeCurrency) },
    ...(first === null ? {} : { first })
  }
  return {
    _tag: "Ready",
    delivery: { ...delivery, ...told, channel, again: again === 1, item: decodeItem(payload) }
  }
}

const waiting = (db: ReadStatements, channel: ChannelId): Claim | undefined => {
  const row = db.get<{ until: Millis; why: string | null }>(
    `SELECT due_at AS until, reason AS why FROM delivery WHERE id = (
       SELECT id FROM delivery WHERE channel = ? AND state = 'queued' ORDER BY due_at, priority DESC, id LIMIT 1)`,
    [channel]
  )
  if (row === undefined) return undefined
  return { _tag: "Waiting", scope: "delivery", until: row.until, why: row.why ?? "not due yet" }
}

/** More than all channels together can make in the minute that callers ask for (25 a second). */
const attemptsLookedAt = 2_000

/** Only the newest attempts are looked at, so that no index has to be kept for a question that is asked once a start. */
export const callsSince = (db: ReadStatements, channel: ChannelId, since: Millis): ReadonlyArray<PastCall> =>
  db.all<PastCall>(
    `SELECT a.started_at AS at, max(1, coalesce(json_array_length(a.payload, '$.photoUrls'), 1)) AS messages
     FROM (SELECT delivery_id, started_at, payload FROM attempt ORDER BY id DESC LIMIT ${attemptsLookedAt}) a
     JOIN delivery d ON d.id = a.delivery_id
     WHERE d.channel = :channel AND a.started_at >= :since
     UNION ALL
     SELECT edited_at, 1 FROM post WHERE channel = :channel AND edited_at >= :since`,
    { channel, since }
  )

/** Frozen outranks paused, so that an unknown outcome is cleared up (by reading) even in a paused channel. */
export const claim = (db: ReadStatements, channel: ChannelId, now: Millis): Claim =>
  frozen(db, channel) ??
  paused(db, channel) ??
  held(db, channel, now) ??
  ready(db, channel, now) ??
  waiting(db, channel) ?? { _tag: "Empty" }
