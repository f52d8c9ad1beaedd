// The one connection through which this process writes, and everything that SQLite must be told about it.
// Enters: a piece of synchronous SQL work. Leaves: its result, or a StorageFailed. Promises: a transaction is on disk when it has
// succeeded (WAL, synchronous = FULL, or a sync shared with others) and nothing of it is when it has failed, but as `together` says; no
// other fiber runs inside it; another process' lock is waited for without holding the event loop. Never: retries anything but a lock, hides a bug as a StorageFailed.
import { statSync } from "node:fs"
import Sqlite from "better-sqlite3"
import { Context, Effect, Exit, Layer, Option, Schedule } from "effect"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { traced } from "../Spans.ts"
import { keepCheckpointed } from "./Checkpoint.ts"
import { groupCommit } from "./GroupCommit.ts"
import { type MigrationFailed, migrate, migratedTemplate } from "./Migrations.ts"
import { storageFailure } from "./SqliteFailure.ts"
import { type Connection, type ReadStatements, type Statements, statementsOf } from "./Statements.ts"

/** How long one try may hold the event loop while another process has the lock, in milliseconds. */
const busyTimeoutMs = 20

/** A lock of another process is waited for this long in all, then the operation fails as `busy`. */
const patience = Schedule.exponential("5 millis").pipe(
  Schedule.union(Schedule.spaced("100 millis")),
  Schedule.jittered,
  Schedule.upTo("5 seconds")
)

/** `operation` completes the sentence "The database could not …". */
const attempt = <A>(operation: string, work: () => A): Exit.Exit<A, StorageFailed> => {
  try {
    return Exit.succeed(work())
  } catch (cause) {
    return Option.match(storageFailure(operation, cause), {
      onNone: () => Exit.die(cause),
      onSome: Exit.fail
    })
  }
}

const isBusy = (error: StorageFailed): boolean => error.reason === "busy"

/** What succeeds at once, as nearly all does, costs one step of the fiber. */
const whileBusy = <A>(work: () => Exit.Exit<A, StorageFailed>): Effect.Effect<A, StorageFailed> =>
  Effect.suspend(() => {
    const first = work()
    return Exit.isSuccess(first)
      ? first
      : Effect.catchIf(first, isBusy, () =>
          Effect.retry(Effect.suspend(work), { schedule: patience, while: isBusy })
        )
  })

/** Everything between BEGIN and COMMIT, or nothing. */
const atomically = <A>(connection: Connection, begin: string, work: () => A): A => {
  connection.exec(begin)
  try {
    const result = work()
    connection.exec("COMMIT")
    return result
  } catch (cause) {
    // Some failures (a full disk) have rolled back already.
    if (connection.inTransaction) connection.exec("ROLLBACK")
    throw cause
  }
}

/** Runs `work` with commits that are in the log but may not be on the disk. */
const unsynced = <A>(connection: Connection, work: () => A): A => {
  connection.exec("PRAGMA synchronous = NORMAL")
  try {
    return work()
  } finally {
    connection.exec("PRAGMA synchronous = FULL")
  }
}

/**
 * Throws when the file is no longer the one that was opened. SQLite writes on into a file that nobody will find again: posts would go out
 * that the next start knows nothing of. It looks itself, by the same number, but not with a write-ahead log.
 * @source https://www.sqlite.org/rescode.html#readonly_dbmoved (2026-11-27)
 */
const standing = (path: string): (() => void) => {
  const number = () => statSync(path, { throwIfNoEntry: false })?.ino
  const opened = number()
  return () => {
    if (number() === opened) return
    throw new Sqlite.SqliteError(`${path} is not the file that was opened`, "SQLITE_READONLY_DBMOVED")
  }
}

/** `onDisk` ends when all that is committed is on the disk; `inPlace` throws when nobody will find what is written now. */
const serviceOf = (
  connection: Connection,
  path: string,
  onDisk: Effect.Effect<void, StorageFailed>,
  inPlace: () => void = () => undefined
) => {
  const statements = statementsOf(connection)
  let failedWrite = Option.none<StorageFailed>()
  const note = (failure: typeof failedWrite) =>
    Effect.sync(() => {
      failedWrite = failure
    })
  const noted = <A>(written: Effect.Effect<A, StorageFailed>) =>
    Effect.tapBoth(written, {
      onFailure: (failure) => note(Option.some(failure)),
      onSuccess: () => note(Option.none())
    })
  const write = <A>(operation: string, work: () => A, within = (run: () => A) => run()) =>
    whileBusy(() =>
      attempt(operation, () => {
        inPlace()
        return within(() => atomically(connection, "BEGIN IMMEDIATE", work))
      })
    )
  const unwaited = <A>(operation: string, work: () => A) =>
    write(operation, work, (run) => unsynced(connection, run))
  return Database.of({
    path,
    failedWrite: Effect.sync(() => failedWrite),
    transaction: (operation, run) => noted(write(operation, () => run(statements))),
    together: (operation, run) =>
      noted(
        Effect.zipLeft(
          unwaited(operation, () => run(statements)),
          onDisk
        )
      ),
    provisional: (operation, run) => noted(unwaited(operation, () => run(statements))),
    // The next commit meets the same failure and tells it.
    flush: Effect.catchAll(onDisk, (error) => Effect.logDebug(error.message, error)),
    read: (operation, run) =>
      whileBusy(() => attempt(operation, () => atomically(connection, "BEGIN", () => run(statements))))
  })
}

