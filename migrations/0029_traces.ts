// Where spans are collected: the span in which a delivery came to be, so that its post is told of in the same trace, hours and restarts later.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  // traceparent of W3C Trace Context; null: nobody collected.
  yield* sql`ALTER TABLE delivery ADD COLUMN trace TEXT`
})
