// The AuditLog on SQLite: a row each, read at the end of the table.
import { Effect, Layer } from "effect"
import { type AuditEntry, AuditLog } from "../outbox/AuditLog.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"

type Row = Omit<AuditEntry, "done"> & { readonly done: 0 | 1 | null }

const make = Effect.gen(function* () {
  const database = yield* Database
  return AuditLog.of({
    begin: traced("AuditLog.begin")(function* (entry, now) {
      const { lastInsertRowid } = yield* database.transaction("note who changes what", (db) =>
        db.run("INSERT INTO audit (at, by, command, target) VALUES (:now, :by, :command, :target)", {
          ...entry,
          now
        })
      )
      return lastInsertRowid
    }),
    end: traced("AuditLog.end")(function* (id, done, answer, now) {
      yield* database.transaction("note what came of a change", (db) =>
        db.run("UPDATE audit SET ended_at = :now, done = :done, answer = :answer WHERE id = :id", {
          id,
          done: done ? 1 : 0,
          answer,
          now
        })
      )
    }),
    entries: traced("AuditLog.entries")(function* ({ before, limit }) {
      const rows = yield* database.read("read who changed what", (db) =>
        db.all<Row>(
          `SELECT id, at, by, command, target, done, answer FROM audit
           WHERE :before IS NULL OR id < :before ORDER BY id DESC LIMIT +:limit`,
          { before: before ?? null, limit }
        )
      )
      return rows.map((row) => ({ ...row, done: row.done === null ? null : row.done === 1 }))
    })
  })
})

export const layer: Layer.Layer<AuditLog, never, Database> = Layer.effect(AuditLog, make)
