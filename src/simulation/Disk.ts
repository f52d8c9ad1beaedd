// The database as one program sees it: the one connection that all programs of a world share, with a disk that may fail in every way that SQLite
// knows, and a program that may die at a commit. Promises: what was committed is never lost; of what failed nothing remains; the statements
// of a dead program change nothing.

import { sqliteError } from "../storage/SqliteFailure.ts"
import { type Connection, type Prepared, statementsOf } from "../storage/Statements.ts"
import type { Weather } from "./Weather.ts"

export interface DiskOwner {
  readonly name: string
  readonly isDead: () => boolean
  readonly now: () => number
  /** The program dies here and now. */
  readonly die: (where: string) => void
  /** When a transaction that may write begins. */
  readonly begun: () => void
  /** After each commit that has changed something; absent: nobody asks. */
  readonly committed?: () => void
}

/** No code of the program may run on: thrown where a dead program comes by. */
class Dead extends Error {
  override readonly name = "Dead"
}

/** Begins or ends a transaction. */
const isBound = (sql: string): boolean => sql === "BEGIN IMMEDIATE" || sql === "COMMIT" || sql === "ROLLBACK"

/** The connection, which prepares each text once, however often its programs are started. */
export const preparedOnce = (connection: Connection): Connection => {
  const prepared = new Map<string, Prepared>()
  const once = (sql: string): Prepared => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = connection.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  return {
    exec: (sql) => (isBound(sql) ? once(sql).run([]) : connection.exec(sql)),
    get inTransaction() {
      return connection.inTransaction
    },
    prepare: once
  }
}

type Failure = "SQLITE_FULL" | "SQLITE_IOERR_WRITE" | "SQLITE_BUSY"

export const diskOf = (
  shared: Connection,
  weather: Pick<Weather, "strikes" | "isCalm">,
  owner: DiskOwner
): Connection => {
  let failing: { readonly code: Failure; readonly until: number } | undefined
  let writing = false
  const counter = statementsOf(shared)
  const changes = () =>
    owner.committed === undefined ? 0 : counter.get<{ made: number }>("SELECT total_changes() AS made")?.made
  let changesBefore = changes()

  const alive = () => {
    if (owner.isDead()) throw new Dead()
  }
  const begins = () => {
    const { now, name } = owner
    const full = weather.strikes("disk-full", 0.002, name)
    if (full !== undefined) failing = { code: "SQLITE_FULL", until: now() + full.magnitude(1_000, 3_600_000) }
    const busy = weather.strikes("disk-busy", 0.01, name)
    if (busy !== undefined) failing = { code: "SQLITE_BUSY", until: now() + busy.magnitude(10, 20_000) }
    if (weather.strikes("disk-errors", 0.0005, name) !== undefined) {
      failing = { code: "SQLITE_IOERR_WRITE", until: now() + 1 }
    }
  }
  const fails = () => {
    if (failing !== undefined && (owner.now() >= failing.until || weather.isCalm)) failing = undefined
    if (failing !== undefined) throw sqliteError(failing.code)
  }
  const dies = (when: string) => {
    if (weather.strikes("crashes-at-commits", 0.002, `${owner.name}, ${when} a commit`) === undefined) return
    owner.die(when)
    if (when === "before") shared.exec("ROLLBACK")
    throw new Dead()
  }
  const commit = () => {
    fails()
    dies("before")
    shared.exec("COMMIT")
    writing = false
    if (changes() !== changesBefore) owner.committed?.()
    if (weather.strikes("disk-errors", 0.0005, `${owner.name}, after a commit`) !== undefined) {
      throw sqliteError("SQLITE_IOERR_FSYNC")
    }
    dies("after")
  }

  return {
    get inTransaction() {
      return shared.inTransaction
    },
    exec: (sql) => {
      alive()
      if (sql === "BEGIN IMMEDIATE") {
        begins()
        fails()
        writing = true
        owner.begun()
        changesBefore = changes()
      }
      // Nothing comes between the reads of a piece of work: they need no transaction to see the same moment.
      if (!writing && (sql === "BEGIN" || sql === "COMMIT")) return undefined
      if (sql === "COMMIT") return commit()
      if (sql === "ROLLBACK") writing = false
      // When it is on the disk is the disk's business, and here there is none.
      if (sql.startsWith("PRAGMA synchronous")) return undefined
      return shared.exec(sql)
    },
    prepare: (sql) => {
      const statement = shared.prepare(sql)
      const run = <A>(act: () => A): A => {
        alive()
        if (writing) fails()
        return act()
      }
      return {
        get: (parameters) => run(() => statement.get(parameters)),
        all: (parameters) => run(() => statement.all(parameters)),
        run: (parameters) => run(() => statement.run(parameters))
      } satisfies Prepared
    }
  }
}
