// Turns another process' writes (a command on the command line, a second publisher) into wake-up hints, within a second.
// SQLite says so cheaply: `data_version` changes when another connection has written.
// @source https://www.sqlite.org/pragma.html#pragma_data_version (2026-11-24)
import { Effect, Layer, Schedule } from "effect"
import { Signals } from "../outbox/Signals.ts"
import { Database } from "./Database.ts"

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  const read = database.read(
    "look for changes",
    (db) => db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0
  )
  let seen = yield* read
  const look = Effect.gen(function* () {
    const version = yield* read
    if (version === seen) return
    seen = version
    yield* signals.notifyAll
  }).pipe(
    // A disk that fails shows itself to everybody who does more than look.
    Effect.catchAll((error) => Effect.logDebug("could not look for changes", error))
  )
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second")))
})

export const layer = Layer.scopedDiscard(make)
