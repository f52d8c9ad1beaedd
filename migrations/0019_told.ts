// What readers of a channel know of an offer, and when it is to be looked at again. A delivery may tell of an event that can happen again: its
// `event` is then made of what was told before ("drop@1700000000000").
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE told (
      item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      -- Of the item.
      source TEXT NOT NULL,
      -- When readers were last told something, and the price from which a drop is measured.
      at INTEGER NOT NULL,
      price_amount TEXT,
      price_currency TEXT,
      -- Since when it is above that, and the lowest of that time.
      above_at INTEGER,
      above_amount TEXT,
      -- Since when it cannot be bought.
      out_since INTEGER,
      -- It counts as gone; readers were told so.
      gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
      gone_told INTEGER NOT NULL DEFAULT 0 CHECK (gone_told IN (0, 1)),
      -- To be judged then; null: when it changes.
      look_at INTEGER,
      PRIMARY KEY (item_id, channel),
      CHECK ((price_amount IS NULL) = (price_currency IS NULL)),
      CHECK ((above_at IS NULL) = (above_amount IS NULL)),
      CHECK (above_amount IS NULL OR price_amount IS NOT NULL)
    ) STRICT, WITHOUT ROWID`
  yield* sql`CREATE INDEX told_due ON told (source, look_at) WHERE look_at IS NOT NULL`
  // The price from which the drop is measured that the delivery tells.
  yield* sql`ALTER TABLE delivery ADD COLUMN before_amount TEXT`
  yield* sql`ALTER TABLE delivery ADD COLUMN before_currency TEXT`
  yield* sql`
    INSERT INTO told (item_id, channel, source, at, price_amount, price_currency, out_since)
    SELECT d.item_id, d.channel, i.source, coalesce(d.sent_at, d.queued_at), i.price_amount, i.price_currency,
      iif(i.availability IN ('out-of-stock', 'discontinued'), coalesce(d.sent_at, d.queued_at), NULL)
    FROM delivery d JOIN item i ON i.id = d.item_id
    WHERE i.kind = 'offer' AND d.event = 'new' AND d.state IN ('queued', 'sending', 'unknown', 'parked', 'sent', 'edited')`
})
