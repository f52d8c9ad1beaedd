// The deliveries' diagram (Delivery.ts) with the steps that evidence takes: a post that was given up, or is queued again, is found standing.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TRIGGER delivery_step`
  yield* sql`
    CREATE TRIGGER delivery_step BEFORE UPDATE OF state ON delivery
    WHEN old.state || '>' || new.state NOT IN (
      'queued>sending', 'queued>expired', 'queued>sent',
      'sending>sent', 'sending>queued', 'sending>refused', 'sending>unknown',
      'unknown>sent', 'unknown>queued', 'unknown>parked', 'unknown>refused',
      'parked>sent', 'parked>queued', 'parked>refused',
      'refused>queued', 'refused>sent', 'expired>queued', 'expired>sent',
      'sent>edited', 'sent>withdrawn', 'edited>edited', 'edited>withdrawn')
    BEGIN SELECT RAISE(ABORT, 'a delivery cannot make this step'); END`
})
