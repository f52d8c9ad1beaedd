// Whose document a source's cursor is of: a source that is given another URL must not ask its new server with the old one's validators.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE source ADD COLUMN url_hash TEXT`
})
