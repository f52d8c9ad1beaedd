// The updates that Telegram brought by itself and that were handled: by a webhook they come again, and not in order.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE pushed (
      bot INTEGER NOT NULL,
      update_id INTEGER NOT NULL,
      handled_at INTEGER NOT NULL,
      PRIMARY KEY (bot, update_id)
    ) STRICT, WITHOUT ROWID`
})
