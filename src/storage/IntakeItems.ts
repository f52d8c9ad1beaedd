// Items, keys and prices that Intake writes on SQLite: a constant number of statements, each over all rows of its list (json_each).
// A key that points to an item which is gone is taken over: it must not keep an item unknown for ever.
import { Option } from "effect"
import type { Item } from "../domain/Item.ts"
import type { ChannelId, Millis } from "../domain/Names.ts"
import { ItemId } from "../domain/Names.ts"
import type { Candidate } from "../outbox/Candidate.ts"
import type { Holding, IntakeRows, Revision } from "../outbox/IntakeStore.ts"
import { duePosts } from "./IntakeTelling.ts"
import type { Statements } from "./Statements.ts"

const offerColumns = ({ offer }: Item) => ({
  amount: offer?.price?.amount ?? null,
  currency: offer?.price?.currency ?? null,
  availability: offer?.availability ?? null
})

const kindOf = ({ offer }: Item) => (offer === undefined ? "article" : "offer")

const itemRow = ({ item, contentHash, joint }: Candidate, holding: Holding | null, at: number) => ({
  kind: kindOf(item),
  content: contentHash,
  ...offerColumns(item),
  held: holding === null ? null : joint,
  ...holding?.ages?.[at]
})

/** `keys`: pairs of hash and item id. */
const insertKeys = (db: Statements, keys: ReadonlyArray<readonly [hash: string, item: number]>): void => {
  db.run(
    `INSERT INTO item_key (hash, item_id)
     SELECT unhex(row.value ->> 0), row.value ->> 1 FROM json_each(?) AS row WHERE true
     ON CONFLICT (hash) DO UPDATE SET item_id = excluded.item_id
       WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = item_key.item_id)`,
    [JSON.stringify(keys)]
  )
}

const dropKeys = (db: Statements, hashes: ReadonlyArray<string>): void => {
  if (hashes.length === 0) return
  db.run("DELETE FROM item_key WHERE hash IN (SELECT unhex(value) FROM json_each(?))", [
    JSON.stringify(hashes)
  ])
}

/** An age as one number, the older the lower; a document has at most a million items. */
export const rankOf = (json: string): string =>
  `(${json} ->> 'date') * 1048576 + 1048575 - min(${json} ->> 'position', 1048575)`

const nextId = (db: Statements): number =>
  db.get<{ id: number }>("SELECT coalesce(max(id), 0) + 1 AS id FROM item")?.id ?? 1

const insert: (db: Statements) => IntakeRows["insert"] = (db) => (source, items, held, now) => {
  if (items.length === 0) return []
  const first = nextId(db)
  const holding = Option.getOrNull(held)
  const rows = JSON.stringify(items.map((one, at) => itemRow(one, holding, at)))
  db.run(
    `INSERT INTO item (id, source, kind, content_hash, price_amount, price_currency, availability,
       first_seen_at, last_seen_at, burst_id, held_keys, held_rank)
     SELECT :first + row.key, :source, row.value ->> 'kind', unhex(row.value ->> 'content'), row.value ->> 'amount',
       row.value ->> 'currency', row.value ->> 'availability', :now, :now, :burst, row.value ->> 'held', ${rankOf("row.value")}
     FROM json_each(:rows) AS row`,
    { first, source, now, burst: holding?.burst ?? null, rows }
  )
  db.run("INSERT INTO item_payload (item_id, payload) SELECT :first + key, value FROM json_each(:items)", {
    first,
    items: JSON.stringify(items.map((one) => one.item))
  })
  db.run(
    `INSERT INTO price (item_id, at, amount, currency, availability)
     SELECT :first + row.key, :now, row.value ->> 'amount', row.value ->> 'currency', row.value ->> 'availability'
     FROM json_each(:rows) AS row WHERE row.value ->> 'amount' IS NOT NULL`,
    { first, now, rows }
  )
  dropKeys(
    db,
    items.flatMap((one) => one.also)
  )
  insertKeys(
    db,
    items.flatMap(({ also, keys }, at) => [...keys, ...also].map((hash) => [hash, first + at] as const))
  )
  return items.map((_, at) => ItemId.make(first + at))
}

/** What has moved, or has got a number, is recognised by it in the channels where it is. */
const joinKeys = (db: Statements, revisions: ReadonlyArray<Revision>): void => {
  const rows = revisions.flatMap(({ id, joint }) => joint.map((hash) => [hash, id] as const))
  if (rows.length === 0) return
  db.run(
    `INSERT INTO channel_key (channel, hash, item_id)
     SELECT DISTINCT delivery.channel, unhex(row.value ->> 0), delivery.item_id
     FROM json_each(?) AS row CROSS JOIN delivery ON delivery.item_id = row.value ->> 1 WHERE true
     ON CONFLICT (channel, hash) DO UPDATE SET item_id = excluded.item_id
       WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = channel_key.item_id)`,
    [JSON.stringify(rows)]
  )
}

