// Brings a database file up to the program's schema. Enters: a path. Leaves: the names of the migrations applied now.
// Promises: each migration is applied once, whole or not at all, however many processes start together; a database of a newer
// program is left alone. Never: runs on the connection that serves the program.
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import { Cause, Effect, Option, Schedule, Schema } from "effect"
import { migrations } from "../../migrations/index.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { offLoop } from "./OffLoop.ts"
import { storageFailure } from "./SqliteFailure.ts"

/** The database cannot be brought to this program's schema; a person must act. */
export class MigrationFailed extends Schema.TaggedError<MigrationFailed>("oncecast/storage/MigrationFailed")(
  "MigrationFailed",
  { path: Schema.String, detail: Schema.String, cause: Schema.optional(Schema.Defect) }
) {
  override get message(): string {
    return `The database ${this.path} could not be migrated: ${this.detail}.`
  }
}

/** How long another process' migration is waited for: ten seconds. */
const patience = Schedule.spaced("100 millis").pipe(Schedule.intersect(Schedule.recurs(100)))

/** By number; numbers may be left out. */
const names = new Map(Object.keys(migrations).map((name) => [Number(name.slice(0, 4)), name]))
const newest = Math.max(...names.keys())

const newestApplied = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ id: number | null }>`SELECT max(migration_id) AS id FROM effect_sql_migrations`
).pipe(Effect.map(([row]) => row?.id ?? 0))

const migrateOnce = Effect.fnUntraced(function* (path: string) {
  const sql = yield* SqlClient.SqlClient
  // The client alone leaves NORMAL, which may lose a commit when the power fails.
  yield* sql`PRAGMA synchronous = FULL`
  const applied = yield* Migrator.make({})({ loader: Migrator.fromRecord({ ...migrations }) })
  const reached = yield* newestApplied
  if (reached < newest) {
    const detail = `another process holds it, or the disk is full (schema ${reached} of ${newest})`
    return yield* new MigrationFailed({ path, detail })
  }
  return { applied: applied.map(([id]) => names.get(id) ?? String(id)), reached }
})

const run = Effect.fnUntraced(function* (path: string) {
  // The migrator calls it success when another process holds the lock: look again until the schema is there.
  const { applied, reached } = yield* Effect.retry(migrateOnce(path), {
    while: (error) => error instanceof MigrationFailed,
    schedule: patience
  })
  if (reached === newest) return applied
  const detail = `it was written by a newer version of the program (schema ${reached}, this one knows ${newest}); run that version`
  return yield* new MigrationFailed({ path, detail })
})

/** What went wrong, from the outside to the innermost cause. */
const explained = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message.trim()}: ${explained(error.cause)}`
}

const typed = (path: string, cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause)
  if (error instanceof MigrationFailed) return error
  const detail = explained(error)
  return Option.getOrElse(
    storageFailure(`be opened at ${path}`, error),
    () => new MigrationFailed({ path, detail, cause: error })
  )
}

const createFolder = (path: string) =>
  Effect.sync(() => mkdirSync(dirname(path), { recursive: true })).pipe(
    Effect.unless(() => path === ":memory:")
  )

/** Creates the file (and its folder) if need be and migrates it. Returns the names applied now, oldest first. */
export const migrate = (
  path: string
): Effect.Effect<ReadonlyArray<string>, StorageFailed | MigrationFailed> =>
  createFolder(path).pipe(
    Effect.zipRight(Effect.provide(run(path), SqliteClient.layer({ filename: path }))),
    Effect.catchAllCause((cause) => Effect.fail(typed(path, cause))),
    Effect.retry({
      while: (error) => error._tag === "StorageFailed" && error.reason === "busy",
      schedule: patience
    })
  )

/** Which schema the file has, and which this program knows; changes nothing. A file without one has 0. */
export const schemaOf = (path: string) =>
  offLoop(path, "be read", [
    "SELECT count(*) AS n FROM sqlite_schema WHERE name = 'effect_sql_migrations'"
  ]).pipe(
    Effect.flatMap(([rows]) =>
      rows?.[0]?.["n"] === 0
        ? Effect.succeed([[{ id: 0 }]])
        : offLoop(path, "be read", ["SELECT max(migration_id) AS id FROM effect_sql_migrations"])
    ),
    Effect.map(([rows]) => ({ has: Number(rows?.[0]?.["id"] ?? 0), known: newest }))
  )

/** The bytes of an empty database with the program's schema; synchronous. */
export const migratedTemplate = Effect.gen(function* () {
  yield* run(":memory:")
  return yield* Effect.flatMap(SqliteClient.SqliteClient, (client) => client.export)
}).pipe(Effect.provide(SqliteClient.layer({ filename: ":memory:", disableWAL: true })), Effect.orDie)
