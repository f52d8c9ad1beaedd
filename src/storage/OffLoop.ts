// Runs slow SQL (checkpoints, checks) against a database file on a thread of its own, so that the event loop goes on turning.
// A thread and a connection for each piece of work: nothing to supervise, nothing to lose. Measured: about 50 ms for both.
import { createRequire } from "node:module"
import { Worker } from "node:worker_threads"
import { Effect, Option } from "effect"
import { within } from "../domain/Deadline.ts"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { storageFailure } from "./SqliteFailure.ts"

/** CommonJS text, because a worker from a file would have to exist both as .ts (tests) and as .js (built). */
const program = `
const { parentPort, workerData } = require("node:worker_threads")
const Sqlite = require(workerData.driver)
try {
  const connection = new Sqlite(workerData.path, { fileMustExist: true, timeout: workerData.timeoutMs })
  const results = workerData.statements.map((sql) => connection.prepare(sql).all())
  connection.close()
  parentPort.postMessage({ results })
} catch (error) {
  parentPort.postMessage({ failure: { message: error.message, code: error.code } })
}`

interface Reply {
  readonly results?: ReadonlyArray<ReadonlyArray<Readonly<Record<string, unknown>>>>
  readonly failure?: { readonly message: string; readonly code?: string }
}

const driver = createRequire(import.meta.url).resolve("better-sqlite3")

const failed = (operation: string, cause: unknown) =>
  Option.getOrElse(
    storageFailure(operation, cause),
    () => new StorageFailed({ operation, reason: "other", cause })
  )

const replyOf = (worker: Worker, operation: string) =>
  Effect.async<NonNullable<Reply["results"]>, StorageFailed>((resume) => {
    worker.once("message", (reply: Reply) =>
      resume(
        reply.results !== undefined
          ? Effect.succeed(reply.results)
          : Effect.fail(failed(operation, Object.assign(new Error(reply.failure?.message), reply.failure)))
      )
    )
    worker.once("error", (cause) => resume(Effect.fail(failed(operation, cause))))
    worker.once("exit", (code) =>
      resume(Effect.fail(failed(operation, new Error(`the worker thread ended (${code})`))))
    )
  })

/** SQL that is under way cannot be called off; nobody who stops waiting for it shall wait for its end. */
const ended = (worker: Worker) =>
  within(
    Effect.promise(() => worker.terminate()),
    "1 second"
  )

/** The rows of each statement, in order. `timeoutMs`: how long each waits for a lock. */
export const offLoop = (
  path: string,
  operation: string,
  statements: ReadonlyArray<string>,
  timeoutMs = 0
): Effect.Effect<NonNullable<Reply["results"]>, StorageFailed> =>
  Effect.acquireUseRelease(
    Effect.sync(
      () =>
        new Worker(program, {
          eval: true,
          workerData: { driver, path, statements, timeoutMs },
          // It makes next to nothing; by default its young space alone would be 16 MB.
          resourceLimits: { maxYoungGenerationSizeMb: 2 }
        })
    ),
    (worker) => replyOf(worker, operation),
    ended
  )