/** Settings of the writing connection; those of the journal are the file's. */
const tune = (connection: Sqlite.Database): void => {
  connection.pragma("journal_mode = WAL")
  // better-sqlite3 builds WAL with NORMAL, which may lose the last commits when the power fails: a post could be sent twice.
  connection.pragma("synchronous = FULL")
  connection.pragma("foreign_keys = ON")
  connection.pragma("temp_store = MEMORY")
  connection.pragma("cache_size = -16000")
  // Checkpoints are made by a worker (Checkpoint.ts); this is only for the case that it cannot: 256 MB.
  connection.pragma("wal_autocheckpoint = 65536")
  connection.pragma("journal_size_limit = 4194304")
}

const connect = (path: string) =>
  Effect.acquireRelease(
    whileBusy(() =>
      attempt(`be opened at ${path}`, () => {
        const connection = new Sqlite(path, { timeout: busyTimeoutMs })
        tune(connection)
        return connection
      })
    ),
    (connection) => Effect.sync(() => connection.close())
  )

let template: Buffer | undefined

/** Made once a process, outside of the calling fiber's clock and scheduler, so that every simulated world starts the same. */
const templateBytes = (): Buffer => {
  template ??= Buffer.from(Effect.runSync(migratedTemplate))
  return template
}

const openFile = traced("Database.open")(function* (path: string) {
  yield* migrate(path)
  const connection = yield* connect(path)
  const onDisk = yield* groupCommit(path)
  yield* keepCheckpointed(path)
  return serviceOf(connection, path, onDisk, standing(path))
})

/** Named here, and not by better-sqlite3's types, which are no dependency of whoever compiles against the package. */
export interface MemoryConnection extends Connection {
  readonly function: (name: string, run: (...values: ReadonlyArray<unknown>) => unknown) => unknown
  readonly close: () => unknown
}

/** A connection to a new, migrated database in memory. */
export const connectMemory = (): MemoryConnection => {
  const connection = new Sqlite(templateBytes())
  connection.pragma("foreign_keys = ON")
  // Else a statement with triggers opens a temporary file, for half a millisecond.
  connection.pragma("temp_store = MEMORY")
  return connection
}

/** Other fibers get their turn where the disk would give them one, in the simulation's order. */
const serviceInMemory = (connection: Connection) => serviceOf(connection, ":memory:", Effect.yieldNow())

const openMemory = Effect.acquireRelease(Effect.sync(connectMemory), (connection) =>
  Effect.sync(() => connection.close())
)

export class Database extends Context.Tag("oncecast/storage/Database")<
  Database,
  {
    /** The file, or ":memory:". */
    readonly path: string
    /** `run` whole or not at all, on the disk when this has succeeded. It must be quick (10 ms): the event loop stands still meanwhile. */
    readonly transaction: <A>(
      operation: string,
      run: (db: Statements) => A
    ) => Effect.Effect<A, StorageFailed>
    /**
     * A `transaction` that waits for the disk together with others, and without holding the event loop. Everybody sees it before that. When
     * the disk fails (`io`) it may have been done all the same: for work that is taken up again from what is stored.
     */
    readonly together: <A>(operation: string, run: (db: Statements) => A) => Effect.Effect<A, StorageFailed>
    /**
     * A transaction that does not wait for the disk: when the power fails, it may be undone together with all that came after it, until
     * a `transaction` or `flush` has succeeded. For work that is repeated then.
     */
    readonly provisional: <A>(
      operation: string,
      run: (db: Statements) => A
    ) => Effect.Effect<A, StorageFailed>
    /** Puts what is provisional on the disk without holding the event loop. */
    readonly flush: Effect.Effect<void>
    /** How the last write failed, if it did and none has succeeded since. */
    readonly failedWrite: Effect.Effect<Option.Option<StorageFailed>>
    /** All reads of `run` see the same moment. */
    readonly read: <A>(operation: string, run: (db: ReadStatements) => A) => Effect.Effect<A, StorageFailed>
  }
>() {
  /** Creates and migrates the file if need be. One writer a process; other processes may have the same file open. */
  static readonly layer = (path: string): Layer.Layer<Database, StorageFailed | MigrationFailed> =>
    Layer.scoped(Database, openFile(path))

  /** On a connection to a migrated database that its owner keeps. */
  static readonly layerOver = (connection: Connection): Layer.Layer<Database> =>
    Layer.sync(Database, () => serviceInMemory(connection))

  /** A migrated database in memory, new for each build of the layer. */
  static readonly layerMemory: Layer.Layer<Database> = Layer.scoped(
    Database,
    Effect.map(openMemory, serviceInMemory)
  )
}
