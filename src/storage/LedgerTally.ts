// What happened since a moment, counted at the ends of the indexes. Items have no index by time: their ids grow with it, so the first one of
// the span is found by halving.
import type { ChannelId, Millis, SourceId } from "../domain/Names.ts"
import type { Tally } from "../outbox/Ledger.ts"
import type { ReadStatements } from "./Statements.ts"

/** The highest id of an item that was seen by `since`; 0 when there is none. */
const lastItemBy = (db: ReadStatements, since: Millis): number => {
  let [low, high] = [0, db.get<{ id: number | null }>("SELECT max(id) AS id FROM item")?.id ?? 0]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const item = db.get<{ id: number; at: Millis }>(
      "SELECT id, first_seen_at AS at FROM item WHERE id <= ? ORDER BY id DESC LIMIT 1",
      [middle]
    )
    if (item === undefined || item.at <= since) low = middle
    else high = item.id - 1
  }
  return low
}

type State = Tally["deliveries"][number]["state"]

const ended = (db: ReadStatements, state: State, since: Millis): Tally["deliveries"] => {
  const condition = state === "sent" ? "sent_at > :since" : `state = '${state}' AND state_at > :since`
  return db
    .all<{ channel: ChannelId; deliveries: number }>(
      `SELECT channel, deliveries FROM (
         SELECT k.channel, (SELECT count(*) FROM delivery d WHERE d.channel = k.channel AND ${condition}) AS deliveries
         FROM (SELECT DISTINCT channel FROM delivery_count) k)
       WHERE deliveries > 0 ORDER BY channel`,
      { since }
    )
    .map((row) => ({ ...row, state }))
}

export const readTally = (db: ReadStatements, since: Millis): Tally => ({
  fresh: db.all<{ source: SourceId; items: number }>(
    "SELECT source, count(*) AS items FROM item WHERE id > ? AND first_seen_at > ? GROUP BY source ORDER BY source",
    [lastItemBy(db, since), since]
  ),
  deliveries: (["sent", "refused", "expired"] as const).flatMap((state) => ended(db, state, since))
})
