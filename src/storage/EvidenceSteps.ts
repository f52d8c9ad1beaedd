// What sightings mean for deliveries, inside the caller's transaction. A whole post that bears an attempt's marker stands: its delivery is
// sent, or has one post too many. Called after everything that may make an earlier sighting tell.
import type { AttemptId, ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import { endAttempt, revisionNow, type Standing, sent, standing } from "./DeliveryStep.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

interface SightedAttempt {
  readonly id: AttemptId
  readonly chatId: number
  readonly messageId: number
  readonly album: string | null
  /** How many messages it makes. */
  readonly messages: number
  /** It was seen by reading what stands there: whatever else stands there is seen as well. */
  readonly isRead: 0 | 1
}

/**
 * Where each attempt's marker stands in the chat of its channel, in the order in which they were made. In other chats and further down it is
 * somebody's copy of the post. SQLite keeps no statistics here: left to choose, it looks through all that was ever seen in the chat.
 */
const sighted = (db: ReadStatements, which: string, id: number): ReadonlyArray<SightedAttempt> =>
  db.all<SightedAttempt>(
    `SELECT a.id, s.chat_id AS chatId, min(s.message_id) AS messageId, s.album,
       instr(s.via, 'copy') + instr(s.via, 'profile') > 0 AS isRead,
       max(1, coalesce(json_array_length(a.payload, '$.photoUrls'), 1)) AS messages
     FROM attempt a JOIN delivery d ON d.id = a.delivery_id JOIN channel c ON c.id = d.channel
       JOIN sighting s INDEXED BY sighting_marker ON s.marker = a.marker AND s.chat_id = c.chat_id
     WHERE ${which} GROUP BY a.id ORDER BY a.number`,
    [id]
  )

/** Without those that are strays already. */
const sightedAttempts = (db: ReadStatements, delivery: DeliveryId): ReadonlyArray<SightedAttempt> =>
  sighted(db, "a.delivery_id = ? AND NOT EXISTS (SELECT 1 FROM stray WHERE attempt_id = a.id)", delivery)

/** Where an attempt's post stands, whole or in part. */
export const sightedAttempt = (db: ReadStatements, attempt: AttemptId): SightedAttempt | undefined =>
  sighted(db, "a.id = ?", attempt)[0]

/** The messages of its album that were seen; of a single post the one. */
export const messagesSeen = (
  db: ReadStatements,
  { chatId, messageId, album }: Pick<SightedAttempt, "chatId" | "messageId" | "album">
): ReadonlyArray<number> =>
  album === null
    ? [messageId]
    : db
        .all<{ id: number }>(
          "SELECT message_id AS id FROM sighting INDEXED BY sighting_album WHERE chat_id = ? AND album = ? ORDER BY message_id",
          [chatId, album]
        )
        .map((row) => row.id)

/** `here`: its ids are those of the chat in which the channel is published. */
const recordedPost = (db: ReadStatements, delivery: DeliveryId) => {
  const row = db.get<{ messageIds: string; attempt: AttemptId | null; here: 0 | 1 }>(
    `SELECT coalesce(d.message_ids, '[]') AS messageIds, p.attempt_id AS attempt, p.chat IS c.chat AS here
     FROM delivery d LEFT JOIN post p ON p.delivery_id = d.id JOIN channel c ON c.id = d.channel WHERE d.id = ?`,
    [delivery]
  )
  const messageIds: ReadonlyArray<number> = JSON.parse(row?.messageIds ?? "[]")
  return { messageIds, attempt: row?.attempt ?? null, here: row?.here === 1 }
}

/** In a chat that its channel has left the ids mean other messages. */
export const addStray = (
  db: Statements,
  attempt: AttemptId,
  messageIds: ReadonlyArray<number>,
  reason: string,
  now: Millis
): void => {
  db.run(
    `INSERT INTO stray (attempt_id, channel, chat, message_ids, reason, found_at, due_at)
     SELECT a.id, d.channel, coalesce(a.chat, c.chat, ''), :ids, :reason, :now, 0
     FROM attempt a JOIN delivery d ON d.id = a.delivery_id JOIN channel c ON c.id = d.channel
     WHERE a.id = :attempt AND coalesce(a.chat, c.chat) IS coalesce(c.chat, a.chat)
     ON CONFLICT (attempt_id) DO NOTHING`,
    { attempt, ids: JSON.stringify(messageIds), reason, now }
  )
}

/**
 * A person took the post of an earlier attempt for that of the last one: it is the only one that stands, and what became of the last one is
 * still not known.
 */
const correctAttempt = (
  db: Statements,
  { id: delivery }: Standing,
  messageIds: ReadonlyArray<number>,
  { by, taken }: { readonly by: AttemptId; readonly taken: AttemptId },
  now: Millis
): void => {
  endAttempt(db, by, { outcome: "sent", now, messageIds })
  endAttempt(db, taken, { outcome: "unknown", now })
  // One that was edited since shows what its edit says, whoever made it.
  db.run(
    `UPDATE post SET attempt_id = a.id, revision = iif(post.edits = 0, a.revision, post.revision),
       noted_at = iif(post.due_at IS NULL, :now, post.noted_at),
       due_at = iif(post.edits = 0 AND ${revisionNow} > a.revision, coalesce(post.due_at, :now), post.due_at)
     FROM attempt a JOIN delivery d ON d.id = a.delivery_id JOIN item i ON i.id = d.item_id
     WHERE a.id = :by AND post.delivery_id = :delivery`,
    { delivery, by, now }
  )
}

const isSeen = (db: ReadStatements, attempt: AttemptId | null): boolean =>
  attempt === null || sightedAttempt(db, attempt) !== undefined

/**
 * A post that was recorded under other ids, by a person who looked elsewhere, is corrected, and so is one that is another attempt's; what stands
 * beside the recorded one is one too many. But a place that only a person named is none where reading shows another post and none of that attempt:
 * to take away the one that stands would lose it. Should that attempt's be seen later, it is the one too many.
 */
const compare = (
  db: Statements,
  from: Standing,
  sighted: SightedAttempt,
  ids: ReadonlyArray<number>,
  now: Millis
): boolean => {
  const { messageIds, attempt, here } = recordedPost(db, from.id)
  const isOther = attempt !== sighted.id
  const isSame = messageIds.some((id) => ids.includes(id)) || (sighted.isRead === 1 && !isSeen(db, attempt))
  if (isOther && !(here && isSame)) {
    addStray(db, sighted.id, ids, "another attempt's post of the same delivery stands already", now)
    return true
  }
  const whole = JSON.stringify(ids)
  if (JSON.stringify(messageIds) !== whole) {
    db.run("UPDATE delivery SET message_ids = ? WHERE id = ?", [whole, from.id])
  }
  if (isOther && attempt !== null) correctAttempt(db, from, ids, { by: sighted.id, taken: attempt }, now)
  return false
}

export interface Recognition {
  readonly channel: ChannelId
  readonly delivery: DeliveryId
  readonly found: boolean
  readonly doubled: boolean
}

/** Applies what was seen of a delivery's attempts. One that is being sent is left alone: its outcome comes first. */
export const recognise = (db: Statements, delivery: DeliveryId, now: Millis): Recognition | undefined => {
  const attempts = sightedAttempts(db, delivery)
  if (attempts.length === 0) return undefined
  let from = standing(db, delivery)
  let found = false
  let doubled = false
  for (const sighted of attempts) {
    const ids = messagesSeen(db, sighted)
    if (from === undefined || from.state === "sending" || ids.length < sighted.messages) continue
    if (from.state === "sent" || from.state === "edited" || from.state === "withdrawn") {
      doubled = compare(db, from, sighted, ids, now) || doubled
      continue
    }
    sent(db, from, { attempt: sighted.id, messageIds: ids, chatId: sighted.chatId }, now)
    from = { ...from, state: "sent" }
    found = true
  }
  return from === undefined || (!found && !doubled)
    ? undefined
    : { channel: from.channel, delivery, found, doubled }
}