/** What is held goes into its channels with all that it was known by meanwhile: a document that says less takes no key from it. */
const joinHeld = (db: Statements, revisions: ReadonlyArray<Revision>): void =>
  void db.run(
    `UPDATE item SET held_keys = (SELECT json_group_array(value) FROM
       (SELECT value FROM json_each(coalesce(item.held_keys, '[]')) UNION SELECT value FROM json_each(row.value ->> 1)))
     FROM json_each(?) AS row WHERE item.id = row.value ->> 0 AND item.burst_id IS NOT NULL`,
    [JSON.stringify(revisions.map(({ id, joint }) => [id, joint]))]
  )

const revise = (
  db: Statements,
  revisions: ReadonlyArray<Revision>,
  now: Millis
): ReadonlyArray<ChannelId> => {
  if (revisions.length === 0) return []
  const rows = revisions.map(({ id, candidate, repriced }) => ({
    id,
    content: candidate.contentHash,
    ...offerColumns(candidate.item),
    kind: kindOf(candidate.item),
    repriced: repriced ? 1 : 0
  }))
  const parameters = { rows: JSON.stringify(rows) }
  db.run(
    `UPDATE item SET revision = revision + 1, content_hash = unhex(row.value ->> 'content'),
       price_amount = row.value ->> 'amount', price_currency = row.value ->> 'currency',
       availability = row.value ->> 'availability', kind = row.value ->> 'kind'
     FROM json_each(:rows) AS row WHERE item.id = row.value ->> 'id'`,
    parameters
  )
  db.run(
    `INSERT INTO price (item_id, at, amount, currency, availability)
     SELECT row.value ->> 'id', :now, row.value ->> 'amount', row.value ->> 'currency', row.value ->> 'availability'
     FROM json_each(:rows) AS row WHERE row.value ->> 'repriced' = 1
     ON CONFLICT (item_id, at) DO UPDATE SET
       amount = excluded.amount, currency = excluded.currency, availability = excluded.availability`,
    { ...parameters, now }
  )
  db.run(
    `UPDATE item_payload SET payload = row.value ->> 1
     FROM json_each(:documents) AS row WHERE item_payload.item_id = row.value ->> 0`,
    { documents: JSON.stringify(revisions.map(({ id, candidate }) => [id, candidate.item])) }
  )
  joinKeys(db, revisions)
  joinHeld(db, revisions)
  return duePosts(
    db,
    revisions.map(({ id }) => id),
    now
  )
}

const leave: (db: Statements) => IntakeRows["leave"] = (db) => (items, now) => {
  if (items.length === 0) return
  db.run(
    "UPDATE item SET absent_at = :now, last_seen_at = :now WHERE id IN (SELECT value FROM json_each(:items))",
    { now, items: JSON.stringify(items) }
  )
}

/** What waits for its time waits no longer: it is judged when it comes back. */
const loseSight: (db: Statements) => IntakeRows["loseSight"] = (db) => (items, now) => {
  if (items.length === 0) return
  leave(db)(items, now)
  db.run("UPDATE told SET look_at = NULL WHERE item_id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(items)
  ])
}

const comeBack = (db: Statements, items: ReadonlyArray<ItemId>): void => {
  if (items.length === 0) return
  db.run("UPDATE item SET absent_at = NULL WHERE id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(items)
  ])
}

const addKeys: (db: Statements) => IntakeRows["addKeys"] = (db) => (keys) => {
  if (keys.length === 0) return
  insertKeys(
    db,
    keys.map(({ item, hash }) => [hash, item] as const)
  )
  db.run(
    `UPDATE item SET aliases = aliases + added.keys
     FROM (SELECT value AS id, count(*) AS keys FROM json_each(?) GROUP BY value) AS added WHERE item.id = added.id`,
    [JSON.stringify(keys.map(({ item }) => item))]
  )
}

/** The part of the rows that is about items. */
export const itemWrites = (
  db: Statements
): Pick<IntakeRows, "insert" | "revise" | "leave" | "loseSight" | "comeBack" | "dropKeys" | "addKeys"> => ({
  insert: insert(db),
  revise: (revisions, now) => revise(db, revisions, now),
  leave: leave(db),
  loseSight: loseSight(db),
  comeBack: (items) => comeBack(db, items),
  dropKeys: (hashes) => dropKeys(db, hashes),
  addKeys: addKeys(db)
})
