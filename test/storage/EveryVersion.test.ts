// A database of every earlier version, with rows in each of its tables, becomes one of this version: nothing is lost, every reference holds,
// and the program reads it. A migration that adds a table must add a row here.
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Layer } from "effect"
import { migrations } from "../../migrations/index.ts"
import { ChannelId } from "../../src/domain/Names.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Database } from "../../src/storage/Database.ts"
import { contracts } from "../../src/storage/Storage.ts"

const item = `{"title":"Kettle","body":"","images":[],"categories":[]}`
const post = `{"html":"Kettle","photoUrl":"https://p.example/1","buttons":[],"silent":false}`
const hash = "x'000102030405060708090a0b0c0d0e0f'"

/** In the order in which they refer to each other; with the columns that the table was made with. */
const rows: ReadonlyArray<readonly [table: string, insert: string]> = [
  ["burst", "INSERT INTO burst (id, source, at, items, document_items) VALUES (1, 'shop', 5, 3, 9)"],
  ["source", "INSERT INTO source (id, etag, parsed_at, gathering) VALUES ('shop', 'W/1', 5, 1)"],
  [
    "item",
    `INSERT INTO item (id, source, kind, content_hash, first_seen_at, last_seen_at, burst_id)
     VALUES (1, 'shop', 'offer', x'00', 1, 5, NULL), (2, 'shop', 'article', x'01', 2, 5, 1)`
  ],
  ["item_payload", `INSERT INTO item_payload VALUES (1, '${item}'), (2, '${item}')`],
  ["item_key", `INSERT INTO item_key VALUES (${hash}, 1)`],
  ["price", "INSERT INTO price VALUES (1, 5, '19.90', 'EUR', 'in-stock')"],
  ["channel", "INSERT INTO channel (id, floor, lease_fence) VALUES ('deals', 41, 3)"],
  ["channel_key", `INSERT INTO channel_key VALUES ('deals', ${hash}, 1)`],
  ["pause", "INSERT INTO pause VALUES ('source', 'shop', 3, 'ann')"],
  [
    "delivery",
    `INSERT INTO delivery (id, item_id, channel, state, attempts, queued_at, due_at, state_at, sent_at, message_ids)
     VALUES (1, 1, 'deals', 'sent', 1, 1, 0, 4, 4, '[41]'), (2, 2, 'deals', 'queued', 0, 2, 0, 2, NULL, NULL)`
  ],
  [
    "attempt",
    `INSERT INTO attempt (id, delivery_id, number, fence, marker, payload, floor, started_at, ended_at, outcome, message_ids)
     VALUES (1, 1, 1, 3, 'AAAAAAAAA1', '${post}', 40, 3, 4, 'sent', '[41]')`
  ],
  ["delivery_count", ""],
  ["item_count", ""],
  ["poll", "INSERT INTO poll VALUES ('shop', 5, 10, 'new', 'two new', 2, 0, 60)"],
  [
    "post",
    "INSERT INTO post (delivery_id, item_id, channel, chat, attempt_id, revision) VALUES (1, 1, 'deals', '@deals', 1, 1)"
  ],
  ["sighting", "INSERT INTO sighting VALUES (-100, 41, 'AAAAAAAAA1', NULL, 'answer', 4)"],
  ["stray", "INSERT INTO stray VALUES (1, 'deals', '@deals', '[40]', 'twice', 4, 0, NULL, NULL)"],
  ["inbox", "INSERT INTO inbox (bot, last_update) VALUES (7, 99)"],
  [
    "question",
    "INSERT INTO question (delivery_id, person, attempt_id, message_id, asked_at) VALUES (1, 42, 1, 5, 4)"
  ],
  [
    "page",
    "INSERT INTO page (source, url, via, kind, place, listed_at) VALUES ('shop', 'https://s.example/1', 'https://s.example/', 'page', 0, 5)"
  ],
  ["change", ""],
  [
    "told",
    "INSERT INTO told (item_id, channel, source, at, price_amount, price_currency) VALUES (1, 'deals', 'shop', 4, '19.90', 'EUR')"
  ],
  ["orphan", "INSERT INTO orphan VALUES ('shop', '00')"],
  ["kept_out", "INSERT INTO kept_out VALUES ('deals', 'price below 5', 3, 5)"],
  ["audit", "INSERT INTO audit VALUES (1, 5, 'ann', 'pause', 'shop', 6, 1, 'The source shop is paused.')"],
  ["sample", "INSERT INTO sample VALUES (60000, 2, 1500, 7, 100000000)"],
  ["alerts", "INSERT INTO alerts (id, lease_owner, lease_until) VALUES (1, 'me', 5)"],
  ["alert_report", "INSERT INTO alert_report VALUES ('other', 5, '[]')"],
  ["pushed", "INSERT INTO pushed VALUES (1000000001, 7, 5)"],
  ["restored_channel", "INSERT INTO restored_channel VALUES ('deals', 5, 41, NULL)"],
  [
    "restored_post",
    "INSERT INTO restored_post VALUES ('deals', 41, -100, 'BBBBBBBBB1', 'https://s.example/', 'Kettle', '[41]', 4, NULL)"
  ]
]

