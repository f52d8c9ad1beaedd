// What operators were told of, and by which process: one row, for one process tells at a time.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE alerts (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      lease_owner TEXT,
      lease_until INTEGER NOT NULL DEFAULT 0,
      -- AlertState as JSON; null before anything was seen.
      state TEXT CHECK (state IS NULL OR json_valid(state))
    ) STRICT`
})
