// What people changed: who asked for what and when, written before it is done, and what came of it. Kept for ever; nothing refers to it, so
// that it outlives what it is about.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      command TEXT NOT NULL,
      -- What it was about, and how: "delivery 17: absent".
      target TEXT NOT NULL,
      -- Null: the process ended before it had an answer.
      ended_at INTEGER,
      done INTEGER CHECK (done IN (0, 1)),
      answer TEXT,
      CHECK ((ended_at IS NULL) = (done IS NULL) AND (ended_at IS NULL) = (answer IS NULL))
    ) STRICT`
})
