// What was seen in the channels from outside: by the discussion group, by a witness, by reading. And the posts of ours that stand there in
// excess and are to be taken away.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE sighting (
      chat_id INTEGER NOT NULL,
      message_id INTEGER NOT NULL,
      -- Null: a post of somebody else.
      marker TEXT,
      album TEXT,
      -- How it was seen, words apart by blanks.
      via TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (chat_id, message_id)
    ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE INDEX sighting_marker ON sighting (marker) WHERE marker IS NOT NULL`
  yield* sql`CREATE INDEX sighting_album ON sighting (chat_id, album) WHERE album IS NOT NULL`
  yield* sql`CREATE INDEX sighting_at ON sighting (at)`
  yield* sql`
    CREATE TABLE stray (
      attempt_id INTEGER PRIMARY KEY REFERENCES attempt (id) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      chat TEXT NOT NULL,
      message_ids TEXT NOT NULL CHECK (json_array_length(message_ids) > 0),
      reason TEXT NOT NULL,
      found_at INTEGER NOT NULL,
      -- Not before this; grows with each try.
      due_at INTEGER NOT NULL,
      ended_at INTEGER,
      fate TEXT CHECK (fate IN ('removed', 'stays')),
      CHECK ((ended_at IS NULL) = (fate IS NULL))
    ) STRICT`
  yield* sql`CREATE INDEX stray_open ON stray (channel, due_at) WHERE ended_at IS NULL`
  // Attempts that may still land are looked for by their outcome.
  yield* sql`CREATE INDEX attempt_watched ON attempt (ended_at) WHERE outcome IN ('absent', 'unknown')`
})
