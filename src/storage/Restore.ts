// Puts a backup in the place of the database. Enters: both paths, the channels of the catalog. Leaves: what was kept of the database before.
// Promises: a copy is checked, brought to this schema and marked before it takes the place, so that a failure leaves the old database as it
// was; every channel waits until what was posted since the backup is known. Never: while anybody has the database open.

import { existsSync, realpathSync } from "node:fs"
import { copyFile, mkdir, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import Sqlite from "better-sqlite3"
import { Clock, Effect, Option, Schema } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { traced } from "../Spans.ts"
import { syncToDisk } from "./Backup.ts"
import { quickCheck } from "./Integrity.ts"
import { migrate } from "./Migrations.ts"
import { offLoop } from "./OffLoop.ts"
import { storageFailure } from "./SqliteFailure.ts"

/** A process has it open; end that first. */
export class DatabaseInUse extends Schema.TaggedError<DatabaseInUse>("oncecast/storage/DatabaseInUse")(
  "DatabaseInUse",
  { path: Schema.String }
) {
  override get message(): string {
    return `${this.path} is in use: stop the service (and every other command on it) first. Nothing was changed.`
  }
}

/** The file is no database of this program. */
export class NotABackup extends Schema.TaggedError<NotABackup>("oncecast/storage/NotABackup")("NotABackup", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.file} cannot be restored: ${this.detail}. Nothing was changed.`
  }
}

export interface Restored {
  /** Where the database before is kept; none: there was none. */
  readonly kept: Option.Option<string>
  /** The last that the backup knows of, epoch ms; null: it is empty. */
  readonly lastKnownAt: number | null
}

const operation = "be restored"

const typed = (cause: unknown) =>
  Option.getOrElse(
    storageFailure(operation, cause),
    () => new StorageFailed({ operation, reason: "other", cause })
  )

const attempt = <A>(run: () => A) => Effect.try({ try: run, catch: typed })
const promised = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: typed })

/** Nothing reads or writes it: only then can its log be taken away. A damaged one is not asked. */
const unused = (path: string): Effect.Effect<void, StorageFailed | DatabaseInUse> =>
  offLoop(path, operation, ["PRAGMA journal_mode = DELETE"], 500).pipe(
    Effect.flatMap(([rows]) =>
      rows?.[0]?.["journal_mode"] === "delete" ? Effect.void : new DatabaseInUse({ path })
    ),
    Effect.catchIf(
      (error) => error._tag === "StorageFailed" && error.reason === "busy",
      () => new DatabaseInUse({ path })
    ),
    Effect.catchIf(
      (error) => error._tag === "StorageFailed" && error.reason === "corrupt",
      () => Effect.void
    )
  )

const sound = (copy: string, file: string) =>
  quickCheck(copy, operation).pipe(
    Effect.catchIf(
      (error) => error.reason === "corrupt",
      (error) => new NotABackup({ file, detail: `it is damaged or no database (${String(error.cause)})` })
    )
  )

const isOurs = (connection: Sqlite.Database): boolean =>
  connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'effect_sql_migrations'").get() !== undefined

const withConnection = <A>(path: string, use: (connection: Sqlite.Database) => A) =>
  attempt(() => {
    const connection = new Sqlite(path, { fileMustExist: true })
    try {
      return use(connection)
    } finally {
      connection.close()
    }
  })

/** Channels that the backup knows, and those that came to the catalog since. Leases of then are nobody's. */
const mark = (connection: Sqlite.Database, channels: ReadonlyArray<string>, now: number): number | null => {
  connection.exec("BEGIN IMMEDIATE")
  connection
    .prepare(
      `INSERT INTO restored_channel (id, at, floor, settled_at)
       SELECT n.value, :now, coalesce(c.floor, 0), NULL
       FROM (SELECT value FROM json_each(:channels) UNION SELECT id FROM channel) n LEFT JOIN channel c ON c.id = n.value WHERE true
       ON CONFLICT (id) DO UPDATE SET at = excluded.at, floor = excluded.floor, settled_at = NULL`
    )
    .run({ now, channels: JSON.stringify(channels) })
  connection.exec("UPDATE channel SET lease_owner = NULL, lease_until = 0")
  connection.exec("UPDATE inbox SET lease_owner = NULL, lease_until = 0")
  const last = connection.prepare("SELECT max(state_at) FROM delivery").pluck().get()
  connection.exec("COMMIT")
  connection.pragma("journal_mode = DELETE")
  return typeof last === "number" ? last : null
}

const stamp = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")

const putAside = (path: string, now: number) =>
  Effect.gen(function* () {
    if (!existsSync(path)) return Option.none<string>()
    yield* unused(path)
    const kept = `${path}.replaced-${stamp(now)}`
    for (const part of ["", "-wal", "-shm"]) {
      if (existsSync(`${path}${part}`)) yield* promised(() => rename(`${path}${part}`, `${kept}${part}`))
    }
    return Option.some(kept)
  })

/** `database`: where that is a link, the file that it leads to is replaced. `channels`: those of the catalog. */
export const restore = traced("Restore.restore")(function* (
  database: string,
  file: string,
  channels: ReadonlyArray<string>
) {
  const path = existsSync(database) ? realpathSync(database) : database
  const copy = `${path}.restoring`
  const discard = Effect.forEach(["", "-wal", "-shm"], (part) =>
    promised(() => rm(`${copy}${part}`, { force: true }))
  )
  if (!existsSync(file)) return yield* new NotABackup({ file, detail: "there is no such file" })
  return yield* Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    yield* promised(() => mkdir(dirname(path), { recursive: true }))
    yield* discard
    yield* promised(() => copyFile(file, copy))
    yield* sound(copy, file)
    if (!(yield* withConnection(copy, isOurs)))
      return yield* new NotABackup({ file, detail: "it is not a database of Oncecast" })
    yield* migrate(copy)
    const lastKnownAt = yield* withConnection(copy, (connection) => mark(connection, channels, now))
    yield* promised(() => syncToDisk(copy))
    const kept = yield* putAside(path, now)
    yield* promised(() => rename(copy, path))
    yield* promised(() => syncToDisk(dirname(path)))
    return { kept, lastKnownAt } satisfies Restored
    // The half copy is of no use; that it cannot be removed changes nothing about the failure.
  }).pipe(Effect.onError(() => Effect.ignore(discard)))
})
