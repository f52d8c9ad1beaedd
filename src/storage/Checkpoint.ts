// Keeps the write-ahead log short without ever doing it on the event loop: a commit that has to checkpoint takes up to 60 ms.
// Looks at the log's size once a second; a longer log is copied into the database by a thread. Where the disk has little room, a log
// is long sooner and gives its room back: it must not be what fills the disk. A failed checkpoint is only logged: the next look tries
// again, and no data depends on it.
import { stat, statfs } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect, Schedule } from "effect"
import { logOf } from "./GroupCommit.ts"
import { offLoop } from "./OffLoop.ts"

/** Above this the log is copied; writers and readers go on meanwhile. */
const passiveBytes = 8 * 1024 * 1024
/** Above this readers have kept the log from being reused: take the lock for a moment and cut it. */
const truncateBytes = 64 * 1024 * 1024
/** With less free space on the disk than this the log is cut whenever it is above `scarceLogBytes`. */
const scarceBytes = 64 * 1024 * 1024
const scarceLogBytes = 256 * 1024

const logBytes = (path: string): Effect.Effect<number> =>
  Effect.tryPromise(() => stat(logOf(path))).pipe(
    Effect.map((file) => file.size),
    // No log yet.
    Effect.orElseSucceed(() => 0)
  )

const freeBytes = (path: string): Effect.Effect<number> =>
  Effect.tryPromise(() => statfs(dirname(logOf(path)))).pipe(
    Effect.map((disk) => disk.bavail * disk.bsize),
    // Some file systems do not tell.
    Effect.orElseSucceed(() => Number.POSITIVE_INFINITY)
  )

/** Checkpoints `path` if its log is long. Returns the size of the log that it found, in bytes. */
export const checkpointIfLong = Effect.fnUntraced(function* (path: string, scarceBelow = scarceBytes) {
  const bytes = yield* logBytes(path)
  if (bytes < scarceLogBytes) return bytes
  const scarce = (yield* freeBytes(path)) < scarceBelow
  if (bytes < passiveBytes && !scarce) return bytes
  const cut = bytes < truncateBytes && !scarce ? [] : ["PRAGMA wal_checkpoint(TRUNCATE)"]
  yield* offLoop(path, "checkpoint its log", ["PRAGMA wal_checkpoint(PASSIVE)", ...cut], 200)
  return bytes
})

/** A fiber of the scope that looks each second, and a last look when the scope closes. */
export const keepCheckpointed = (path: string) => {
  let failing = false
  const look = checkpointIfLong(path).pipe(
    Effect.tap(() => {
      failing = false
    }),
    Effect.catchAll((error) => {
      const said = failing
      failing = true
      return said ? Effect.void : Effect.logWarning(`${error.message} The next look tries again.`)
    })
  )
  return Effect.addFinalizer(() => look).pipe(
    Effect.zipRight(Effect.forkScoped(Effect.repeat(look, Schedule.spaced("1 second"))))
  )
}
