// The Views on SQLite: each page is read along an index, as many rows as it shows.
import { Effect, Layer, Option, Schema } from "effect"
import { Item } from "../domain/Item.ts"
import type { ChannelId, DeliveryId, SourceId } from "../domain/Names.ts"
import type { DeliveryRow } from "../outbox/Ledger.ts"
import { type SourceItem, Views } from "../outbox/Views.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { deliveryColumns, deliveryJoins, deliveryRow, type StoredDelivery } from "./DeliveryRows.ts"
import { deliveryLife } from "./LifeRows.ts"
import { pollsOf } from "./PollRows.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))

const queueOf = (db: ReadStatements, channel: ChannelId, from: number, limit: number) =>
  db
    .all<StoredDelivery>(
      `SELECT ${deliveryColumns}
       FROM (SELECT id FROM delivery WHERE channel = :channel AND state = 'queued'
             ORDER BY priority DESC, id LIMIT +:limit OFFSET :from) page
         CROSS JOIN delivery d ON d.id = page.id ${deliveryJoins} ORDER BY d.priority DESC, d.id`,
      { channel, from, limit }
    )
    .map(deliveryRow)

type Sent = DeliveryRow & { readonly sentAt: number }
type Place = Pick<Sent, "sentAt" | "id">

const sentInto = (db: ReadStatements, channel: ChannelId, before: Option.Option<Place>, limit: number) =>
  db
    .all<StoredDelivery & { readonly sentAt: number }>(
      `SELECT ${deliveryColumns}, d.sent_at AS sentAt FROM delivery d ${deliveryJoins}
       WHERE d.channel = :channel AND d.sent_at IS NOT NULL
         ${Option.isSome(before) ? "AND (d.sent_at, d.id) < (:sentAt, :id)" : ""}
       ORDER BY d.sent_at DESC, d.id DESC LIMIT +:limit`,
      { channel, limit, ...Option.getOrElse(before, () => ({})) }
    )
    .map(deliveryRow)

interface ItemRow {
  readonly id: number
  readonly payload: string
  readonly firstSeenAt: number
  readonly held: 0 | 1
}

type Became = Pick<DeliveryRow, "id" | "channel" | "event" | "state">

const itemsOf = (db: ReadStatements, source: SourceId, limit: number): ReadonlyArray<SourceItem> => {
  const rows = db.all<ItemRow>(
    `SELECT i.id, p.payload, i.first_seen_at AS firstSeenAt, i.burst_id IS NOT NULL AS held
     FROM item i JOIN item_payload p ON p.item_id = i.id
     WHERE i.source = :source AND i.absent_at IS NULL ORDER BY i.id DESC LIMIT +:limit`,
    { source, limit }
  )
  const became = db.all<Became & { readonly item: number }>(
    `SELECT d.id, d.channel, d.event, d.state, d.item_id AS item
     FROM json_each(?) wanted CROSS JOIN delivery d ON d.item_id = wanted.value ORDER BY d.id`,
    [JSON.stringify(rows.map(({ id }) => id))]
  )
  return rows.map(({ id, payload, firstSeenAt, held }) => ({
    item: decodeItem(payload),
    firstSeenAt,
    held: held === 1,
    deliveries: became.filter(({ item }) => item === id).map(({ item: _, ...delivery }) => delivery)
  }))
}

/** Of this connection and of all others. */
const pulseOf = (db: ReadStatements): string =>
  `${db.get<{ n: number }>("SELECT total_changes() AS n")?.n}/${db.get<{ data_version: number }>("PRAGMA data_version")?.data_version}`

const make = Effect.gen(function* () {
  const database = yield* Database
  return Views.of({
    queue: traced("Views.queue")(function* (channel, from, limit) {
      return yield* database.read("read a queue", (db) => queueOf(db, channel, from, limit))
    }),
    sent: traced("Views.sent")(function* (channel, before, limit) {
      return yield* database.read("read what was sent", (db) => sentInto(db, channel, before, limit))
    }),
    delivery: traced("Views.delivery")(function* (id: DeliveryId) {
      return yield* database.read("read a delivery", (db) => Option.fromNullable(deliveryLife(db, id)))
    }),
    polls: traced("Views.polls")(function* (source, limit) {
      return yield* database.read("read the polls of a source", (db) => pollsOf(db, source, limit))
    }),
    items: traced("Views.items")(function* (source, limit) {
      return yield* database.read("read the items of a source", (db) => itemsOf(db, source, limit))
    }),
    pulse: database.read("look for changes", pulseOf)
  })
})

export const layer: Layer.Layer<Views, never, Database> = Layer.effect(Views, make)
