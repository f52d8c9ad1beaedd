// What a channel waits for was noted at a time that is still to come: the clock was ahead then, and was set back. From now on such a wait lasts
// as long as it was meant to; without this it would last until that date. Called whenever a channel's lease is taken or renewed.
import type { ChannelId, Millis } from "../domain/Names.ts"
import type { Statements } from "./Statements.ts"

/** A long queue is set right in several goes. */
const rowsPerGo = 1_000

/** One question by the indexes that the changes go by: nearly always there is nothing to set right. */
const isAhead = (db: Statements, here: { readonly channel: ChannelId; readonly now: Millis }): boolean =>
  db.get(
    `SELECT 1 FROM channel WHERE id = :channel AND hold_noted_at > :now
     UNION ALL SELECT 1 FROM post WHERE channel = :channel AND due_at > :now AND noted_at > :now
     UNION ALL SELECT 1 FROM delivery WHERE channel = :channel AND state IN ('queued', 'unknown') AND state_at > :now
     UNION ALL SELECT 1 FROM stray WHERE channel = :channel AND ended_at IS NULL AND due_at > :now AND found_at > :now
     LIMIT 1`,
    here
  ) !== undefined

export const setRight = (db: Statements, channel: ChannelId, now: Millis): void => {
  const here = { channel, now }
  if (!isAhead(db, here)) return
  db.run(
    `UPDATE channel SET hold_until = hold_until - hold_noted_at + :now, hold_noted_at = :now
     WHERE id = :channel AND hold_noted_at > :now`,
    here
  )
  db.run(
    `UPDATE post SET due_at = due_at - noted_at + :now, noted_at = :now
     WHERE channel = :channel AND due_at > :now AND noted_at > :now`,
    here
  )
  // A queued delivery is put off from its last step on, and a digest waits for the age of what it has.
  db.run(
    `UPDATE delivery SET due_at = iif(due_at > state_at, due_at - state_at + :now, due_at), queued_at = min(queued_at, :now),
       state_at = :now
     WHERE id IN (SELECT id FROM delivery WHERE channel = :channel AND state = 'queued' AND state_at > :now LIMIT ${rowsPerGo})`,
    here
  )
  db.run(
    "UPDATE stray SET due_at = 0 WHERE channel = :channel AND ended_at IS NULL AND due_at > :now AND found_at > :now",
    here
  )
  // Whether it arrived can be asked so long after the request.
  db.run(
    "UPDATE delivery SET state_at = :now WHERE channel = :channel AND state = 'unknown' AND state_at > :now",
    here
  )
}
