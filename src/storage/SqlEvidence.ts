// Evidence on SQLite: sightings by chat and message, found by marker; what follows from them is in EvidenceSteps.
import { Effect, Layer, Option, Schema } from "effect"
import type { AttemptId, ChannelId, DeliveryId, Fence, Millis } from "../domain/Names.ts"
import {
  assumedAlbum,
  Evidence,
  type SeenParts,
  type Sighting,
  type Stray,
  Via,
  type WatchedAttempt
} from "../outbox/Evidence.ts"
import { parkedChanged, Signals } from "../outbox/Signals.ts"
import { traced } from "../Spans.ts"
import { learnChatId } from "./ChannelChat.ts"
import { Database } from "./Database.ts"
import { addStray, messagesSeen, type Recognition, recognise, sightedAttempt } from "./EvidenceSteps.ts"
import { type OpenAttemptRow, openAttempt, openAttemptColumns } from "./OutboxClaim.ts"
import { leaseLost } from "./OutboxLease.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

/** Deliveries to which a sighting may say something: by its own marker, or by that of its album. */
const concerned = (db: ReadStatements, { chatId, marker, album }: Sighting): ReadonlyArray<DeliveryId> =>
  db
    .all<{ id: DeliveryId }>(
      `SELECT DISTINCT delivery_id AS id FROM attempt WHERE marker = :marker
       OR marker IN (SELECT marker FROM sighting INDEXED BY sighting_album
         WHERE chat_id = :chatId AND album = :album AND marker IS NOT NULL)`,
      { chatId, marker: marker ?? null, album: album ?? null }
    )
    .map((row) => row.id)

/** A marker that nobody here made is somebody else's text. */
const remember = (db: Statements, { chatId, messageId, marker, album, via }: Sighting, now: Millis): void => {
  db.run(
    `INSERT INTO sighting (chat_id, message_id, marker, album, via, at)
     VALUES (:chatId, :messageId, (SELECT marker FROM attempt WHERE marker = :marker), :album, :via, :now)
     ON CONFLICT (chat_id, message_id) DO UPDATE SET via = iif(instr(via, excluded.via) > 0, via, via || ' ' || excluded.via),
       marker = coalesce(excluded.marker, marker),
       album = coalesce(iif(album LIKE '${assumedAlbum}%', NULL, album), excluded.album, album)`,
    { chatId, messageId, marker: marker ?? null, album: album ?? null, via, now }
  )
  db.run("UPDATE channel SET floor = max(floor, :messageId) WHERE chat_id = :chatId", { chatId, messageId })
}

const saw = (
  db: Statements,
  channel: ChannelId,
  sightings: ReadonlyArray<Sighting>,
  now: Millis
): ReadonlyArray<Recognition> => {
  const chat = sightings[0]?.chatId
  if (chat !== undefined) learnChatId(db, channel, chat)
  for (const sighting of sightings) remember(db, sighting, now)
  const deliveries = new Set(sightings.flatMap((sighting) => concerned(db, sighting)))
  return [...deliveries].flatMap((delivery) => recognise(db, delivery, now) ?? [])
}

const seenAbove = (db: ReadStatements, channel: ChannelId, floor: number): ReadonlySet<number> =>
  new Set(
    db
      .all<{ id: number }>(
        `SELECT s.message_id AS id FROM channel c JOIN sighting s ON s.chat_id = c.chat_id AND s.message_id > :floor
         WHERE c.id = :channel`,
        { channel, floor }
      )
      .map((row) => row.id)
  )

const partsSeen = (db: ReadStatements, attempt: AttemptId): SeenParts => {
  const found = sightedAttempt(db, attempt)
  if (found === undefined) return { messageIds: [], certain: true }
  return {
    messageIds: messagesSeen(db, found),
    certain: found.album !== null && !found.album.startsWith(assumedAlbum)
  }
}

const knownPosts = (db: ReadStatements, channel: ChannelId, limit: number): ReadonlyArray<number> => {
  const own = db.all<{ id: number }>(
    `SELECT d.message_ids ->> 0 AS id FROM delivery d JOIN channel c ON c.id = d.channel
       JOIN post p ON p.delivery_id = d.id AND coalesce(c.chat, p.chat) = p.chat
     WHERE d.channel = ? AND d.sent_at IS NOT NULL AND d.state IN ('sent', 'edited') ORDER BY d.sent_at DESC LIMIT +?`,
    [channel, limit]
  )
  const others = () =>
    db.all<{ id: number }>(
      `SELECT s.message_id AS id FROM channel c JOIN sighting s ON s.chat_id = c.chat_id
       WHERE c.id = ? AND instr(s.via, 'check') = 0 ORDER BY s.message_id DESC LIMIT +?`,
      [channel, limit]
    )
  return (own.length > 0 ? own : others()).map((row) => row.id)
}

const watchedIn = `SELECT ${openAttemptColumns}, a.ended_at AS since
  FROM attempt a INDEXED BY attempt_watched CROSS JOIN delivery d ON d.id = a.delivery_id JOIN channel c ON c.id = d.channel
  WHERE a.outcome IN ('absent', 'unknown') AND a.ended_at >= :since AND d.channel = :channel AND d.state <> 'unknown'
  AND coalesce(a.chat, c.chat) = c.chat
  AND NOT EXISTS (SELECT 1 FROM stray WHERE attempt_id = a.id)
  ORDER BY a.id`