const upTo = (version: number) =>
  Migrator.make({})({
    loader: Migrator.fromRecord(
      Object.fromEntries(Object.entries(migrations).filter(([name]) => Number(name.slice(0, 4)) <= version))
    )
  })

const tables = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) =>
    sql<{
      name: string
    }>`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'effect_sql%' ORDER BY name`
).pipe(Effect.map((found) => found.map(({ name }) => name)))

const counts = (names: ReadonlyArray<string>) =>
  Effect.forEach(names, (name) =>
    Effect.flatMap(
      SqlClient.SqlClient,
      (sql) => sql<{ n: number }>`SELECT count(*) AS n FROM ${sql(name)}`
    ).pipe(Effect.map(([row]) => `${name} ${row?.n ?? 0}`))
  )

const schema = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`
)

const inMemory = SqliteClient.layer({ filename: ":memory:", disableWAL: true })

/** The newest schema, made in one go. */
const fresh = Effect.zipRight(upTo(9999), schema).pipe(Effect.provide(inMemory))

/** What the program sees in the database. */
const read = (bytes: Uint8Array) => {
  const store = contracts.pipe(
    Layer.provide(Database.layerOver(new Sqlite(Buffer.from(bytes)))),
    Layer.provide(Signals.layer)
  )
  return Effect.gen(function* () {
    const [ledger, outbox, posts] = [yield* Ledger, yield* Outbox, yield* Posts]
    const deals = ChannelId.make("deals")
    const deliveries = yield* ledger.deliveries({ limit: 10 })
    const next = yield* outbox.claim(deals, 100)
    yield* posts.next(deals, 0)
    return [deliveries.map(({ state }) => state).toSorted(), next._tag, [...(yield* ledger.items).values()]]
  }).pipe(Effect.provide(store))
}

describe("a database of each earlier version becomes one of this version", () => {
  const known = new Set(rows.map(([table]) => table))
  for (const name of Object.keys(migrations)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA foreign_keys = ON`
        yield* upTo(Number(name.slice(0, 4)))
        const names = yield* tables
        assert.deepStrictEqual(
          names.filter((table) => !known.has(table)),
          [],
          "has no row above"
        )
        for (const [table, insert] of rows)
          if (names.includes(table) && insert !== "") yield* sql.unsafe(insert)
        const before = yield* counts(names.filter((table) => table !== "change"))
        assert.deepStrictEqual(
          before.filter((count) => count.endsWith(" 0")),
          []
        )
        yield* upTo(9999)
        assert.deepStrictEqual(yield* counts(names.filter((table) => table !== "change")), before)
        assert.deepStrictEqual(yield* sql`PRAGMA foreign_key_check`, [])
        assert.deepStrictEqual(yield* schema, yield* fresh)
        if (!names.includes("poll")) return
        const bytes = yield* Effect.flatMap(SqliteClient.SqliteClient, (client) => client.export)
        assert.deepStrictEqual(yield* read(bytes), [["queued", "sent"], "Ready", [2]])
      }).pipe(Effect.provide(inMemory))
    )
  }
})
