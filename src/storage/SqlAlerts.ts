// The Alerts on SQLite: one row, written by whoever has its lease, and one of each other process that has something to report.
import { Effect, Layer, Option, Schema } from "effect"
import { AlertState, Alerts, Problem } from "../outbox/Alerts.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { furthestEnd } from "./OutboxLease.ts"

const json = Schema.parseJson(AlertState)
const encode = Schema.encodeSync(json)
const decode = Schema.decodeEither(json)
const problems = Schema.parseJson(Schema.Array(Problem))
const encodeProblems = Schema.encodeSync(problems)
const decodeProblems = Schema.decodeOption(problems)

const make = Effect.gen(function* () {
  const database = yield* Database
  return Alerts.of({
    lease: traced("Alerts.lease")(function* (owner, now, ttlMs) {
      const until = now + ttlMs
      const taken = yield* database.transaction("take the telling of alerts", (db) => {
        db.run("UPDATE alerts SET lease_until = :end WHERE lease_until > :end", {
          end: furthestEnd(now, until)
        })
        db.run("DELETE FROM alert_report WHERE until <= ?", [now])
        return db.get(
          `INSERT INTO alerts (id, lease_owner, lease_until) VALUES (1, :owner, :until)
           ON CONFLICT (id) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
           WHERE lease_owner IS NULL OR lease_owner = excluded.lease_owner OR lease_until <= :now
           RETURNING id`,
          { owner, now, until }
        )
      })
      return taken !== undefined
    }),
    yieldLease: traced("Alerts.yieldLease")(function* (owner) {
      yield* database.transaction("give the telling of alerts back", (db) =>
        db.run("UPDATE alerts SET lease_owner = NULL, lease_until = 0 WHERE lease_owner = ?", [owner])
      )
    }),
    load: Effect.gen(function* () {
      const row = yield* database.read("read what was told", (db) =>
        db.get<{ state: string | null }>("SELECT state FROM alerts")
      )
      if (row === undefined || row.state === null) return Option.none()
      // One of another version of the program: what is wrong is told once more.
      return yield* Effect.option(
        Effect.tapError(decode(row.state), (error) =>
          Effect.logWarning("What was told is not known any more", error)
        )
      )
    }),
    keep: traced("Alerts.keep")(function* (owner, state) {
      const { changes } = yield* database.transaction("keep what is told", (db) =>
        db.run("UPDATE alerts SET state = ? WHERE lease_owner = ?", [encode(state), owner])
      )
      return changes === 1
    }),
    report: traced("Alerts.report")(function* (owner, problems, until) {
      yield* database.transaction("report to who tells", (db) =>
        problems.length === 0
          ? db.run("DELETE FROM alert_report WHERE owner = ?", [owner])
          : db.run(
              `INSERT INTO alert_report (owner, until, problems) VALUES (:owner, :until, :problems)
               ON CONFLICT (owner) DO UPDATE SET until = excluded.until, problems = excluded.problems`,
              { owner, until, problems: encodeProblems(problems) }
            )
      )
    }),
    reported: traced("Alerts.reported")(function* (owner, now) {
      const rows = yield* database.read("read what is reported", (db) =>
        db.all<{ problems: string }>(
          "SELECT problems FROM alert_report WHERE owner <> :owner AND until > :now ORDER BY owner",
          { owner, now }
        )
      )
      // One of another version of the program says nothing that could be told.
      return rows.flatMap((row) => Option.getOrElse(decodeProblems(row.problems), () => []))
    })
  })
})

export const layer: Layer.Layer<Alerts, never, Database> = Layer.effect(Alerts, make)
