// What Intake looks up on SQLite: one statement each, however many keys. Hashes are hex in the program and 16 bytes on disk.
import { Option, Schema } from "effect"
import { type Availability, Item } from "../domain/Item.ts"
import type { ChannelId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import { keyKinds } from "../domain/Source.ts"
import type { Cursor } from "../outbox/Intake.ts"
import {
  type Delivered,
  type IntakeReads,
  type KnownItem,
  type SourceMemory,
  unknownSource
} from "../outbox/IntakeStore.ts"
import { moneyOf, tellingReads } from "./IntakeTelling.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeKinds = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.Literal(...keyKinds))))
const decodeHashes = Schema.decodeSync(Schema.parseJson(Schema.Array(Schema.String)))
const decodeItem = Schema.decodeSync(Schema.parseJson(Item))

const memory = (db: ReadStatements, source: SourceId): SourceMemory => {
  const row = db.get<{
    settled: number
    partial: number
    deferred: number
    gathering: number | null
    readingFrom: number | null
    distrusted: string
    listed: number
    doubts: number
    doubtedSince: Millis
    terms: string | null
  }>(
    `SELECT baseline_at IS NOT NULL AS settled, partial, deferred, distrusted, listed, doubts, terms, reading_from AS readingFrom,
       coalesce(doubted_since, 0) AS doubtedSince,
       (SELECT burst.id FROM burst WHERE burst.id = gathering AND burst.state = 'held') AS gathering
     FROM source WHERE id = ?`,
    [source]
  )
  if (row === undefined) return unknownSource
  return {
    settled: row.settled === 1,
    partial: row.partial === 1,
    deferred: row.deferred,
    gathering: Option.fromNullable(row.gathering),
    readingFrom: Option.fromNullable(row.readingFrom),
    distrusted: decodeKinds(row.distrusted),
    listed: row.listed,
    doubt: { times: row.doubts, since: row.doubtedSince },
    terms: Option.fromNullable(row.terms)
  }
}

const cursor = (db: ReadStatements, source: SourceId): Cursor => {
  const row = db.get<{
    urlHash: string | null
    etag: string | null
    lastModified: string | null
    bodyHash: string | null
    fetchedAt: Millis | null
  }>(
    `SELECT url_hash AS urlHash, etag, last_modified AS lastModified, body_hash AS bodyHash, fetched_at AS fetchedAt
     FROM source WHERE id = ?`,
    [source]
  )
  return {
    ...(row?.urlHash != null && { urlHash: row.urlHash }),
    ...(row?.etag != null && { etag: row.etag }),
    ...(row?.lastModified != null && { lastModified: row.lastModified }),
    ...(row?.bodyHash != null && { bodyHash: row.bodyHash }),
    ...(row?.fetchedAt != null && { fetchedAt: row.fetchedAt })
  }
}

interface KnownRow {
  readonly hash: string
  readonly id: ItemId
  readonly contentHash: string
  readonly absent: number
  readonly amount: string | null
  readonly currency: string | null
  readonly availability: Availability | null
  readonly aliases: number
}

const knownItem = ({
  id,
  contentHash,
  absent,
  amount,
  currency,
  availability,
  aliases
}: KnownRow): KnownItem => ({
  id,
  contentHash,
  absent: absent === 1,
  price: moneyOf(amount, currency),
  availability: Option.fromNullable(availability),
  aliases
})

const known = (db: ReadStatements, hashes: ReadonlyArray<string>): ReadonlyMap<string, KnownItem> => {
  const rows = db.all<KnownRow>(
    `SELECT wanted.value AS hash, item.id, lower(hex(item.content_hash)) AS contentHash, item.absent_at IS NOT NULL AS absent,
       item.price_amount AS amount, item.price_currency AS currency, item.availability, item.aliases
     FROM json_each(?) AS wanted
     CROSS JOIN item_key ON item_key.hash = unhex(wanted.value)
     CROSS JOIN item ON item.id = item_key.item_id`,
    [JSON.stringify(hashes)]
  )
  return new Map(rows.map((row) => [row.hash, knownItem(row)]))
}

const queued = (db: ReadStatements, channels: ReadonlyArray<ChannelId>): ReadonlyMap<ChannelId, number> => {
  const rows = db.all<{ channel: ChannelId; deliveries: number }>(
    `SELECT channel, deliveries FROM delivery_count
     WHERE state = 'queued' AND channel IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(channels)]
  )
  return new Map(rows.map((row) => [row.channel, row.deliveries]))
}

const delivered = (db: ReadStatements, channels: ReadonlyArray<ChannelId>, hashes: ReadonlyArray<string>) =>
  db.all<Delivered>(
    `SELECT channel_key.channel, wanted.value AS hash, item.source
     FROM json_each(:hashes) AS wanted
     CROSS JOIN json_each(:channels) AS place
     CROSS JOIN channel_key ON channel_key.channel = place.value AND channel_key.hash = unhex(wanted.value)
     CROSS JOIN item ON item.id = channel_key.item_id`,
    { hashes: JSON.stringify(hashes), channels: JSON.stringify(channels) }
  )

const bursts = (db: ReadStatements): ReturnType<IntakeReads["bursts"]> =>
  db.all(
    `SELECT id, source, at, items, document_items AS documentItems, state, kind FROM burst
     WHERE state IN ('held', 'releasing') ORDER BY id`
  )

const listed = (db: ReadStatements, source: SourceId, after: number, limit: number): ReadonlyArray<ItemId> =>
  db
    .all<{ id: ItemId }>(
      `SELECT id FROM item WHERE source = :source AND absent_at IS NULL AND id > :after ORDER BY id LIMIT +:limit`,
      { source, after, limit }
    )
    .map((row) => row.id)

const held = (db: ReadStatements, burst: number, limit: number) =>
  db
    .all<{ id: ItemId; source: SourceId; keys: string; payload: string }>(
      `SELECT item.id, item.source, coalesce(item.held_keys, '[]') AS keys, item_payload.payload
       FROM item JOIN item_payload ON item_payload.item_id = item.id
       WHERE item.burst_id = :burst ORDER BY item.held_rank, item.id LIMIT +:limit`,
      { burst, limit }
    )
    .map(({ id, source, keys, payload }) => ({
      id,
      source,
      item: decodeItem(payload),
      joint: decodeHashes(keys)
    }))

const heldCount = (db: ReadStatements, burst: number): number =>
  db.get<{ items: number }>("SELECT count(*) AS items FROM item WHERE burst_id = ?", [burst])?.items ?? 0

/** The rows that Intake reads, within the transaction that `db` stands for. */
export const intakeReads = (db: ReadStatements): IntakeReads => ({
  memory: (source) => memory(db, source),
  cursor: (source) => cursor(db, source),
  known: (hashes) => known(db, hashes),
  queued: (channels) => queued(db, channels),
  delivered: (channels, hashes) => delivered(db, channels, hashes),
  bursts: () => bursts(db),
  listed: (source, after, limit) => listed(db, source, after, limit),
  held: (burst, limit) => held(db, burst, limit),
  heldCount: (burst) => heldCount(db, burst),
  ...tellingReads(db)
})
