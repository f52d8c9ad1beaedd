// What a channel chooses by: the brand and category that its caps count, how long the oldest has waited, and what filters kept out.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // As they are compared: in lower case.
  yield* sql`ALTER TABLE delivery ADD COLUMN brand TEXT`
  yield* sql`ALTER TABLE delivery ADD COLUMN category TEXT`
  yield* sql`
    CREATE INDEX delivery_brand ON delivery (channel, brand, sent_at)
    WHERE sent_at IS NOT NULL AND brand IS NOT NULL`
  yield* sql`
    CREATE INDEX delivery_category ON delivery (channel, category, sent_at)
    WHERE sent_at IS NOT NULL AND category IS NOT NULL`
  yield* sql`CREATE INDEX delivery_waiting ON delivery (channel, queued_at) WHERE state = 'queued'`
  yield* sql`
    CREATE TABLE kept_out (
      channel TEXT NOT NULL,
      -- In the operator's words.
      rule TEXT NOT NULL,
      items INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      PRIMARY KEY (channel, rule)
    ) STRICT, WITHOUT ROWID`
})
