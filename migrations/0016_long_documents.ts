// Documents that are admitted while they are read: what an interrupted one has brought so far, and the order of age among what it holds.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // The first id that an item of the long document can have which is being read, or was when the process ended; null: none.
  yield* sql`ALTER TABLE source ADD COLUMN reading_from INTEGER`
  // 'stream': the new items of a long document on their way, not for a person's decision; gone when they are.
  yield* sql`
    ALTER TABLE burst ADD COLUMN kind TEXT NOT NULL DEFAULT 'flood' CHECK (kind IN ('flood', 'stream'))`
  // While it is held: the lower the older; null: by its id.
  yield* sql`ALTER TABLE item ADD COLUMN held_rank INTEGER`
  yield* sql`DROP INDEX item_held`
  yield* sql`CREATE INDEX item_held ON item (burst_id, held_rank) WHERE burst_id IS NOT NULL`
})
