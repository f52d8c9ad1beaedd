// One step of a delivery from state to state, inside the caller's transaction. A step is checked three times: against the domain's table, in
// its WHERE clause against the state on disk, and by the schema's trigger. An impossible one is a bug and throws.
import { type DeliveryState, transitions } from "../domain/Delivery.ts"
import type { Money } from "../domain/Money.ts"
import type { AttemptId, ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import { confirmChatId } from "./ChannelChat.ts"
import { raiseFloor } from "./OutboxLease.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

export interface Standing {
  readonly id: DeliveryId
  readonly channel: ChannelId
  readonly state: DeliveryState
}

export const standing = (db: ReadStatements, delivery: DeliveryId): Standing | undefined =>
  db.get<Standing>("SELECT id, channel, state FROM delivery WHERE id = ?", [delivery])

/** The delivery that stands for this one: the lead of its digest, else itself. */
export const leading = (db: ReadStatements, delivery: DeliveryId): Standing | undefined =>
  db.get<Standing>(
    `SELECT lead.id, lead.channel, lead.state FROM delivery d JOIN delivery lead ON lead.id = coalesce(d.lead_id, d.id)
     WHERE d.id = ?`,
    [delivery]
  )

/** The revision that a post of delivery `d` on item `i` would show now; of a digest the sum of all. Grows when one of them does. */
export const revisionNow = `coalesce((SELECT sum(mi.revision) FROM delivery m JOIN item mi ON mi.id = m.item_id
  WHERE m.lead_id = d.id), i.revision)`

/** The price that a delivery was measured by, where it has one. */
export const beforeOf = (amount: string | null, currency: string | null): { readonly before?: Money } =>
  amount === null || currency === null ? {} : { before: { amount, currency } }

/** What a step changes beside the state; what is absent stays. */
export interface Change {
  readonly to: DeliveryState
  readonly now: Millis
  readonly reason?: string
  readonly dueAt?: Millis
  readonly queuedAt?: Millis
  readonly messageIds?: ReadonlyArray<number>
}

/** All of a digest take the step of their lead. */
export const step = (
  db: Statements,
  from: Standing,
  { to, now, reason, dueAt, queuedAt, messageIds }: Change
): void => {
  const moved =
    transitions[from.state].includes(to) &&
    db.run(
      // `+state`: a bound value beside a column of which partial indexes name values makes SQLite plan anew on every run (200 µs).
      `UPDATE delivery SET state = :to, state_at = :now,
         reason = iif(id = :id, :reason, 'with delivery ' || lead_id || coalesce(': ' || :reason, '')),
         attempts = attempts + (:to = 'sending'),
         due_at = coalesce(:dueAt, due_at),
         queued_at = coalesce(:queuedAt, queued_at),
         sent_at = CASE :to WHEN 'sent' THEN :now ELSE sent_at END,
         message_ids = coalesce(:messageIds, message_ids)
       WHERE (id = :id OR lead_id = :id) AND +state = :from`,
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
    ).changes >= 1
  if (!moved) throw new Error(`delivery ${from.id} cannot go from ${from.state} to ${to}`)
}

export interface Ending {
  readonly outcome: "sent" | "refused" | "deferred" | "unknown" | "absent"
  readonly now: Millis
  readonly detail?: string
  readonly messageIds?: ReadonlyArray<number>
}

/** Closes an attempt, or says later what became of it. */
export const endAttempt = (
  db: Statements,
  attempt: AttemptId,
  { outcome, now, detail, messageIds }: Ending
): void => {
  db.run(
    `UPDATE attempt SET outcome = :outcome, ended_at = coalesce(ended_at, :now), detail = coalesce(:detail, detail),
       message_ids = :messageIds
     WHERE id = :attempt`,
    {
      attempt,
      outcome,
      now,
      detail: detail ?? null,
      messageIds: messageIds === undefined ? null : JSON.stringify(messageIds)
    }
  )
}

/** The attempt that the delivery made last. */
export const lastAttempt = (db: ReadStatements, delivery: DeliveryId): AttemptId => {
  const row = db.get<{ id: AttemptId }>(
    "SELECT id FROM attempt WHERE delivery_id = ? ORDER BY number DESC LIMIT 1",
    [delivery]
  )
  if (row === undefined) throw new Error(`delivery ${delivery} has no attempt`)
  return row.id
}

/** Where an attempt's post stands. */
export interface Place {
  readonly attempt: AttemptId
  readonly messageIds: ReadonlyArray<number>
  /** The chat's number, where it is known. */
  readonly chatId?: number | undefined
}

const postStands = `INSERT INTO post (delivery_id, item_id, channel, chat, attempt_id, revision, due_at, noted_at)
  SELECT d.id, d.item_id, d.channel, coalesce(a.chat, c.chat, ''), a.id, a.revision, iif(${revisionNow} > a.revision, :now, NULL), :now
  FROM delivery d JOIN item i ON i.id = d.item_id JOIN attempt a ON a.id = :attempt JOIN channel c ON c.id = d.channel
  WHERE d.id = :delivery`

/** → sent: the post stands, is known as ours when it is seen, and follows its item from now on. */
export const sent = (
  db: Statements,
  from: Standing,
  { attempt, messageIds, chatId }: Place,
  now: Millis
): void => {
  endAttempt(db, attempt, { outcome: "sent", now, messageIds })
  step(db, from, { to: "sent", now, messageIds })
  // Without it a person named the place, and may be mistaken: what lands before it must still be found.
  if (chatId !== undefined) {
    confirmChatId(db, from.channel, chatId)
    raiseFloor(db, from.channel, messageIds)
    db.run(
      `INSERT INTO sighting (chat_id, message_id, marker, via, at)
       SELECT :chatId, m.value, iif(m.key = 0, a.marker, NULL), 'answer', :now
       FROM attempt a, json_each(:ids) AS m WHERE a.id = :attempt
       ON CONFLICT (chat_id, message_id) DO NOTHING`,
      { chatId, attempt, now, ids: JSON.stringify(messageIds) }
    )
  }
  db.run(postStands, { delivery: from.id, attempt, now })
}
