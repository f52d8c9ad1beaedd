// The publisher's writes, each inside the caller's transaction: begin, settle and recover an attempt under the channel's fence; resolve and
// retry a delivery by what was found out. What was seen from outside has the last word on what was given as unknown.
import { Either, Schema } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { AttemptId, ChannelId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import { NoLongerQueued } from "../outbox/NoLongerQueued.ts"
import {
  type Expiry,
  expiryBatch,
  type Intent,
  type LeaseLost,
  type Outcome,
  type Resolution
} from "../outbox/Outbox.ts"
import { endAttempt, lastAttempt, leading, type Standing, sent, standing, step } from "./DeliveryStep.ts"
import { recognise } from "./EvidenceSteps.ts"
import { holdChannel, leaseLost } from "./OutboxLease.ts"
import type { Statements } from "./Statements.ts"

const encodePost = Schema.encodeSync(Schema.parseJson(Post))

/** Makes a digest of a delivery and its members; one that has begun before has them. False, and nothing done, when one is not free. */
const bind = (
  db: Statements,
  { delivery, channel, members = [] }: Intent,
  lead: DeliveryId | null
): boolean => {
  if (lead !== null) return lead === delivery
  if (members.length === 0) return true
  const which = { channel, ids: JSON.stringify([delivery, ...members]) }
  const free = `channel = :channel AND state = 'queued' AND lead_id IS NULL AND id IN (SELECT value FROM json_each(:ids))`
  const found = db.get<{ count: number }>(`SELECT count(*) AS count FROM delivery WHERE ${free}`, which)
  if (found?.count !== members.length + 1) return false
  db.run(`UPDATE delivery SET lead_id = :delivery WHERE ${free}`, { ...which, delivery })
  return true
}

/** queued → sending, with its attempt. */
export const begin = (
  db: Statements,
  intent: Intent
): Either.Either<AttemptId, LeaseLost | NoLongerQueued> => {
  const lost = leaseLost(db, intent.channel, intent.fence)
  if (lost !== undefined) return Either.left(lost)
  const from = db.get<Standing & { lead: DeliveryId | null }>(
    "SELECT id, channel, state, lead_id AS lead FROM delivery WHERE id = ?",
    [intent.delivery]
  )
  if (from?.state === "sending" || from?.state === "unknown") {
    throw new Error(`delivery ${from.id} is ${from.state}: it was not claimed`)
  }
  if (from?.channel !== intent.channel || from.state !== "queued" || !bind(db, intent, from.lead)) {
    return Either.left(new NoLongerQueued({ delivery: intent.delivery }))
  }
  step(db, from, { to: "sending", now: intent.now, reason: "a request is under way" })
  const attempt = db.get<{ id: AttemptId }>(
    `INSERT INTO attempt (delivery_id, number, fence, marker, payload, floor, started_at, revision, chat)
     SELECT d.id, d.attempts, :fence, :marker, :payload, c.floor, :now, :revision, :chat
     FROM delivery d JOIN channel c ON c.id = d.channel WHERE d.id = :delivery
     RETURNING id`,
    {
      delivery: intent.delivery,
      fence: intent.fence,
      marker: intent.marker,
      payload: encodePost(intent.post),
      now: intent.now,
      revision: intent.revision,
      chat: intent.chat
    }
  )
  if (attempt === undefined) throw new Error(`no attempt was recorded for delivery ${intent.delivery}`)
  return Either.right(attempt.id)
}

const performOutcome = (
  db: Statements,
  from: Standing,
  attempt: AttemptId,
  outcome: Outcome,
  now: Millis
): void => {
  switch (outcome._tag) {
    case "Sent":
      sent(db, from, { attempt, messageIds: outcome.messageIds, chatId: outcome.chatId }, now)
      break
    case "Refused":
      endAttempt(db, attempt, { outcome: "refused", now, detail: outcome.reason })
      step(db, from, { to: "refused", now, reason: outcome.reason })
      break
    case "Unknown":
      endAttempt(db, attempt, { outcome: "unknown", now, detail: outcome.reason })
      step(db, from, { to: "unknown", now, reason: outcome.reason })
      break
    case "Deferred": {
      const { until, scope, reason } = outcome
      endAttempt(db, attempt, { outcome: "deferred", now, detail: reason })
      if (scope !== "delivery") holdChannel(db, from.channel, { until, scope, why: reason }, now)
      step(db, from, { to: "queued", now, reason, ...(scope === "delivery" ? { dueAt: until } : {}) })
    }
  }
  recognise(db, from.id, now)
}

/** sending → sent | refused | queued | unknown, by the owner that began it; the state that it is in then. */
export const settle = (
  db: Statements,
  attempt: AttemptId,
  fence: Fence,
  outcome: Outcome,
  now: Millis
): Either.Either<DeliveryState, LeaseLost> => {
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
  performOutcome(db, from, attempt, outcome, now)
  return Either.right(standing(db, from.id)?.state ?? from.state)
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
    "SELECT id, channel, state FROM delivery WHERE channel = ? AND state IN ('sending', 'unknown') AND state = 'sending' AND (lead_id IS NULL OR lead_id = id)",
    [channel]
  )
  const reason = "the process ended while a request was under way"
  for (const from of found) {
    performOutcome(db, from, lastAttempt(db, from.id), { _tag: "Unknown", reason }, now)
  }
  return Either.right(found.length)
}

