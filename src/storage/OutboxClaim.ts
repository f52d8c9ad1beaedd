// What a publisher finds when it asks for work: a few reads by index, in the order in which one reason outranks the next.
import { Schema } from "effect"
import type { ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import type { Backlog } from "../domain/Opening.ts"
import { Post } from "../domain/Post.ts"
import type { Choosing } from "../outbox/Choosing.ts"
import type { Claim, OpenAttempt } from "../outbox/Outbox.ts"
import type { PastCall } from "../outbox/PastCall.ts"
import { longestTroubleMs } from "../outbox/Trouble.ts"
import { begun, chosen } from "./OutboxChoosing.ts"
import type { ReadStatements } from "./Statements.ts"

const decodePost = Schema.decodeSync(Schema.parseJson(Post))

/** An attempt as a look for its post must know it; `a` and `d` are its tables, `c` is its channel. */
export const openAttemptColumns = `a.id, coalesce(a.chat, c.chat, '') AS chat, a.marker, a.floor, a.payload,
  (SELECT count(*) FROM attempt o WHERE o.delivery_id = d.id AND o.outcome IN ('unknown', 'absent')) AS unknowns`

export type OpenAttemptRow = Omit<OpenAttempt, "post"> & { readonly payload: string }

export const openAttempt = ({ payload, ...attempt }: OpenAttemptRow): OpenAttempt => ({
  ...attempt,
  post: decodePost(payload)
})

const frozenIn = `SELECT d.id AS delivery, d.state_at AS since, d.reason AS why, d.state = 'sending' AS inFlight, ${openAttemptColumns}
  FROM delivery d JOIN channel c ON c.id = d.channel JOIN attempt a ON a.delivery_id = d.id AND a.number = d.attempts
  WHERE d.channel = ? AND d.state IN ('sending', 'unknown') AND (d.lead_id IS NULL OR d.lead_id = d.id)`

const frozen = (db: ReadStatements, channel: ChannelId): Claim | undefined => {
  const row = db.get<OpenAttemptRow & { delivery: DeliveryId; since: Millis; why: string; inFlight: 0 | 1 }>(
    frozenIn,
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
       UNION ALL SELECT trouble_until, trouble_why FROM channel WHERE id = :channel AND trouble_until <= :latest)
     WHERE until > :now ORDER BY until DESC LIMIT 1`,
    { channel, now, latest: now + longestTroubleMs }
  )
  return row === undefined ? undefined : { _tag: "Waiting", scope: "channel", ...row }
}

export const backlog = (db: ReadStatements, channel: ChannelId): Backlog => {
  const row = db.get<Backlog>(
    `SELECT coalesce((SELECT deliveries FROM delivery_count WHERE channel = :channel AND state = 'queued'), 0) AS queued,
       (SELECT queued_at FROM delivery WHERE channel = :channel AND state = 'queued' AND (lead_id IS NULL OR lead_id = id)
        ORDER BY queued_at LIMIT 1) AS oldestQueuedAt,
       (SELECT max(sent_at) FROM delivery WHERE channel = :channel AND sent_at IS NOT NULL) AS lastSentAt`,
    { channel }
  )
  return row ?? { queued: 0, oldestQueuedAt: null, lastSentAt: null }
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
export const claim = (db: ReadStatements, channel: ChannelId, choosing: Choosing, now: Millis): Claim =>
  frozen(db, channel) ??
  paused(db, channel) ??
  held(db, channel, now) ??
  begun(db, channel, now) ??
  chosen(db, channel, choosing, now)
