// The life of one delivery, from the rows of every table that knows it.
import { Schema } from "effect"
import { Item } from "../domain/Item.ts"
import type { DeliveryId } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import type { AttemptRow, DeliveryLife, Receipt } from "../outbox/Views.ts"
import {
  deliveryColumns,
  deliveryJoins,
  deliveryRow,
  messageIdsOf,
  type StoredDelivery
} from "./DeliveryRows.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))
const decodePost = Schema.decodeSync(Schema.parseJson(Post))

type Head = StoredDelivery &
  Pick<DeliveryLife, "firstSeenAt" | "lastSeenAt" | "absentAt" | "revision"> & {
    readonly payload: string
    readonly itemId: number
  }

const attemptsOf = (db: ReadStatements, id: DeliveryId): ReadonlyArray<AttemptRow> =>
  db
    .all<Omit<AttemptRow, "post" | "messageIds"> & { payload: string; messageIds: string | null }>(
      `SELECT number, marker, chat, started_at AS startedAt, ended_at AS endedAt, outcome, detail,
         message_ids AS messageIds, payload FROM attempt WHERE delivery_id = ? ORDER BY number`,
      [id]
    )
    .map(({ payload, messageIds, ...row }) => ({
      ...row,
      messageIds: messageIdsOf(messageIds),
      post: decodePost(payload)
    }))

type Standing = NonNullable<DeliveryLife["standing"]>

const standingOf = (db: ReadStatements, id: DeliveryId): Standing | null => {
  const row = db.get<Omit<Standing, "post"> & { readonly payload: string | null }>(
    `SELECT chat, payload, edits, edited_at AS editedAt, due_at AS dueAt, wish, note FROM post WHERE delivery_id = ?`,
    [id]
  )
  if (row === undefined) return null
  const { payload, ...rest } = row
  return { ...rest, post: payload === null ? null : decodePost(payload) }
}

/** An edit has a marker of its own, so receipts are found by attempt and by the messages that count as the delivery's. */
const receiptsOf = (db: ReadStatements, id: DeliveryId): ReadonlyArray<Receipt> =>
  db.all<Receipt>(
    `SELECT s.message_id AS messageId, s.at, s.via, s.marker
     FROM attempt a CROSS JOIN sighting s ON s.marker = a.marker WHERE a.delivery_id = :id
     UNION
     SELECT s.message_id, s.at, s.via, coalesce(s.marker, '')
     FROM delivery d JOIN channel c ON c.id = d.channel CROSS JOIN json_each(coalesce(d.message_ids, '[]')) m
       CROSS JOIN sighting s ON s.chat_id = c.chat_id AND s.message_id = m.value WHERE d.id = :id
     ORDER BY 2`,
    { id }
  )

const straysOf = (db: ReadStatements, id: DeliveryId): DeliveryLife["strays"] =>
  db
    .all<{ messageIds: string; reason: string; foundAt: number; fate: "removed" | "stays" | null }>(
      `SELECT s.message_ids AS messageIds, s.reason, s.found_at AS foundAt, s.fate
       FROM attempt a CROSS JOIN stray s ON s.attempt_id = a.id WHERE a.delivery_id = ? ORDER BY s.found_at`,
      [id]
    )
    .map((row) => ({ ...row, messageIds: messageIdsOf(row.messageIds) }))

/** Undefined when there is no such delivery. */
export const deliveryLife = (db: ReadStatements, id: DeliveryId): DeliveryLife | undefined => {
  const head = db.get<Head>(
    `SELECT ${deliveryColumns}, p.payload, i.id AS itemId, i.first_seen_at AS firstSeenAt,
       i.last_seen_at AS lastSeenAt, i.absent_at AS absentAt, i.revision
     FROM delivery d ${deliveryJoins} WHERE d.id = ?`,
    [id]
  )
  if (head === undefined) return undefined
  const { payload, itemId, firstSeenAt, lastSeenAt, absentAt, revision, ...row } = head
  return {
    row: deliveryRow(row),
    item: decodeItem(payload),
    ...{ firstSeenAt, lastSeenAt, absentAt, revision },
    attempts: attemptsOf(db, id),
    standing: standingOf(db, id),
    receipts: receiptsOf(db, id),
    strays: straysOf(db, id),
    siblings: db.all<DeliveryLife["siblings"][number]>(
      "SELECT id, channel, event, state FROM delivery WHERE item_id = ? AND id <> ? ORDER BY id",
      [itemId, id]
    )
  }
}
