// The outbox. The promises are constraints, so that no code path of any process can break them:
// one delivery per item, channel and event; at most one of a channel in flight or unknown; a post that stands has a message id;
// and only the steps of the domain's diagram (Delivery.ts) from one state to the next.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE delivery (
      id INTEGER PRIMARY KEY,
      item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
      channel TEXT NOT NULL,
      event TEXT NOT NULL DEFAULT 'new',
      state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'sending', 'sent', 'unknown', 'parked', 'refused', 'expired', 'edited', 'withdrawn')),
      reason TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      -- Higher goes first; equal ones in the order of their ids.
      priority INTEGER NOT NULL DEFAULT 0,
      queued_at INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      state_at INTEGER NOT NULL,
      sent_at INTEGER,
      -- The messages that stand in the channel, as a JSON array.
      message_ids TEXT,
      UNIQUE (item_id, channel, event),
      CHECK (state IN ('queued', 'sent', 'edited') OR reason IS NOT NULL),
      CHECK (state NOT IN ('sent', 'edited', 'withdrawn')
        OR (sent_at IS NOT NULL AND coalesce(json_array_length(message_ids), 0) > 0))
    ) STRICT`
  yield* sql`
    CREATE INDEX delivery_queue ON delivery (channel, priority DESC, id, due_at, queued_at)
    WHERE state = 'queued'`
  yield* sql`CREATE UNIQUE INDEX delivery_in_flight ON delivery (channel) WHERE state IN ('sending', 'unknown')`
  yield* sql`CREATE INDEX delivery_state ON delivery (channel, state, state_at)`
  yield* sql`CREATE INDEX delivery_sent ON delivery (channel, sent_at) WHERE sent_at IS NOT NULL`
  yield* sql`
    CREATE TRIGGER delivery_step BEFORE UPDATE OF state ON delivery
    WHEN old.state || '>' || new.state NOT IN (
      'queued>sending', 'queued>expired',
      'sending>sent', 'sending>queued', 'sending>refused', 'sending>unknown',
      'unknown>sent', 'unknown>queued', 'unknown>parked', 'unknown>refused',
      'parked>sent', 'parked>queued', 'parked>refused',
      'refused>queued', 'expired>queued',
      'sent>edited', 'sent>withdrawn', 'edited>edited', 'edited>withdrawn')
    BEGIN SELECT RAISE(ABORT, 'a delivery cannot make this step'); END`
})
