// What is known: items, the keys they are recognised by, and their prices. The row that every poll touches is narrow; the document
// of the item stands apart, so that "seen again" rewrites forty items a page and not two.
// item_key has no foreign key and no index by item: they would double its size. Whoever forgets an item deletes its keys first,
// by slices of the hash space.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE item (
      id INTEGER PRIMARY KEY,
      source TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('article', 'offer')),
      -- Of the payload: a different one means that the content changed.
      content_hash BLOB NOT NULL,
      revision INTEGER NOT NULL DEFAULT 1,
      price_amount TEXT,
      price_currency TEXT,
      availability TEXT,
      first_seen_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      -- Held for a person's decision.
      burst_id INTEGER REFERENCES burst (id),
      -- Its keys across sources while it is held, as a JSON array of hex.
      held_keys TEXT,
      -- Keys that were added after it was first seen.
      aliases INTEGER NOT NULL DEFAULT 0,
      CHECK ((price_amount IS NULL) = (price_currency IS NULL))
    ) STRICT`
  yield* sql`CREATE INDEX item_held ON item (burst_id) WHERE burst_id IS NOT NULL`
  yield* sql`
    CREATE TABLE item_payload (
      item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
      -- The domain's Item as JSON.
      payload TEXT NOT NULL
    ) STRICT`
  yield* sql`
    CREATE TABLE item_key (
      hash BLOB PRIMARY KEY CHECK (length(hash) = 16),
      item_id INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE price (
      item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      amount TEXT NOT NULL,
      currency TEXT NOT NULL,
      availability TEXT,
      PRIMARY KEY (item_id, at)
    ) STRICT, WITHOUT ROWID`
})
