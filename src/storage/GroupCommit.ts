// One commit for the writers that wait at the same time: on a slow disk it is what they would wait for. Enters: pieces of synchronous work. Leaves:
// what became of each, after the commit. Promises: they run in the order in which they came, each in a savepoint, so that one that fails
// takes only its own work back; nobody is told of a success before the commit that holds its rows; a failure of what is common to all of them
// is told to all, and then nothing of any of them is stored. A writer alone waits for the end of the loop's turn and for nothing else.
import { Effect } from "effect"
import type { Connection } from "./Statements.ts"

/** No further writer begins in a group that holds the event loop for so long, in milliseconds. */
const groupMs = 8

/** What the writers do when they are told comes on top of that. */
const mostWriters = 32

interface Failure {
  readonly cause: unknown
}

interface Writer {
  readonly run: () => void
  readonly tell: (failure: Failure | undefined) => void
}

/** Some failures (a full disk) have taken back everybody's work: those are thrown on. */
const inSavepoint = (connection: Connection, run: () => void): Failure | undefined => {
  connection.exec("SAVEPOINT writer")
  try {
    run()
    connection.exec("RELEASE writer")
    return undefined
  } catch (cause) {
    if (!connection.inTransaction) throw cause
    connection.exec("ROLLBACK TO writer")
    connection.exec("RELEASE writer")
    return { cause }
  }
}

const alone = (_: Connection, run: () => void): undefined => {
  run()
  return undefined
}

const rollBack = (connection: Connection): void => {
  try {
    if (connection.inTransaction) connection.exec("ROLLBACK")
  } catch {
    // All are told what came before it; the next BEGIN meets this and tells it.
  }
}

/** What became of the first of the group, as many as there was time for; of all when nothing is stored. */
const commitTogether = (
  connection: Connection,
  group: ReadonlyArray<Writer>,
  now: () => number
): ReadonlyArray<Failure | undefined> => {
  const outcomes: Array<Failure | undefined> = []
  const endsAt = now() + groupMs
  const carryOut = group.length === 1 ? alone : inSavepoint
  try {
    connection.exec("BEGIN IMMEDIATE")
    for (const { run } of group) {
      outcomes.push(carryOut(connection, run))
      if (now() >= endsAt) break
    }
    connection.exec("COMMIT")
    return outcomes
  } catch (cause) {
    rollBack(connection)
    return group.map(() => ({ cause }))
  }
}

/** Gives what runs work in a group's transaction: a function that returns its result, or throws what it or its group failed with. */
export const groupCommit = (connection: Connection, now = () => performance.now()) => {
  const waiting: Array<Writer> = []
  const commitNext = (): void => {
    const group = waiting.slice(0, mostWriters)
    const outcomes = commitTogether(connection, group, now)
    waiting.splice(0, outcomes.length)
    if (waiting.length > 0) setImmediate(commitNext)
    for (const [at, failure] of outcomes.entries()) group[at]?.tell(failure)
  }
  const join = (writer: Writer): void => {
    waiting.push(writer)
    // Whoever writes for what came in this turn of the loop is there by its end.
    if (waiting.length === 1) setImmediate(commitNext)
  }
  /** Not interrupted while it waits: its rows may be stored. */
  return <A>(work: () => A): Effect.Effect<() => A> =>
    Effect.uninterruptible(
      Effect.async((resume) => {
        let result = (): A => {
          throw new Error("the work has not run")
        }
        join({
          run: () => {
            const value = work()
            result = () => value
          },
          tell: (failure) => {
            if (failure === undefined) return resume(Effect.succeed(result))
            resume(
              Effect.succeed(() => {
                throw failure.cause
              })
            )
          }
        })
      })
    )
}
