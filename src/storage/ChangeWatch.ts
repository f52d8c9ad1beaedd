// Turns another process' writes (a command on the command line, a second publisher) into wake-up hints, within a second. SQLite says cheaply
// that there was one: `data_version` changes when another connection has written. Whom it concerns is counted in `change`.
// @source https://www.sqlite.org/pragma.html#pragma_data_version (2026-11-24)
import { Effect, Layer, Schedule } from "effect"
import { type Hint, Signals } from "../outbox/Signals.ts"
import { Database } from "./Database.ts"
import type { ReadStatements } from "./Statements.ts"

/** Who may wait for what has changed, and how often it has; by a text that is the same for the same one. */
export type Changes = ReadonlyMap<string, Changed>

export interface Changed {
  readonly hint: Hint
  readonly times: number
}

export const changes = (db: ReadStatements): Changes =>
  new Map(
    db
      .all<Hint & { readonly times: number }>("SELECT kind, id, times FROM change")
      .map(({ times, ...hint }) => [`${hint.kind}/${hint.id}`, { hint, times }])
  )

/** Who is to look again. */
export const changedSince = (before: Changes, now: Changes): ReadonlyArray<Hint> =>
  [...now].filter(([key, { times }]) => before.get(key)?.times !== times).map(([, { hint }]) => hint)

const versionOf = (db: ReadStatements): number =>
  db.get<{ data_version: number }>("PRAGMA data_version")?.data_version ?? 0

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  const read = <A>(what: (db: ReadStatements) => A) => database.read("look for changes", what)
  let seen = yield* read((db) => ({ version: versionOf(db), changes: changes(db) }))
  const look = Effect.gen(function* () {
    const version = yield* read(versionOf)
    if (version === seen.version) return
    const before = seen
    seen = yield* read((db) => ({ version: versionOf(db), changes: changes(db) }))
    yield* Effect.forEach(changedSince(before.changes, seen.changes), signals.notify, { discard: true })
  }).pipe(
    // A disk that fails shows itself to everybody who does more than look.
    Effect.catchAll((error) => Effect.logDebug("could not look for changes", error))
  )
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second")))
})

export const layer = Layer.scopedDiscard(make)
