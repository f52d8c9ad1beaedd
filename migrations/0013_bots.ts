// The bots whose updates are read, how far, and by whom; and the questions that people were asked about parked deliveries.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE inbox (
      bot INTEGER PRIMARY KEY,
      last_update INTEGER NOT NULL DEFAULT 0,
      lease_owner TEXT,
      lease_until INTEGER NOT NULL DEFAULT 0
    ) STRICT`
  yield* sql`
    CREATE TABLE question (
      delivery_id INTEGER NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
      person INTEGER NOT NULL,
      -- Of the attempt: a delivery that is parked again is asked about again.
      attempt_id INTEGER NOT NULL,
      -- Null: the person cannot be reached.
      message_id INTEGER,
      asked_at INTEGER NOT NULL,
      -- The person said that it is there, and is to show where.
      awaits_place INTEGER NOT NULL DEFAULT 0 CHECK (awaits_place IN (0, 1)),
      closed_at INTEGER,
      PRIMARY KEY (delivery_id, person, attempt_id)
    ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE INDEX question_open ON question (person) WHERE closed_at IS NULL`
})
