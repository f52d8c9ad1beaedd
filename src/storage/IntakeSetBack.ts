// The clock was ahead, and was set back: what is remembered of offers of a time to come is of now.
import { Option } from "effect"
import type { ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { Statements } from "./Statements.ts"

/** Offers that one transaction looks through: some milliseconds. */
const offersPerStep = 1_000

/** Implements `TellingRows.setRight`. */
export const setRight = (
  db: Statements,
  source: SourceId,
  now: Millis,
  after: ItemId | 0
): Option.Option<ItemId> => {
  const end = db.get<{ id: ItemId }>(
    `SELECT item_id AS id FROM told WHERE source = :source AND item_id > :after
     ORDER BY item_id LIMIT 1 OFFSET ${offersPerStep - 1}`,
    { source, after }
  )
  const some = { source, now, after, last: end?.id ?? Number.MAX_SAFE_INTEGER }
  const among = "source = :source AND item_id > :after AND item_id <= :last"
  db.run(
    `UPDATE item SET absent_at = :now, last_seen_at = :now
     WHERE absent_at > :now AND id IN (SELECT item_id FROM told WHERE ${among})`,
    some
  )
  db.run(
    `UPDATE told SET look_at = :now, out_since = min(out_since, :now)
     WHERE ${among} AND (look_at > :now OR at > :now OR above_at > :now OR out_since > :now)`,
    some
  )
  return Option.map(Option.fromNullable(end), ({ id }) => id)
}
