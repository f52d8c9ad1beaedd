// The steps of a delivery from state to state, each inside the caller's transaction. A step is checked three times: against the
// domain's table, in its WHERE clause against the state on disk, and by the schema's trigger. An impossible one is a bug and throws.
import { Either, Schema } from "effect"
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import type { AttemptId, ChannelId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import {
  type Intent,
  type LeaseLost,
  NoLongerQueued,
  type Outcome,
  type Resolution
} from "../outbox/Outbox.ts"
import { holdChannel, leaseLost, raiseFloor } from "./OutboxLease.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const encodePost = Schema.encodeSync(Schema.parseJson(Post))

interface Standing {
  readonly id: DeliveryId
  readonly channel: ChannelId
  readonly state: DeliveryState
}

const standing = (db: ReadStatements, delivery: DeliveryId): Standing | undefined =>
  db.get<Standing>("SELECT id, channel, state FROM delivery WHERE id = ?", [delivery])

/** What a step changes beside the state; what is absent stays. */
interface Change {
  readonly to: DeliveryState
  readonly now: Millis
  readonly reason?: string
  readonly dueAt?: Millis
  readonly queuedAt?: Millis
  readonly messageIds?: ReadonlyArray<number>
}

const step = (
  db: Statements,
  from: Standing,
  { to, now, reason, dueAt, queuedAt, messageIds }: Change
): void => {
  const moved =
    transitions[from.state].includes(to) &&
    db.run(
      `UPDATE delivery SET state = :to, state_at = :now, reason = :reason,
         attempts = attempts + (:to = 'sending'),
         due_at = coalesce(:dueAt, due_at),
         queued_at = coalesce(:queuedAt, queued_at),
         sent_at = CASE :to WHEN 'sent' THEN :now ELSE sent_at END,
         message_ids = coalesce(:messageIds, message_ids)
       WHERE id = :id AND state = :from`,
      {
        id: from.id,
        from: from.state,
        to,
        now,
        reason: reason ?? null,
        dueAt: dueAt ?? null,
        queuedAt: queuedAt ?? null,
        messageIds: messageIds === undefined ? null : JSON.stringify(messageIds)
      }
    ).changes === 1
  if (!moved) throw new Error(`delivery ${from.id} cannot go from ${from.state} to ${to}`)
}

/** queued → sending, with its attempt. */
export const begin = (
  db: Statements,
  intent: Intent
): Either.Either<AttemptId, LeaseLost | NoLongerQueued> => {
  const lost = leaseLost(db, intent.channel, intent.fence)
  if (lost !== undefined) return Either.left(lost)
  const from = standing(db, intent.delivery)
  if (from?.state === "sending" || from?.state === "unknown") {
    throw new Error(`delivery ${from.id} is ${from.state}: it was not claimed`)
  }
  if (from?.channel !== intent.channel || from.state !== "queued") {
    return Either.left(new NoLongerQueued({ delivery: intent.delivery }))
  }
  step(db, from, { to: "sending", now: intent.now, reason: "a request is under way" })
  const attempt = db.get<{ id: AttemptId }>(
    `INSERT INTO attempt (delivery_id, number, fence, marker, payload, floor, started_at)
     SELECT d.id, d.attempts, :fence, :marker, :payload, c.floor, :now
     FROM delivery d JOIN channel c ON c.id = d.channel WHERE d.id = :delivery
     RETURNING id`,
    {
      delivery: intent.delivery,
      fence: intent.fence,
      marker: intent.marker,
      payload: encodePost(intent.post),
      now: intent.now
    }
  )
  if (attempt === undefined) throw new Error(`no attempt was recorded for delivery ${intent.delivery}`)
  return Either.right(attempt.id)
}

interface Ending {
  readonly outcome: "sent" | "refused" | "deferred" | "unknown" | "absent"
  readonly now: Millis
  readonly detail?: string
  readonly messageIds?: ReadonlyArray<number>
}

/** Closes the delivery's last attempt, or says later what became of it. */
const endAttempt = (
  db: Statements,
  delivery: DeliveryId,
  { outcome, now, detail, messageIds }: Ending
): void => {
  db.run(
    `UPDATE attempt SET outcome = :outcome, ended_at = coalesce(ended_at, :now), detail = coalesce(:detail, detail),
       message_ids = :messageIds
     WHERE delivery_id = :delivery AND number = (SELECT attempts FROM delivery WHERE id = :delivery)`,
    {
      delivery,
      outcome,
      now,
      detail: detail ?? null,
      messageIds: messageIds === undefined ? null : JSON.stringify(messageIds)
    }
  )
}

const sent = (db: Statements, from: Standing, messageIds: ReadonlyArray<number>, now: Millis): void => {
  endAttempt(db, from.id, { outcome: "sent", now, messageIds })
  step(db, from, { to: "sent", now, messageIds })
  raiseFloor(db, from.channel, messageIds)
}

const performOutcome = (db: Statements, from: Standing, outcome: Outcome, now: Millis): void => {
  switch (outcome._tag) {
    case "Sent":
      sent(db, from, outcome.messageIds, now)
      break
    case "Refused":
      endAttempt(db, from.id, { outcome: "refused", now, detail: outcome.reason })
      step(db, from, { to: "refused", now, reason: outcome.reason })
      break
    case "Unknown":
      endAttempt(db, from.id, { outcome: "unknown", now, detail: outcome.reason })
      step(db, from, { to: "unknown", now, reason: outcome.reason })
      break
    case "Deferred": {
      const { until, scope, reason } = outcome
      endAttempt(db, from.id, { outcome: "deferred", now, detail: reason })
      if (scope === "channel") holdChannel(db, from.channel, until, reason)
      step(db, from, { to: "queued", now, reason, ...(scope === "delivery" ? { dueAt: until } : {}) })
    }
  }
}

/** sending → sent | refused | queued | unknown, by the owner that began it. */
export const settle = (
  db: Statements,
  attempt: AttemptId,
  fence: Fence,
  outcome: Outcome,
  now: Millis
): Either.Either<void, LeaseLost> => {
  const from = db.get<Standing & { fence: Fence; open: 0 | 1 }>(
    `SELECT d.id, d.channel, d.state, a.fence, a.ended_at IS NULL AS open
     FROM attempt a JOIN delivery d ON d.id = a.delivery_id WHERE a.id = ?`,
    [attempt]
  )
  if (from === undefined) throw new Error(`attempt ${attempt} does not exist`)
  const lost = leaseLost(db, from.channel, fence)
  if (lost !== undefined) return Either.left(lost)
  if (from.open === 0 || from.fence !== fence || from.state !== "sending") {
    throw new Error(`attempt ${attempt} of delivery ${from.id} (${from.state}) was settled before`)
  }
  return Either.right(performOutcome(db, from, outcome, now))
}

/** sending → unknown, for what an earlier owner left behind. */
export const recover = (
  db: Statements,
  channel: ChannelId,
  fence: Fence,
  now: Millis
): Either.Either<number, LeaseLost> => {
  const lost = leaseLost(db, channel, fence)
  if (lost !== undefined) return Either.left(lost)
  const found = db.all<Standing>(
    "SELECT id, channel, state FROM delivery WHERE channel = ? AND state IN ('sending', 'unknown') AND state = 'sending'",
    [channel]
  )
  const reason = "the process ended while a request was under way"
  for (const from of found) performOutcome(db, from, { _tag: "Unknown", reason }, now)
  return Either.right(found.length)
}

/** The channel when something was resolved; undefined when the delivery is neither unknown nor parked. */
export const resolve = (
  db: Statements,
  delivery: DeliveryId,
  resolution: Resolution,
  now: Millis
): ChannelId | undefined => {
  const from = standing(db, delivery)
  if (from?.state !== "unknown" && from?.state !== "parked") return undefined
  switch (resolution._tag) {
    case "Sent":
      sent(db, from, resolution.messageIds, now)
      break
    case "Absent":
      endAttempt(db, delivery, { outcome: "absent", now })
      step(db, from, { to: "queued", now, reason: "the last attempt did not arrive", dueAt: 0 })
      break
    case "Park":
      if (from.state === "unknown") step(db, from, { to: "parked", now, reason: resolution.reason })
      break
    case "GiveUp":
      step(db, from, { to: "refused", now, reason: resolution.reason })
  }
  return from.channel
}

/** The channel when something was queued again; undefined when the delivery is neither refused nor expired. */
export const retry = (db: Statements, delivery: DeliveryId, now: Millis): ChannelId | undefined => {
  const from = standing(db, delivery)
  if (from?.state !== "refused" && from?.state !== "expired") return undefined
  step(db, from, { to: "queued", now, reason: "queued again by a person", dueAt: 0, queuedAt: now })
  return from.channel
}
