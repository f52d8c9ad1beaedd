// How many there are, kept by triggers in the transaction that changes them: a snapshot of a million rows, and the question whether
// a channel is full, cost one look-up. The triggers avoid upserts, whose conflict rule the outer statement would override.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE delivery_count (
      channel TEXT NOT NULL,
      state TEXT NOT NULL,
      deliveries INTEGER NOT NULL CHECK (deliveries >= 0),
      PRIMARY KEY (channel, state)
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TABLE item_count (
      source TEXT PRIMARY KEY,
      items INTEGER NOT NULL CHECK (items >= 0)
    ) STRICT, WITHOUT ROWID`
  yield* sql`
    CREATE TRIGGER delivery_count_insert AFTER INSERT ON delivery BEGIN
      INSERT INTO delivery_count SELECT new.channel, new.state, 0
        WHERE NOT EXISTS (SELECT 1 FROM delivery_count WHERE channel = new.channel AND state = new.state);
      UPDATE delivery_count SET deliveries = deliveries + 1 WHERE channel = new.channel AND state = new.state;
    END`
  yield* sql`
    CREATE TRIGGER delivery_count_step AFTER UPDATE OF state ON delivery WHEN old.state <> new.state BEGIN
      INSERT INTO delivery_count SELECT new.channel, new.state, 0
        WHERE NOT EXISTS (SELECT 1 FROM delivery_count WHERE channel = new.channel AND state = new.state);
      UPDATE delivery_count SET deliveries = deliveries + 1 WHERE channel = new.channel AND state = new.state;
      UPDATE delivery_count SET deliveries = deliveries - 1 WHERE channel = old.channel AND state = old.state;
    END`
  yield* sql`
    CREATE TRIGGER delivery_count_delete AFTER DELETE ON delivery BEGIN
      UPDATE delivery_count SET deliveries = deliveries - 1 WHERE channel = old.channel AND state = old.state;
    END`
  yield* sql`
    CREATE TRIGGER item_count_insert AFTER INSERT ON item BEGIN
      INSERT INTO item_count SELECT new.source, 0
        WHERE NOT EXISTS (SELECT 1 FROM item_count WHERE source = new.source);
      UPDATE item_count SET items = items + 1 WHERE source = new.source;
    END`
  yield* sql`
    CREATE TRIGGER item_count_delete AFTER DELETE ON item BEGIN
      UPDATE item_count SET items = items - 1 WHERE source = old.source;
    END`
})
