// After a backup was restored: the channels of which it is not known what was posted into them since, and the posts that were then found
// there, which the backup knows nothing of.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE restored_channel (
      id TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      -- The highest message id that the backup knew.
      floor INTEGER NOT NULL,
      -- Since when all that was posted after the backup is known, or a person has decided; until then nothing is sent.
      settled_at INTEGER
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE restored_post (
      channel TEXT NOT NULL,
      message_id INTEGER NOT NULL,
      chat_id INTEGER NOT NULL,
      marker TEXT NOT NULL,
      -- Where its marked link leads, without the marker.
      page TEXT NOT NULL,
      -- Its first line.
      line TEXT NOT NULL,
      -- All its messages, as a JSON array.
      message_ids TEXT NOT NULL CHECK (json_array_length(message_ids) > 0),
      posted_at INTEGER NOT NULL,
      -- The delivery that counts as sent because of it.
      delivery_id INTEGER,
      PRIMARY KEY (channel, message_id)
    ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE INDEX restored_page ON restored_post (channel, page)`
  // A decision of another process wakes the publisher.
  yield* sql`
    CREATE TRIGGER change_restored AFTER UPDATE OF settled_at ON restored_channel BEGIN
      INSERT INTO change SELECT 'channel', new.id, 0
        WHERE NOT EXISTS (SELECT 1 FROM change WHERE kind = 'channel' AND id = new.id);
      UPDATE change SET times = times + 1 WHERE kind = 'channel' AND id = new.id;
    END`
})
