// Items that no page of their site has any more and that are not marked as gone yet: kept from the moment the pages are forgotten or
// remembered without them, so that no crash before the marking loses it.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE orphan (
      source TEXT NOT NULL,
      -- By which the item is known, hex.
      key TEXT NOT NULL,
      PRIMARY KEY (source, key)
    ) STRICT, WITHOUT ROWID`
})
