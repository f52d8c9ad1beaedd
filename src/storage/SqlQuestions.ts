// Questions about parked deliveries, on SQLite.
import { Effect, Layer, Schema } from "effect"
import type { Marker } from "../domain/Marker.ts"
import type { AttemptId, ChannelId, DeliveryId } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import { type ParkedDelivery, type Question, Questions } from "../outbox/Questions.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import type { ReadStatements } from "./Statements.ts"

const decodePost = Schema.decodeSync(Schema.parseJson(Post))

interface ParkedRow {
  readonly delivery: DeliveryId
  readonly attempt: AttemptId
  readonly channel: ChannelId
  readonly chat: string
  readonly chatId: number | null
  readonly marker: Marker
  readonly payload: string
  readonly reason: string
  readonly floor: number
}

const parkedWhere = (db: ReadStatements, condition: string, parameters: Readonly<Record<string, number>>) =>
  db
    .all<ParkedRow>(
      `SELECT d.id AS delivery, a.id AS attempt, d.channel, coalesce(a.chat, c.chat, '') AS chat, c.chat_id AS chatId, a.marker, a.payload,
         d.reason, a.floor
       FROM delivery d JOIN channel c ON c.id = d.channel JOIN attempt a ON a.delivery_id = d.id AND a.number = d.attempts
       WHERE d.state = 'parked' AND ${condition} ORDER BY d.id`,
      parameters
    )
    .map(
      ({ payload, floor, ...row }): ParkedDelivery => ({
        ...row,
        post: decodePost(payload),
        candidates: candidates(db, row.channel, floor)
      })
    )

/** More than a person would look through. */
const mostCandidates = 10

/** Between the floor of the attempt and the next post of ours: what was not seen to be something else. */
const candidates = (db: ReadStatements, channel: ChannelId, floor: number): ReadonlyArray<number> => {
  const next = db.get<{ id: number | null }>(
    `SELECT min(m.value) AS id FROM delivery d, json_each(d.message_ids) AS m
     WHERE d.channel = :channel AND d.sent_at IS NOT NULL AND m.value > :floor`,
    { channel, floor }
  )?.id
  if (next === undefined || next === null) return []
  return db
    .all<{ id: number }>(
      `WITH RECURSIVE between_ids (id) AS (
         SELECT :floor + 1 UNION ALL SELECT id + 1 FROM between_ids WHERE id + 1 < :next LIMIT ${mostCandidates + 1})
       SELECT b.id FROM between_ids b JOIN channel c ON c.id = :channel
       WHERE b.id < :next AND NOT EXISTS (SELECT 1 FROM sighting WHERE chat_id = c.chat_id AND message_id = b.id)`,
      { channel, floor, next }
    )
    .map((row) => row.id)
}

/** By the text first: to parse what every post ever had would take a second. */
const holder = (db: ReadStatements, messageId: number, delivery: DeliveryId): DeliveryId | undefined =>
  db.get<{ id: DeliveryId }>(
    `SELECT d.id FROM delivery asked JOIN delivery lead ON lead.id = coalesce(asked.lead_id, asked.id)
       JOIN channel c ON c.id = lead.channel
       LEFT JOIN attempt a ON a.delivery_id = lead.id AND a.number = lead.attempts
       JOIN delivery d ON d.channel = lead.channel AND d.sent_at IS NOT NULL AND d.state IN ('sent', 'edited') AND d.id <> lead.id
       JOIN post p ON p.delivery_id = d.id AND p.chat = coalesce(a.chat, c.chat, p.chat)
     WHERE asked.id = :delivery AND instr(d.message_ids, :digits)
       AND EXISTS (SELECT 1 FROM json_each(d.message_ids) WHERE value = :messageId) LIMIT 1`,
    { delivery, messageId, digits: `${messageId}` }
  )?.id

type QuestionRow = Omit<Question, "awaitsPlace"> & { readonly awaitsPlace: 0 | 1 }

const make = Effect.gen(function* () {
  const database = yield* Database
  return Questions.of({
    unasked: traced("Questions.unasked")(function* (person) {
      return yield* database.read("look for parked deliveries", (db) =>
        parkedWhere(
          db,
          "NOT EXISTS (SELECT 1 FROM question WHERE delivery_id = d.id AND attempt_id = a.id AND person = :person)",
          { person }
        )
      )
    }),
    parked: traced("Questions.parked")(function* (delivery) {
      const [found] = yield* database.read("look for a parked delivery", (db) =>
        parkedWhere(db, "d.id = :delivery", { delivery })
      )
      return found
    }),
    asked: traced("Questions.asked")(function* ({ delivery, person, attempt, messageId }, now) {
      yield* database.transaction("record a question", (db) =>
        db.run(
          `INSERT INTO question (delivery_id, person, attempt_id, message_id, asked_at, closed_at)
           VALUES (:delivery, :person, :attempt, :messageId, :now, iif(:messageId IS NULL, :now, NULL)) ON CONFLICT DO NOTHING`,
          { delivery, person, attempt, messageId, now }
        )
      )
    }),
    awaitPlace: traced("Questions.awaitPlace")(function* (delivery, person) {
      yield* database.transaction("record an answer", (db) => {
        db.run("UPDATE question SET awaits_place = 0 WHERE person = ?", [person])
        db.run(
          "UPDATE question SET awaits_place = 1 WHERE delivery_id = ? AND person = ? AND closed_at IS NULL",
          [delivery, person]
        )
      })
    }),
    awaited: traced("Questions.awaited")(function* (person) {
      const [found] = yield* database.read("look for a question", (db) =>
        parkedWhere(
          db,
          `EXISTS (SELECT 1 FROM question WHERE delivery_id = d.id AND attempt_id = a.id AND person = :person
             AND awaits_place = 1 AND closed_at IS NULL)`,
          { person }
        )
      )
      return found
    }),
    settled: database
      .read("look for answered questions", (db) =>
        db.all<QuestionRow>(
          `SELECT q.delivery_id AS delivery, q.person, q.attempt_id AS attempt, q.message_id AS messageId, q.awaits_place AS awaitsPlace
           FROM question q JOIN delivery d ON d.id = q.delivery_id
           WHERE q.closed_at IS NULL
             AND (d.state <> 'parked' OR q.attempt_id <> (SELECT id FROM attempt WHERE delivery_id = d.id AND number = d.attempts))`
        )
      )
      .pipe(Effect.map((rows) => rows.map((row) => ({ ...row, awaitsPlace: row.awaitsPlace === 1 })))),
    closed: traced("Questions.closed")(function* ({ delivery, person, attempt }, now) {
      yield* database.transaction("close a question", (db) =>
        db.run(
          "UPDATE question SET closed_at = :now WHERE delivery_id = :delivery AND person = :person AND attempt_id = :attempt",
          { delivery, person, attempt, now }
        )
      )
    }),
    holder: traced("Questions.holder")(function* (messageId, delivery) {
      return yield* database.read("look whose post it is", (db) => holder(db, messageId, delivery))
    })
  })
})

export const layer: Layer.Layer<Questions, never, Database> = Layer.effect(Questions, make)
