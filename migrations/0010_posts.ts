// What stands in the channels: one row for each delivery that was sent, with what it shows and what it is to become. An attempt says now
// which revision of its item it carried, and where it went.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`ALTER TABLE attempt ADD COLUMN revision INTEGER NOT NULL DEFAULT 1`
  // As the catalog named the chat at that time.
  yield* sql`ALTER TABLE attempt ADD COLUMN chat TEXT`
  yield* sql`
    UPDATE attempt SET payload = json_set(json_remove(payload, '$.photoUrl'), '$.photoUrls',
      CASE WHEN payload ->> 'photoUrl' IS NULL THEN json('[]') ELSE json_array(payload ->> 'photoUrl') END)
    WHERE json_valid(payload)`
  // The chat's number, whatever the catalog calls it: what is seen from outside names it so.
  yield* sql`ALTER TABLE channel ADD COLUMN chat_id INTEGER`
  yield* sql`
    CREATE TABLE post (
      delivery_id INTEGER PRIMARY KEY REFERENCES delivery (id) ON DELETE CASCADE,
      item_id INTEGER NOT NULL,
      channel TEXT NOT NULL,
      chat TEXT NOT NULL,
      -- The attempt whose post it is.
      attempt_id INTEGER NOT NULL,
      -- What it shows since its last edit, as the domain's Post; null: what the attempt carried.
      payload TEXT,
      -- Of the item, as the post shows it.
      revision INTEGER NOT NULL,
      -- Its edits so far; the marker names the last one.
      edits INTEGER NOT NULL DEFAULT 0,
      edited_at INTEGER,
      -- When the next change may go out; null: nothing is to change.
      due_at INTEGER,
      wish TEXT NOT NULL DEFAULT 'follow' CHECK (wish IN ('follow', 'withdraw')),
      -- Failed tries of the change that is due.
      tries INTEGER NOT NULL DEFAULT 0,
      -- Why it does not change any more.
      note TEXT
    ) STRICT`
  yield* sql`CREATE INDEX post_due ON post (channel, due_at) WHERE due_at IS NOT NULL`
  yield* sql`CREATE INDEX post_item ON post (item_id)`
  yield* sql`CREATE INDEX post_edited ON post (channel, edited_at) WHERE edited_at IS NOT NULL`
  yield* sql`
    INSERT INTO post (delivery_id, item_id, channel, chat, attempt_id, revision)
    SELECT d.id, d.item_id, d.channel, c.chat, a.id, i.revision
    FROM delivery d JOIN item i ON i.id = d.item_id JOIN channel c ON c.id = d.channel
      JOIN attempt a ON a.delivery_id = d.id AND a.number = d.attempts
    WHERE d.state = 'sent' AND c.chat IS NOT NULL`
})
