// A folder of backups, named by their time: which there are, when the next one is due, which are too many. Promises: only files with a name
// that is made here are ever removed, and only after a new one stands whole.
import { readdirSync } from "node:fs"
import { mkdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { Clock, Effect, Metric } from "effect"
import type { Millis } from "../domain/Names.ts"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { lastBackup } from "../Metrics.ts"
import { backup } from "./Backup.ts"

export interface BackupSchedule {
  readonly folder: string
  readonly everyMs: number
  readonly keep: number
}

const named = /^oncecast-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/

const nameAt = (now: Millis): string =>
  `oncecast-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")}.db`

/** When each backup in the folder was made, oldest first; none when there is no such folder. */
export const backupsIn = (folder: string): ReadonlyArray<{ readonly file: string; readonly at: Millis }> =>
  filesIn(folder)
    .flatMap((name) => {
      const [, year, month, day, hour, minute, second] = named.exec(name) ?? []
      return year === undefined
        ? []
        : [
            {
              file: join(folder, name),
              at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
            }
          ]
    })
    .sort((a, b) => a.at - b.at)

/** Those that are too many, but for the `keep` newest. What is of a time to come is from before the clock was set back, and older than all. */
const surplus = (folder: string, keep: number, now: Millis) => {
  const all = backupsIn(folder)
  return [...all.filter(({ at }) => at > now), ...all.filter(({ at }) => at <= now)].slice(0, -keep)
}

/** When the newest was made; one of a time to come is from before the clock was set back, and does not count. */
export const newestBackupAt = (folder: string, now: Millis): Millis | undefined =>
  backupsIn(folder).findLast(({ at }) => at <= now)?.at

const filesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder)
  } catch {
    return [] // Not there yet, or not to be read: making the next backup says which.
  }
}

const failed = (cause: unknown) => new StorageFailed({ operation: "be backed up", reason: "io", cause })

const one = Effect.fnUntraced(function* (path: string, { folder, keep }: BackupSchedule) {
  yield* Effect.tryPromise({ try: () => mkdir(folder, { recursive: true }), catch: failed })
  const now = yield* Clock.currentTimeMillis
  const file = join(folder, nameAt(now))
  const bytes = yield* backup(path, file, { force: true, onProgress: () => {} })
  yield* Effect.annotateLogs(Effect.logInfo("The database is backed up"), { file, bytes })
  for (const { file: old } of surplus(folder, keep, now)) {
    yield* Effect.tryPromise({ try: () => rm(old), catch: failed })
  }
})

const retryMs = 600_000
/** No timer is longer than 24 days, and the clock may be set meanwhile. */
const longestSleepMs = 86_400_000

/** Makes a backup whenever the newest is older than the schedule wants. One that fails is told and tried again; the service goes on. */
export const keepBackedUp = (path: string, schedule: BackupSchedule): Effect.Effect<never> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const newest = newestBackupAt(schedule.folder, now) ?? Number.NEGATIVE_INFINITY
    yield* Metric.set(lastBackup, Math.max(0, newest / 1000))
    const dueAt = newest + schedule.everyMs
    if (dueAt > now) return yield* Effect.sleep(Math.min(longestSleepMs, dueAt - now))
    yield* one(path, schedule).pipe(
      Effect.catchAll((error) =>
        Effect.zipRight(
          Effect.logError(`No backup could be made: ${error.message} It is tried again.`, error),
          Effect.sleep(Math.min(retryMs, schedule.everyMs))
        )
      )
    )
  }).pipe(Effect.forever)
