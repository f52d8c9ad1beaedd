// Which items a source's last complete document had: only what changes is written, so a document of a million items that stays as it is
// costs nothing here. And whether a shrunken document is believed.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // Since when complete documents lack it; null: the last one has it. From then on `last_seen_at` is when it was last there.
  yield* sql`ALTER TABLE item ADD COLUMN absent_at INTEGER`
  // Until now an item was marked as seen once a day: one that was not for longer than that had left.
  yield* sql`
    UPDATE item SET absent_at = (SELECT parsed_at FROM source WHERE source.id = item.source)
    WHERE EXISTS (SELECT 1 FROM source WHERE source.id = item.source AND parsed_at - last_seen_at >= 86400000)`
  yield* sql`CREATE INDEX item_listed ON item (source) WHERE absent_at IS NULL`
  // Items of the last complete document that was believed.
  yield* sql`ALTER TABLE source ADD COLUMN listed INTEGER NOT NULL DEFAULT 0`
  // Shrunken documents since then, in a row, and when the first was seen.
  yield* sql`ALTER TABLE source ADD COLUMN doubts INTEGER NOT NULL DEFAULT 0`
  yield* sql`ALTER TABLE source ADD COLUMN doubted_since INTEGER`
})
