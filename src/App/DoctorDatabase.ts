// What the doctor finds out about the database's file and its disk, without changing either.
import { accessSync, constants, existsSync, lstatSync, statfsSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Clock, Effect, Option } from "effect"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { relative, span } from "../operator/Wording.ts"
import { backupsIn } from "../storage/BackupFolder.ts"
import { quickCheck } from "../storage/Integrity.ts"
import { schemaOf } from "../storage/Migrations.ts"
import { CommandFailed } from "./Failure.ts"
import { show, tryOut } from "./Finding.ts"
import type { Setting } from "./Setting.ts"

/** With less the service soon cannot record what it sends, and stops sending. */
const leastFreeBytes = 64 * 1024 * 1024

const advice: Readonly<Record<StorageFailed["reason"], string>> = {
  busy: "another process holds it for long; find it with `fuser` or `lsof` and end it",
  full: "free space on its disk",
  moved: "put the file back that the service was started with",
  io: "look at its permissions and at the disk (`dmesg`)",
  corrupt: "stop the service and put the newest backup in its place: `oncecast restore FILE`",
  other: "look at the log; if it stays, restore a backup"
}

const failed = (sentence: string) => new CommandFailed({ sentence })

const permitted = (path: string) =>
  Effect.try({
    try: () => {
      const parts = [
        dirname(path),
        ...[path, `${path}-wal`, `${path}-shm`].filter((part) => existsSync(part))
      ]
      for (const part of parts) accessSync(part, constants.R_OK | constants.W_OK)
      return "may be written"
    },
    catch: (cause) => failed(cause instanceof Error ? cause.message : String(cause))
  })

const stands = (path: string): boolean => {
  try {
    return lstatSync(path) !== undefined
  } catch {
    return false
  }
}

/** What stands nearest above a database that is to be made: a folder in which this user may make one. */
const makeable = (path: string): Effect.Effect<string, CommandFailed> => {
  const above = dirname(path)
  if (!stands(above) && above !== path) return makeable(above)
  return Effect.try({
    try: () => {
      const folder = statSync(above).isDirectory()
      if (folder) accessSync(above, constants.W_OK | constants.X_OK)
      return folder
    },
    catch: (cause) => failed(cause instanceof Error ? cause.message : String(cause))
  }).pipe(
    Effect.filterOrFail(
      (folder) => folder,
      () => failed(`${above} is no folder`)
    ),
    Effect.as("is not there yet; `run` makes it")
  )
}

const room = (path: string) =>
  Effect.suspend(() => {
    const { bavail, bsize } = statfsSync(dirname(path))
    const megabytes = `${Math.floor((bavail * bsize) / 1_000_000)} MB free`
    return bavail * bsize < leastFreeBytes
      ? Effect.fail(failed(`only ${megabytes}`))
      : Effect.succeed(megabytes)
  })

const schema = (path: string) =>
  Effect.flatMap(schemaOf(path), ({ has, known }) =>
    has > known
      ? Effect.fail(
          failed(`it is of a newer version of the program (schema ${has}, this one knows ${known})`)
        )
      : Effect.succeed(has === known ? `schema ${has}` : `schema ${has}; \`run\` brings it to ${known}`)
  )

const nextOf = (error: StorageFailed | CommandFailed): string =>
  error._tag === "StorageFailed"
    ? advice[error.reason]
    : "run that version again, or restore a backup that this one has made"

export interface DatabaseFindings {
  readonly good: ReadonlyArray<boolean>
  /** What is in it can be read without changing it. */
  readonly readable: boolean
}

/** One after the other: what comes later says nothing where an earlier one fails. */
export const databaseFindings = ({ database }: Setting) =>
  Effect.gen(function* () {
    if (!existsSync(database)) {
      const good = yield* tryOut(
        "database",
        Effect.map(makeable(database), (says) => `${database} ${says}`),
        () => "make its folder, and give it to the user that runs the service; or set DATABASE_PATH"
      )
      return { good: [good], readable: false } satisfies DatabaseFindings
    }
    const file = yield* tryOut(
      "database file",
      permitted(database),
      () => "give it to the user that runs the service, on a disk that is mounted writable"
    )
    const disk = yield* tryOut(
      "database disk",
      room(database),
      () => "free space; the service goes on by itself"
    )
    const sound = yield* tryOut(
      "database",
      Effect.as(quickCheck(database, "be read"), `${database} is sound`),
      nextOf
    )
    const known = sound && (yield* tryOut("database version", schema(database), nextOf))
    const readable = known && (yield* Effect.map(schemaOf(database), ({ has, known }) => has === known))
    return { good: [file, disk, sound && known], readable } satisfies DatabaseFindings
  })

/** How old the newest scheduled backup is. */
export const backupFinding = ({ settings }: Setting) =>
  Effect.gen(function* () {
    const what = "backups"
    if (Option.isNone(settings.backupFolder)) {
      const says = "none are made by themselves"
      yield* show({
        what,
        good: false,
        optional: true,
        says,
        next: "set BACKUP_FOLDER, best on another disk"
      })
      return true
    }
    const folder = resolve(settings.backupFolder.value)
    const now = yield* Clock.currentTimeMillis
    const newest = backupsIn(folder).at(-1)
    const good = newest !== undefined && now - newest.at < 2 * settings.backupEveryMs
    const says =
      newest === undefined
        ? `there is none in ${folder}`
        : `the newest is of ${relative(newest.at, now)}, one each ${span(settings.backupEveryMs)}: ${newest.file}`
    const next = "see that the service runs and may write there; its log says why a backup failed"
    yield* show({ what, good, says, ...(good ? {} : { next }) })
    return good
  })
