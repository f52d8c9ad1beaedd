// A temporary folder, and deliveries put into a database without Intake.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import type { DeliveryId } from "../../src/domain/Names.ts"
import { Database } from "../../src/storage/Database.ts"
import type { Statements } from "../../src/storage/Statements.ts"
import { Enqueue, type Queued } from "../contracts/outbox.ts"

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** The path of a database that does not exist yet. */
export const temporaryPath = Effect.map(temporaryFolder, (folder) => join(folder, "data", "oncecast.db"))

export const insertDelivery = (
  db: Statements,
  {
    channel,
    title,
    priority,
    now,
    brand,
    category,
    item: content = {}
  }: Queued & {
    readonly item?: Partial<Item>
  }
): DeliveryId => {
  const payload = JSON.stringify({ title, body: "", images: [], categories: [], ...content })
  const item = db.run(
    `INSERT INTO item (source, kind, content_hash, first_seen_at, last_seen_at)
     VALUES ('shop', 'article', x'00', :now, :now)`,
    { now }
  ).lastInsertRowid
  db.run("INSERT INTO item_payload (item_id, payload) VALUES (?, ?)", [item, payload])
  const delivery = db.get<{ id: DeliveryId }>(
    `INSERT INTO delivery (item_id, channel, priority, brand, category, queued_at, due_at, state_at)
     VALUES (:item, :channel, :priority, :brand, :category, :now, 0, :now) RETURNING id`,
    { item, channel, priority, now, brand: brand ?? null, category: category ?? null }
  )
  if (delivery === undefined) throw new Error("no delivery was inserted")
  return delivery.id
}

export const enqueueLayer = Layer.effect(
  Enqueue,
  Effect.map(
    Database,
    (database) => (queued) =>
      Effect.orDie(database.transaction("enqueue", (db) => insertDelivery(db, queued)))
  )
)
