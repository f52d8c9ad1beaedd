// When a wait was noted: one that was noted while the clock was ahead is counted from now on when the clock is set right. And how often the
// change of a post was answered in a way that nobody has seen before; other failures are no such answers.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE channel ADD COLUMN hold_noted_at INTEGER`
  // Of `due_at`.
  yield* sql`ALTER TABLE post ADD COLUMN noted_at INTEGER`
  yield* sql`ALTER TABLE post ADD COLUMN unclear INTEGER NOT NULL DEFAULT 0`
})
