// What each process that does not tell knows of itself, for the one that tells. Nothing of a process that has been silent for long counts.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE alert_report (
      owner TEXT PRIMARY KEY,
      until INTEGER NOT NULL,
      -- Problems as a JSON list.
      problems TEXT NOT NULL CHECK (json_valid(problems))
    ) STRICT`
})