/** The channel when something was resolved; undefined when the delivery is neither unknown nor parked, or by another attempt than `about`. */
export const resolve = (
  db: Statements,
  delivery: DeliveryId,
  resolution: Resolution,
  now: Millis,
  about?: AttemptId
): ChannelId | undefined => {
  const from = leading(db, delivery)
  if (from?.state !== "unknown" && from?.state !== "parked") return undefined
  if (about !== undefined && lastAttempt(db, from.id) !== about) return undefined
  switch (resolution._tag) {
    case "Sent":
      sent(db, from, { attempt: lastAttempt(db, from.id), messageIds: resolution.messageIds }, now)
      break
    case "Absent":
      endAttempt(db, lastAttempt(db, from.id), { outcome: "absent", now })
      step(db, from, { to: "queued", now, reason: "the last attempt did not arrive", dueAt: 0 })
      break
    case "Park":
      if (from.state === "unknown") step(db, from, { to: "parked", now, reason: resolution.reason })
      break
    case "GiveUp":
      step(db, from, { to: "refused", now, reason: resolution.reason })
  }
  recognise(db, from.id, now)
  return from.channel
}

/** The channel when something was queued again; undefined when the delivery is neither refused nor expired. */
export const retry = (db: Statements, delivery: DeliveryId, now: Millis): ChannelId | undefined => {
  const from = leading(db, delivery)
  if (from?.state !== "refused" && from?.state !== "expired") return undefined
  step(db, from, { to: "queued", now, reason: "queued again by a person", dueAt: 0, queuedAt: now })
  return from.channel
}

/** The channel when the delivery has its new place; undefined when it is not queued. */
export const reorder = (
  db: Statements,
  delivery: DeliveryId,
  place: "first" | "last"
): ChannelId | undefined => {
  // A digest that has begun goes out as it is: any of its items stands for it.
  const from = leading(db, delivery)
  if (from?.state !== "queued") return undefined
  const end =
    place === "first"
      ? "(SELECT max(priority) + 1 FROM delivery WHERE channel = :channel AND state = 'queued'), due_at = 0"
      : "(SELECT min(priority) - 1 FROM delivery WHERE channel = :channel AND state = 'queued')"
  db.run(`UPDATE delivery SET priority = ${end} WHERE id = :lead`, { channel: from.channel, lead: from.id })
  return from.channel
}

/** queued → expired, by the owner; how many. */
export const expire = (
  db: Statements,
  channel: ChannelId,
  fence: Fence,
  which: Expiry,
  reason: string,
  now: Millis
): Either.Either<number, LeaseLost> => {
  const lost = leaseLost(db, channel, fence)
  if (lost !== undefined) return Either.left(lost)
  const waiting = `SELECT id, channel, state FROM delivery WHERE channel = :channel AND state = 'queued' AND (lead_id IS NULL OR lead_id = id)`
  const found =
    "delivery" in which
      ? db.all<Standing>(`${waiting} AND id = :id`, { channel, id: which.delivery })
      : db.all<Standing>(`${waiting} AND queued_at < :before ORDER BY queued_at LIMIT ${expiryBatch}`, {
          channel,
          before: which.before
        })
  for (const from of found) step(db, from, { to: "expired", now, reason })
  return Either.right(found.length)
}
