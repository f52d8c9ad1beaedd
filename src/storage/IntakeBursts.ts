// Bursts that Intake writes on SQLite, and the long document that a source is reading: a constant number of statements each.
import type { IntakeRows } from "../outbox/IntakeStore.ts"
import { rankOf } from "./IntakeItems.ts"
import type { Statements } from "./Statements.ts"

const beginReading: (db: Statements) => IntakeRows["beginReading"] = (db) => (source) =>
  db.get<{ readingFrom: number }>(
    `INSERT INTO source (id, reading_from) VALUES (?, (SELECT coalesce(max(id), 0) + 1 FROM item))
     ON CONFLICT (id) DO UPDATE SET reading_from = coalesce(reading_from, excluded.reading_from),
       url_hash = NULL, etag = NULL, last_modified = NULL, body_hash = NULL, fetched_at = NULL
     RETURNING reading_from AS readingFrom`,
    [source]
  )?.readingFrom ?? 1

const openBurst: (db: Statements) => IntakeRows["openBurst"] =
  (db) => (source, kind, items, documentItems, now) => {
    const id = db.run(
      `INSERT INTO burst (source, kind, at, items, document_items)
       VALUES (:source, :kind, :now, :items, :documentItems)`,
      { source, kind, now, items, documentItems }
    ).lastInsertRowid
    db.run(
      `INSERT INTO source (id, gathering) VALUES (:source, :id)
       ON CONFLICT (id) DO UPDATE SET gathering = excluded.gathering`,
      { source, id }
    )
    return id
  }

const hold: (db: Statements) => IntakeRows["hold"] = (db) => (burst, items) => {
  db.run(
    `UPDATE item SET burst_id = :burst, held_keys = row.value ->> 'joint', held_rank = ${rankOf("row.value")}
     FROM json_each(:rows) AS row WHERE item.id = row.value ->> 'id'`,
    { burst, rows: JSON.stringify(items.map(({ id, joint, age }) => ({ id, joint, ...age }))) }
  )
}

const setBurst: (db: Statements) => IntakeRows["setBurst"] = (db) => (id, state, now) => {
  const ends = state === "released" || state === "discarded"
  if (ends && db.run("DELETE FROM burst WHERE id = ? AND kind = 'stream'", [id]).changes > 0) return
  db.run("UPDATE burst SET state = :state, decided_at = coalesce(decided_at, :now) WHERE id = :id", {
    id,
    state,
    now
  })
}

const free = "UPDATE item SET burst_id = NULL, held_keys = NULL, held_rank = NULL"

const letGo: (db: Statements) => IntakeRows["letGo"] = (db) => (burst, items) => {
  db.run(`${free} WHERE burst_id = :burst AND id IN (SELECT value FROM json_each(:items))`, {
    burst,
    items: JSON.stringify(items)
  })
}

const letOldestGo: (db: Statements) => IntakeRows["letOldestGo"] = (db) => (burst, count) => {
  db.run(
    `${free} WHERE id IN (SELECT id FROM item WHERE burst_id = :burst ORDER BY held_rank, id LIMIT +:count)`,
    { burst, count }
  )
}

type BurstWrites =
  | "beginReading"
  | "openBurst"
  | "growBurst"
  | "hold"
  | "makeFlood"
  | "setBurst"
  | "letGo"
  | "letOldestGo"

/** The part of the rows that is about what is held and what is being read. */
export const burstWrites = (db: Statements): Pick<IntakeRows, BurstWrites> => ({
  beginReading: beginReading(db),
  openBurst: openBurst(db),
  growBurst: (id, items) => {
    db.run("UPDATE burst SET items = items + ? WHERE id = ?", [items, id])
  },
  hold: hold(db),
  makeFlood: (id, documentItems) => {
    db.run("UPDATE burst SET kind = 'flood', document_items = ? WHERE id = ?", [documentItems, id])
  },
  setBurst: setBurst(db),
  letGo: letGo(db),
  letOldestGo: letOldestGo(db)
})
