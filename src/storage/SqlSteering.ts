// Steering on SQLite: what is paused is a row; whoever waits on the target is woken.
import { Effect, Layer } from "effect"
import { Signals } from "../outbox/Signals.ts"
import { type Pause, Steering, type Target } from "../outbox/Steering.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  const key = ({ kind, id }: Target) => ({ kind, id })

  return Steering.of({
    pause: traced("Steering.pause")(function* (target, by, now) {
      const { changes } = yield* database.transaction("pause", (db) =>
        db.run(
          "INSERT INTO pause (kind, id, since, by) VALUES (:kind, :id, :now, :by) ON CONFLICT DO NOTHING",
          { ...key(target), now, by }
        )
      )
      yield* signals.notify(target)
      return changes === 1
    }),
    resume: traced("Steering.resume")(function* (target) {
      const { changes } = yield* database.transaction("resume", (db) =>
        db.run("DELETE FROM pause WHERE kind = :kind AND id = :id", key(target))
      )
      yield* signals.notify(target)
      return changes === 1
    }),
    isPaused: traced("Steering.isPaused")(function* (target) {
      const row = yield* database.read("read what is paused", (db) =>
        db.get("SELECT 1 FROM pause WHERE kind = :kind AND id = :id", key(target))
      )
      return row !== undefined
    }),
    pauses: database.read("read what is paused", (db) =>
      db.all<Pause>("SELECT kind, id, since, by FROM pause ORDER BY since, kind, id")
    )
  })
})

export const layer: Layer.Layer<Steering, never, Database | Signals> = Layer.effect(Steering, make)
