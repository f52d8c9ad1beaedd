// Group commit: one wait for the disk for all who have committed meanwhile. Enters: the log, to which they have written without waiting for the
// disk. Leaves: an effect that ends when all that was in the log at its beginning is on the disk. Promises: the event loop is not held; who
// asks while the disk is at work shares the next round with all others who do, and who asks alone waits for nobody; a round that
// fails is told to all in it, and to all who ask later: the system tells of a page that it could not write only once.
// @source https://wiki.postgresql.org/wiki/Fsync_Errors (2026-11)
import { realpathSync } from "node:fs"
import { open } from "node:fs/promises"
import { Effect, Exit, type Scope } from "effect"
import { StorageFailed } from "../domain/StorageFailed.ts"

type Told = (outcome: Exit.Exit<void, StorageFailed>) => void

/** Never "full" or "busy": what was committed must not be tried again. */
const failed = (cause: unknown) =>
  new StorageFailed({ operation: "put its log on the disk", reason: "io", cause })

/** Round after round of `sync`, each for all who have asked before it begins. */
export const inRounds = (sync: () => Promise<void>): Effect.Effect<void, StorageFailed> => {
  let waiting: Array<Told> = []
  let running = false
  let outcome: Exit.Exit<void, StorageFailed> = Exit.void
  const goOn = async (): Promise<void> => {
    running = true
    while (waiting.length > 0) {
      const asked = waiting
      waiting = []
      if (Exit.isSuccess(outcome)) {
        outcome = await sync().then(
          () => Exit.void,
          (cause) => Exit.fail(failed(cause))
        )
      }
      for (const tell of asked) tell(outcome)
    }
    running = false
  }
  // Not interrupted: what it waits for is stored already.
  return Effect.uninterruptible(
    Effect.async((resume) => {
      waiting.push(resume)
      if (!running) void goOn()
    })
  )
}

/** The log of the database at `path`, which is there: where that is a link, the log lies beside the file that it leads to. */
export const logOf = (path: string): string => `${realpathSync(path)}-wal`

/** Of the database at `path`, which is open: its log is the same file for as long as it is. */
export const groupCommit = (
  path: string
): Effect.Effect<Effect.Effect<void, StorageFailed>, StorageFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({ try: () => open(logOf(path), "r+"), catch: failed }),
    // Nothing was written through it.
    (log) => Effect.ignore(Effect.tryPromise(() => log.close()))
  ).pipe(Effect.map((log) => inRounds(() => log.datasync())))
