// The chat that a channel was last published into: a wait and a message id belong to a chat, not to the name it has in the catalog.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE channel ADD COLUMN chat TEXT`
})