/** By the index of what is watched: by that of deliveries all that the channel ever posted would be looked through. */
const watched = (db: ReadStatements, channel: ChannelId, since: Millis): ReadonlyArray<WatchedAttempt> =>
  db
    .all<OpenAttemptRow & { since: Millis }>(watchedIn, { channel, since })
    .map(({ since: unknownSince, ...row }) => ({ ...openAttempt(row), since: unknownSince }))

type StrayRow = Omit<Stray, "messageIds"> & { readonly messageIds: string; readonly dueAt: Millis }

const nextStray = (db: ReadStatements, channel: ChannelId) => {
  const row = db.get<StrayRow>(
    `SELECT s.attempt_id AS attempt, a.delivery_id AS delivery, s.chat, s.message_ids AS messageIds, s.reason,
       s.found_at AS foundAt, s.due_at AS dueAt
     FROM stray s JOIN attempt a ON a.id = s.attempt_id
     WHERE s.channel = ? AND s.ended_at IS NULL ORDER BY s.due_at, s.attempt_id LIMIT 1`,
    [channel]
  )
  if (row === undefined) return Option.none()
  const messageIds: ReadonlyArray<number> = JSON.parse(row.messageIds)
  return Option.some({ ...row, messageIds })
}

const endStray = (
  db: Statements,
  attempt: AttemptId,
  fence: Fence,
  end: "removed" | "stays" | { readonly again: Millis },
  now: Millis
) => {
  const row = db.get<{ channel: ChannelId }>("SELECT channel FROM stray WHERE attempt_id = ?", [attempt])
  const lost = row === undefined ? undefined : leaseLost(db, row.channel, fence)
  if (lost !== undefined) return Effect.fail(lost)
  if (typeof end === "object") {
    db.run("UPDATE stray SET due_at = ? WHERE attempt_id = ? AND ended_at IS NULL", [end.again, attempt])
  } else {
    db.run("UPDATE stray SET ended_at = ?, fate = ? WHERE attempt_id = ? AND ended_at IS NULL", [
      now,
      end,
      attempt
    ])
  }
  return Effect.void
}

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  return Evidence.of({
    saw: traced("Evidence.saw")(function* (channel, sightings, now) {
      if (sightings.length === 0) return { found: [], doubled: [] }
      const recognised = yield* database.transaction("record what was seen", (db) =>
        saw(db, channel, sightings, now)
      )
      for (const { channel } of recognised) yield* signals.notify({ kind: "channel", id: channel })
      if (recognised.length > 0) yield* signals.notify(parkedChanged)
      return {
        found: recognised.filter((one) => one.found),
        doubled: recognised.filter((one) => one.doubled)
      }
    }),
    seenAbove: traced("Evidence.seenAbove")(function* (channel, floor) {
      return yield* database.read("look up what was seen", (db) => seenAbove(db, channel, floor))
    }),
    waysSeen: traced("Evidence.waysSeen")(function* (chatId, messageId) {
      const row = yield* database.read("look up what was seen", (db) =>
        db.get<{ via: string }>("SELECT via FROM sighting WHERE chat_id = ? AND message_id = ?", [
          chatId,
          messageId
        ])
      )
      return row === undefined ? [] : row.via.split(" ").filter(Schema.is(Via))
    }),
    partsSeen: traced("Evidence.partsSeen")(function* (attempt) {
      return yield* database.read("look up what was seen", (db) => partsSeen(db, attempt))
    }),
    knownPosts: traced("Evidence.knownPosts")(function* (channel, limit) {
      return yield* database.read("look up posts", (db) => knownPosts(db, channel, limit))
    }),
    watched: traced("Evidence.watched")(function* (channel, since) {
      return yield* database.read("look up watched attempts", (db) => watched(db, channel, since))
    }),
    addStray: traced("Evidence.addStray")(function* (attempt, ids, reason, now) {
      yield* database.transaction("record a stray post", (db) => addStray(db, attempt, ids, reason, now))
    }),
    nextStray: traced("Evidence.nextStray")(function* (channel) {
      return yield* database.read("look for stray posts", (db) => nextStray(db, channel))
    }),
    endStray: traced("Evidence.endStray")(function* (attempt, fence, end, now) {
      yield* yield* database.transaction("record the end of a stray post", (db) =>
        endStray(db, attempt, fence, end, now)
      )
    }),
    strayState: traced("Evidence.strayState")(function* (attempt) {
      const row = yield* database.read("look for stray posts", (db) =>
        db.get<{ fate: "removed" | "stays" | null }>("SELECT fate FROM stray WHERE attempt_id = ?", [attempt])
      )
      return row === undefined ? "none" : (row.fate ?? "open")
    }),
    forget: traced("Evidence.forget")(function* (before) {
      return yield* database.transaction(
        "forget what was seen",
        (db) =>
          db.run(
            `DELETE FROM sighting WHERE at < :before AND (marker IS NULL OR marker NOT IN (SELECT marker FROM attempt))`,
            { before }
          ).changes
      )
    })
  })
})

export const layer: Layer.Layer<Evidence, never, Database | Signals> = Layer.effect(Evidence, make)
