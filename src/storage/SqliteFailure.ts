// What an error of SQLite or of the file system means for the callers of a store. An environment that fails is a StorageFailed;
// everything else (syntax, a broken constraint, a wrong parameter) is a bug and is given back to be thrown on.
// @source https://www.sqlite.org/rescode.html (2026-11-24)
import Sqlite from "better-sqlite3"
import { Option } from "effect"
import { codeOf, StorageFailed } from "../domain/StorageFailed.ts"

const reasons: ReadonlyArray<readonly [code: RegExp, reason: StorageFailed["reason"]]> = [
  [/^SQLITE_(BUSY|LOCKED)/, "busy"],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, "full"],
  // The file beside the log could not grow: the only way in which SQLite tells of a full disk where it starts with one.
  [/^SQLITE_IOERR_SHMSIZE$/, "full"],
  [/^SQLITE_READONLY_DBMOVED$/, "moved"],
  [/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|NOLFS)/, "io"],
  [/^(EACCES|EPERM|EROFS|EIO|ENOTDIR|EISDIR|EEXIST|ENOENT|ELOOP|ENAMETOOLONG)$/, "io"],
  [/^SQLITE_(CORRUPT|NOTADB)/, "corrupt"],
  [/^SQLITE_(NOMEM|PROTOCOL|INTERRUPT|AUTH)/, "other"]
]

/** An error as SQLite reports one, for those who play a disk that fails. */
export const sqliteError = (code: `SQLITE_${string}`): Error => new Sqlite.SqliteError("made to fail", code)

/** The failure that `cause` (or what caused it) stands for; none when it is a bug. `operation` completes "could not …". */
export const storageFailure = (operation: string, cause: unknown): Option.Option<StorageFailed> =>
  Option.fromNullable(codeOf(cause)).pipe(
    Option.flatMapNullable((code) => reasons.find(([pattern]) => pattern.test(code))),
    Option.map(([, reason]) => new StorageFailed({ operation, reason, cause }))
  )
