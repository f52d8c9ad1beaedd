// What a publisher finds when it asks for work: a few reads by index, in the order in which one reason outranks the next.
import { Schema } from "effect"
import { Item } from "../domain/Item.ts"
import type { AttemptId, ChannelId, DeliveryId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { Claim } from "../outbox/Outbox.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))

interface Head {
  readonly id: DeliveryId
  readonly source: SourceId
  readonly itemId: ItemId
  readonly payload: string
  readonly event: string
  readonly attempts: number
  readonly queuedAt: Millis
}

const frozen = (db: ReadStatements, channel: ChannelId): Claim | undefined => {
  const row = db.get<{ delivery: DeliveryId; attempt: AttemptId; since: Millis; why: string }>(
    `SELECT d.id AS delivery, d.state_at AS since, d.reason AS why,
       (SELECT id FROM attempt WHERE delivery_id = d.id ORDER BY number DESC LIMIT 1) AS attempt
     FROM delivery d WHERE d.channel = ? AND d.state IN ('sending', 'unknown')`,
    [channel]
  )
  return row === undefined ? undefined : { _tag: "Frozen", ...row }
}

const paused = (db: ReadStatements, channel: ChannelId): Claim | undefined =>
  db.get("SELECT 1 FROM pause WHERE kind = 'channel' AND id = ?", [channel]) === undefined
    ? undefined
    : { _tag: "Paused" }

const held = (db: ReadStatements, channel: ChannelId, now: Millis): Claim | undefined => {
  const row = db.get<{ until: Millis; why: string }>(
    "SELECT hold_until AS until, hold_why AS why FROM channel WHERE id = ? AND hold_until > ?",
    [channel, now]
  )
  return row === undefined ? undefined : { _tag: "Waiting", ...row }
}

const ready = (db: ReadStatements, channel: ChannelId, now: Millis): Claim | undefined => {
  const head = db.get<Head>(
    `SELECT d.id, i.source, d.item_id AS itemId, p.payload, d.event, d.attempts, d.queued_at AS queuedAt
     FROM delivery d JOIN item i ON i.id = d.item_id JOIN item_payload p ON p.item_id = d.item_id
     WHERE d.channel = ? AND d.state = 'queued' AND d.due_at <= ?
     ORDER BY d.priority DESC, d.id LIMIT 1`,
    [channel, now]
  )
  if (head === undefined) return undefined
  const { payload, ...delivery } = head
  return { _tag: "Ready", delivery: { ...delivery, channel, item: decodeItem(payload) } }
}

const waiting = (db: ReadStatements, channel: ChannelId): Claim | undefined => {
  const row = db.get<{ until: Millis; why: string | null }>(
    `SELECT due_at AS until, reason AS why FROM delivery WHERE id = (
       SELECT id FROM delivery WHERE channel = ? AND state = 'queued' ORDER BY due_at, priority DESC, id LIMIT 1)`,
    [channel]
  )
  return row === undefined ? undefined : { _tag: "Waiting", until: row.until, why: row.why ?? "not due yet" }
}

/** More than all channels together can make in the minute that callers ask for (25 a second). */
const attemptsLookedAt = 2_000

/** Only the newest attempts are looked at, so that no index has to be kept for a question that is asked once a start. */
export const attemptsSince = (db: ReadStatements, channel: ChannelId, since: Millis): ReadonlyArray<Millis> =>
  db
    .all<{ startedAt: Millis }>(
      `SELECT a.started_at AS startedAt
       FROM (SELECT delivery_id, started_at FROM attempt ORDER BY id DESC LIMIT ${attemptsLookedAt}) a
       JOIN delivery d ON d.id = a.delivery_id
       WHERE d.channel = ? AND a.started_at >= ?`,
      [channel, since]
    )
    .map((row) => row.startedAt)

/** Frozen outranks paused, so that an unknown outcome is cleared up (by reading) even in a paused channel. */
export const claim = (db: ReadStatements, channel: ChannelId, now: Millis): Claim =>
  frozen(db, channel) ??
  paused(db, channel) ??
  held(db, channel, now) ??
  ready(db, channel, now) ??
  waiting(db, channel) ?? { _tag: "Empty" }
