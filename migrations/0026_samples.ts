// What the charts show: one row a minute, of the minute that ended then.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE sample (
      at INTEGER PRIMARY KEY,
      -- Posts sent in the minute, and how long they had waited on average; null: none was sent.
      posts INTEGER NOT NULL,
      latency_ms INTEGER,
      -- Deliveries that wait.
      queued INTEGER NOT NULL,
      -- Resident, of the process that took the sample.
      memory_bytes INTEGER NOT NULL,
      CHECK ((posts = 0) = (latency_ms IS NULL))
    ) STRICT`
})
