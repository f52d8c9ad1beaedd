// The durable state of a channel: who publishes it, until when it is held back, the highest message id seen in it (floor), and the
// keys of what was delivered to it by any source. Plus what people paused.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE channel (
      id TEXT PRIMARY KEY,
      hold_until INTEGER,
      hold_why TEXT,
      floor INTEGER NOT NULL DEFAULT 0,
      lease_owner TEXT,
      -- Grows with each new owner and never shrinks.
      lease_fence INTEGER NOT NULL DEFAULT 0,
      lease_until INTEGER NOT NULL DEFAULT 0,
      CHECK ((hold_until IS NULL) = (hold_why IS NULL))
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE channel_key (
      channel TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 16),
      item_id INTEGER NOT NULL,
      PRIMARY KEY (channel, hash)
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE pause (
      kind TEXT NOT NULL CHECK (kind IN ('source', 'channel')),
      id TEXT NOT NULL,
      since INTEGER NOT NULL,
      by TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID`
})
