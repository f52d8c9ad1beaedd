// The last polls of each source, for the next poll's decision after a restart and for people.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE poll (
      source TEXT NOT NULL,
      at INTEGER NOT NULL,
      took_ms INTEGER NOT NULL,
      outcome TEXT NOT NULL,
      note TEXT NOT NULL,
      fresh INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      next_at INTEGER NOT NULL,
      PRIMARY KEY (source, at)
    ) STRICT, WITHOUT ROWID`
})
