// The pages of a source that are visited a few at a time: those that its sitemap or list pages name, with what the next visit sends back
// to the server and by which keys their items are known.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE page (
      source TEXT NOT NULL,
      url TEXT NOT NULL,
      -- The address of the document that names it.
      via TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('page', 'list', 'sitemap')),
      -- Its place in that document.
      place INTEGER NOT NULL,
      -- When its content last changed, by that document's word.
      modified_at INTEGER,
      -- When the document was last read that named it.
      listed_at INTEGER NOT NULL,
      -- Since when the document lacks it; null: it names it.
      missing_since INTEGER,
      -- When it may be visited next; 0: it is new or has changed.
      due_at INTEGER NOT NULL DEFAULT 0,
      visited INTEGER NOT NULL DEFAULT 0 CHECK (visited IN (0, 1)),
      -- Visits in a row that failed.
      failures INTEGER NOT NULL DEFAULT 0,
      url_hash TEXT,
      etag TEXT,
      last_modified TEXT,
      body_hash TEXT,
      fetched_at INTEGER,
      -- A key of each of its items, as a JSON array of hex.
      items TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(items)),
      PRIMARY KEY (source, url)
    ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE INDEX page_due ON page (source, due_at) WHERE missing_since IS NULL`
})
