// Where each source stands: what the next poll sends back to the server, and what was learnt about the source's documents.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE source (
      id TEXT PRIMARY KEY,
      etag TEXT,
      last_modified TEXT,
      body_hash TEXT,
      fetched_at INTEGER,
      -- When its first complete document was admitted: from then on, what is unknown is new.
      baseline_at INTEGER,
      -- When its last complete document was admitted: an item seen long before that has left the document.
      parsed_at INTEGER,
      -- The last document was cut off.
      partial INTEGER NOT NULL DEFAULT 0 CHECK (partial IN (0, 1)),
      -- New items of the last document that wait for room in a channel.
      deferred INTEGER NOT NULL DEFAULT 0,
      -- The burst that an intake, interrupted by a crash, was gathering.
      gathering INTEGER REFERENCES burst (id),
      -- Kinds of key that are worthless here, as a JSON array.
      distrusted TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(distrusted))
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE burst (
      id INTEGER PRIMARY KEY,
      source TEXT NOT NULL,
      at INTEGER NOT NULL,
      items INTEGER NOT NULL CHECK (items > 0),
      document_items INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'releasing', 'released', 'discarded')),
      decided_at INTEGER,
      CHECK ((state = 'held') = (decided_at IS NULL))
    ) STRICT`
  yield* sql`CREATE INDEX burst_open ON burst (source) WHERE state IN ('held', 'releasing')`
})
