// Pages in time: those that have been missing for long are found at every poll, and a visit that was put off while the clock was ahead is put
// off from now on when the clock is set right.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE INDEX page_missing ON page (source, missing_since) WHERE missing_since IS NOT NULL`
  // Of `due_at`.
  yield* sql`ALTER TABLE page ADD COLUMN noted_at INTEGER`
  yield* sql`CREATE INDEX page_noted ON page (source, noted_at) WHERE noted_at IS NOT NULL`
})
