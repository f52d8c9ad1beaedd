// Every try to send a delivery: written before the first byte leaves, closed when its outcome is known.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE attempt (
      id INTEGER PRIMARY KEY,
      delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      fence INTEGER NOT NULL,
      marker TEXT NOT NULL UNIQUE,
      -- The domain's Post as JSON.
      payload TEXT NOT NULL,
      -- The highest message id that was known in the channel before the attempt.
      floor INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      outcome TEXT CHECK (outcome IN ('sent', 'refused', 'deferred', 'unknown', 'absent')),
      message_ids TEXT,
      detail TEXT,
      UNIQUE (delivery_id, number),
      CHECK ((ended_at IS NULL) = (outcome IS NULL)),
      CHECK (outcome IS NULL OR outcome <> 'sent' OR coalesce(json_array_length(message_ids), 0) > 0)
    ) STRICT`
})
