// How many posts a channel has got, over restarts and whatever is forgotten: which of its wordings is next.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE channel ADD COLUMN posted INTEGER NOT NULL DEFAULT 0`
  yield* sql`
    UPDATE channel SET posted =
      (SELECT count(*) FROM delivery WHERE channel = channel.id AND state IN ('sent', 'edited', 'withdrawn'))`
  yield* sql`
    CREATE TRIGGER channel_posted AFTER UPDATE OF state ON delivery WHEN new.state = 'sent' AND old.state <> 'sent'
    BEGIN UPDATE channel SET posted = posted + 1 WHERE id = new.channel; END`
})
