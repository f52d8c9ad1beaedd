// What an offer came back from that a waiting "back in stock" tells of: called off, it is out since then again, and readers know as before whether
// it is gone.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE told ADD COLUMN back_from INTEGER`
  yield* sql`ALTER TABLE told ADD COLUMN back_from_gone INTEGER NOT NULL DEFAULT 0 CHECK (back_from_gone IN (0, 1))`
})
