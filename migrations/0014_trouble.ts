// Why a channel is held back: a flood wait, which only time ends, or trouble that a person may have mended: bad rights, a server out of reach.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE channel ADD COLUMN trouble_until INTEGER`
  yield* sql`ALTER TABLE channel ADD COLUMN trouble_why TEXT`
})
