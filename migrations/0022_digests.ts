// Several deliveries in one post: all of a digest name its lead, which goes through the protocol for them and names itself. Only the lead
// counts as in flight; the others are where it is.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE delivery ADD COLUMN lead_id INTEGER REFERENCES delivery (id) ON DELETE SET NULL`
  yield* sql`CREATE INDEX delivery_lead ON delivery (lead_id) WHERE lead_id IS NOT NULL`
  yield* sql`DROP INDEX delivery_in_flight`
  yield* sql`
    CREATE UNIQUE INDEX delivery_in_flight ON delivery (channel)
    WHERE state IN ('sending', 'unknown') AND (lead_id IS NULL OR lead_id = id)`
  // Those that have begun and wait to go on.
  yield* sql`CREATE INDEX delivery_begun ON delivery (channel, due_at, id) WHERE state = 'queued' AND lead_id = id`
  // Everything that a publisher looks at when it chooses.
  yield* sql`DROP INDEX delivery_queue`
  yield* sql`
    CREATE INDEX delivery_queue ON delivery (channel, priority DESC, id, due_at, queued_at, lead_id, brand, category)
    WHERE state = 'queued'`
})
