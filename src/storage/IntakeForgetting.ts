// Forgets items that left their source's document long ago, in steps short enough for the event loop: a range of ids is searched, a slice
// of the keys (which have no index by item) is swept, then the items go with all that hangs on them. A crash in between leaves items with
// fewer keys, which the next run forgets.
import { Effect } from "effect"
import type { ItemId, Millis } from "../domain/Names.ts"
import { breathe, slices } from "../outbox/Paced.ts"
import type { Database } from "./Database.ts"
import type { ReadStatements } from "./Statements.ts"

/** Ids that one look searches: about 5 ms. */
const idsPerLook = 5_000

/** Gone: last seen before `before`, missing in a later complete document of its source, and nothing of it is under way. */
const gone = `item.absent_at IS NOT NULL AND item.last_seen_at < :before AND item.burst_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.item_id = item.id
    AND delivery.state IN ('queued', 'sending', 'unknown', 'parked'))`

const goneIn = (db: ReadStatements, before: Millis, after: number): ReadonlyArray<ItemId> =>
  db
    .all<{ id: ItemId }>(`SELECT id FROM item WHERE id > :after AND id <= :last AND ${gone}`, {
      before,
      after,
      last: after + idsPerLook
    })
    .map((row) => row.id)

const lastId = (database: Database["Type"]) =>
  Effect.map(
    database.read("look for old items", (db) =>
      db.get<{ id: number | null }>("SELECT max(id) AS id FROM item")
    ),
    (last) => last?.id ?? 0
  )

const find = Effect.fnUntraced(function* (database: Database["Type"], before: Millis) {
  const last = yield* lastId(database)
  const found: Array<ItemId> = []
  for (let after = 0; after < last; after += idsPerLook) {
    found.push(...(yield* database.read("look for old items", (db) => goneIn(db, before, after))))
    yield* breathe
  }
  return found
})

/** Borders of the hash space: as many slices as keep each at some ten thousand keys. */
const hashSlices = (items: number): ReadonlyArray<{ readonly from: Uint8Array; readonly to: Uint8Array }> => {
  const width = items < 10_000 ? 256 : items < 100_000 ? 16 : 1
  return Array.from({ length: 256 / width }, (_, at) => {
    const end = (at + 1) * width
    return {
      from: Uint8Array.of(at * width),
      to: end === 256 ? new Uint8Array(17).fill(255) : Uint8Array.of(end)
    }
  })
}

const countItems = (db: ReadStatements) =>
  db.get<{ items: number | null }>("SELECT sum(items) AS items FROM item_count")?.items ?? 0

const channelsOf = (db: ReadStatements) =>
  db.all<{ channel: string }>("SELECT DISTINCT channel FROM delivery_count")

/** Those that have not come back since they were found: what has is known by its keys, and would be news without them. */
const stillAbsent =
  "SELECT id FROM item WHERE absent_at IS NOT NULL AND id IN (SELECT value FROM json_each(:ids))"

const sweepKeys = Effect.fnUntraced(function* (database: Database["Type"], found: string) {
  const { items, channels } = yield* database.read("count the items", (db) => ({
    items: countItems(db),
    channels: channelsOf(db)
  }))
  for (const slice of hashSlices(items)) {
    yield* database.transaction("forget keys", (db) => {
      const absent = db.all<{ id: ItemId }>(stillAbsent, { ids: found })
      const ids = JSON.stringify(absent.map(({ id }) => id))
      const within = "hash >= :from AND hash < :to AND item_id IN (SELECT value FROM json_each(:ids))"
      db.run(`DELETE FROM item_key WHERE ${within}`, { ...slice, ids })
      for (const { channel } of channels) {
        db.run(`DELETE FROM channel_key WHERE channel = :channel AND ${within}`, { ...slice, ids, channel })
      }
    })
    yield* breathe
  }
})

/** Implements `Intake.forget`. */
export const forget = Effect.fnUntraced(function* (database: Database["Type"], before: Millis) {
  const found = yield* find(database, before)
  if (found.length === 0) return 0
  let forgotten = 0
  for (const batch of slices(found, 5_000)) {
    yield* sweepKeys(database, JSON.stringify(batch))
    for (const some of slices(batch, 200)) {
      const ids = JSON.stringify(some)
      forgotten += yield* database.transaction(
        "forget items",
        (db) =>
          db.run(`DELETE FROM item WHERE id IN (SELECT value FROM json_each(:ids)) AND ${gone}`, {
            before,
            ids
          }).changes
      )
      yield* breathe
    }
  }
  return forgotten
})

/** Implements `Intake.forgetPrices`. */
export const forgetPrices = Effect.fnUntraced(function* (database: Database["Type"], before: Millis) {
  const last = yield* lastId(database)
  let forgotten = 0
  for (let after = 0; after < last; after += idsPerLook) {
    forgotten += yield* database.transaction(
      "forget prices",
      (db) =>
        db.run(
          `DELETE FROM price WHERE item_id > :after AND item_id <= :until AND at < :before AND EXISTS (
             SELECT 1 FROM price AS later
             WHERE later.item_id = price.item_id AND later.at > price.at AND later.at <= :before)`,
          { after, until: after + idsPerLook, before }
        ).changes
    )
    yield* breathe
  }
  return forgotten
})
