// By which terms of the catalog a source was read last: after a change of them its documents are no proof of what they lack. And the offers of a
// source that channels know, found without a look through those of all others.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // A hash; null: it was read by an earlier version.
  yield* sql`ALTER TABLE source ADD COLUMN terms TEXT`
  yield* sql`ALTER TABLE page ADD COLUMN terms TEXT`
  yield* sql`CREATE INDEX told_source ON told (source, item_id)`
})
