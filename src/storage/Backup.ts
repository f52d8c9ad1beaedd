// Copies a database that is in use into one self-contained file. Enters: both paths. Leaves: the size of the copy.
// Promises: the copy is one moment of the database, was checked, and stands on disk under its name only when it is whole; an existing
// file is replaced only by force. Never: holds the event loop for more than a step of 1 MB, or keeps writers waiting.
import { existsSync } from "node:fs"
import { open, rename, rm, stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect, Option, Schema } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { traced } from "../Spans.ts"
import { quickCheck } from "./Integrity.ts"
import { storageFailure } from "./SqliteFailure.ts"

/** There is a file of that name; a person must choose another one or say that it may go. */
export class BackupExists extends Schema.TaggedError<BackupExists>("oncecast/storage/BackupExists")(
  "BackupExists",
  { file: Schema.String }
) {
  override get message(): string {
    return `${this.file} exists already: choose another name, or use --force to replace it.`
  }
}

export interface BackupOptions {
  /** Replaces an existing file. */
  readonly force: boolean
  /** Told after each step, in pages of the database. */
  readonly onProgress: (progress: { readonly total: number; readonly remaining: number }) => void
}

const pagesPerStep = 256

const operation = "be backed up"

const typed = (cause: unknown) =>
  Option.getOrElse(
    storageFailure(operation, cause),
    () => new StorageFailed({ operation, reason: "other", cause })
  )

const promised = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: typed })

const source = (path: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const connection = new Sqlite(path, { fileMustExist: true, timeout: 1_000 })
        // A read transaction keeps the moment: without it the copy starts again whenever anybody writes.
        connection.exec("BEGIN")
        connection.prepare("SELECT 1 FROM sqlite_schema").get()
        return connection
      },
      catch: typed
    }),
    (connection) => Effect.sync(() => connection.close())
  )

const copy = (path: string, file: string, onProgress: BackupOptions["onProgress"]) =>
  Effect.scoped(
    Effect.flatMap(source(path), (connection) =>
      promised(() =>
        connection.backup(file, {
          progress: ({ totalPages, remainingPages }) => {
            onProgress({ total: totalPages, remaining: remainingPages })
            return pagesPerStep
          }
        })
      )
    )
  )

/** What was written or renamed stands after a power cut. */
export const syncToDisk = async (path: string): Promise<void> => {
  const handle = await open(path, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Backs the database at `path` up to `file`; works beside a running service. Returns the bytes of the copy. */
export const backup = traced("Backup.backup")(function* (
  path: string,
  file: string,
  { force, onProgress }: BackupOptions
) {
  if (!force && existsSync(file)) return yield* new BackupExists({ file })
  const partial = `${file}.partial`
  const discard = promised(() => rm(partial, { force: true }))
  yield* discard
  return yield* Effect.gen(function* () {
    yield* copy(path, partial, onProgress)
    // One file without a log beside it, and every page of it readable.
    yield* quickCheck(partial, operation, ["PRAGMA journal_mode = DELETE"])
    yield* promised(() => syncToDisk(partial))
    yield* promised(() => rename(partial, file))
    yield* promised(() => syncToDisk(dirname(resolve(file))))
    return (yield* promised(() => stat(file))).size
    // A half copy is of no use; that it cannot be removed changes nothing about the failure.
  }).pipe(Effect.onError(() => Effect.ignore(discard)))
})
