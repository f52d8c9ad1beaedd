import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Option } from "effect"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { backup } from "../../src/storage/Backup.ts"
import { Database } from "../../src/storage/Database.ts"
import { quickCheck } from "../../src/storage/Integrity.ts"
import { MigrationFailed, migrate } from "../../src/storage/Migrations.ts"
import { DatabaseInUse, NotABackup, restore } from "../../src/storage/Restore.ts"
import { temporaryPath } from "./fixtures.ts"

const quiet = { force: false, onProgress: () => {} }

const write = (path: string, sql: string) => {
  const connection = new Sqlite(path)
  connection.exec(sql)
  connection.close()
}

const channels = (path: string) => {
  const connection = new Sqlite(path, { readonly: true })
  const rows = connection
    .prepare("SELECT id, floor, settled_at FROM restored_channel ORDER BY id")
    .raw()
    .all()
  connection.close()
  return rows
}

/** A database, a backup of it, and a channel that came after the backup. */
const backedUp = Effect.gen(function* () {
  const path = yield* temporaryPath
  const copy = join(dirname(path), "copy.db")
  yield* migrate(path)
  write(path, "INSERT INTO channel (id, floor, lease_owner, lease_until) VALUES ('deals', 41, 'dead', 9e15)")
  yield* backup(path, copy, quiet)
  write(path, "INSERT INTO channel (id, floor) VALUES ('later', 7)")
  return { path, copy }
})

const damage = (path: string) => {
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, 4096, bytes.length - 4096))
}

describe("restore", () => {
  it.scoped("replaces the file that a link leads to, and leaves the link", () =>
    Effect.gen(function* () {
      const { path, copy } = yield* backedUp
      const elsewhere = join(dirname(path), "elsewhere")
      mkdirSync(elsewhere)
      renameSync(path, join(elsewhere, "real.db"))
      symlinkSync(join(elsewhere, "real.db"), path)
      const { kept } = yield* restore(path, copy, ["deals"])
      assert.isTrue(lstatSync(path).isSymbolicLink())
      assert.deepStrictEqual(channels(join(elsewhere, "real.db")), [["deals", 41, null]])
      assert.strictEqual(dirname(Option.getOrThrow(kept)), elsewhere)
    })
  )

  it.scoped("puts the backup in the database's place, marks every channel, and keeps what was there", () =>
    Effect.gen(function* () {
      const { path, copy } = yield* backedUp
      const { kept } = yield* restore(path, copy, ["deals", "new"])
      assert.deepStrictEqual(channels(path), [
        ["deals", 41, null],
        ["new", 0, null]
      ])
      const connection = new Sqlite(path, { readonly: true })
      assert.isNull(connection.prepare("SELECT lease_owner FROM channel").pluck().get())
      connection.close()
      const before = new Sqlite(Option.getOrThrow(kept), { readonly: true })
      assert.strictEqual(before.prepare("SELECT count(*) FROM channel").pluck().get(), 2)
      before.close()
      const left = readdirSync(dirname(path)).filter((name) => /restoring|-wal|-shm/.test(name))
      assert.deepStrictEqual(left, [])
    })
  )

  it.scoped("is refused while anybody has the database open, and changes nothing then", () =>
    Effect.gen(function* () {
      const { path, copy } = yield* backedUp
      const error = yield* Effect.flip(
        Effect.flatMap(Database, () => restore(path, copy, [])).pipe(Effect.provide(Database.layer(path)))
      )
      assert.instanceOf(error, DatabaseInUse)
      assert.include(error.message, "stop the service")
      const connection = new Sqlite(path, { readonly: true })
      assert.strictEqual(connection.prepare("SELECT count(*) FROM channel").pluck().get(), 2)
      connection.close()
    })
  )

  it.scoped("works when the database is damaged or gone, which is when it is needed", () =>
    Effect.gen(function* () {
      const { path, copy } = yield* backedUp
      damage(path)
      const broken = yield* Effect.flip(quickCheck(path, "be opened"))
      assert.strictEqual(broken instanceof StorageFailed ? broken.reason : "", "corrupt")
      yield* restore(path, copy, [])
      yield* quickCheck(path, "be opened")
      const elsewhere = join(dirname(path), "other", "oncecast.db")
      const { kept } = yield* restore(elsewhere, copy, [])
      assert.isTrue(Option.isNone(kept) && existsSync(elsewhere))
    })
  )

  it.scoped("refuses what is damaged, no database, no backup of ours, of a newer program, or not there", () =>
    Effect.gen(function* () {
      const { path, copy } = yield* backedUp
      const tried = (file: string) => Effect.flip(restore(path, file, []))
      const named = (name: string) => join(dirname(path), name)
      const [damaged, text, foreign, newer] = [
        named("damaged"),
        named("text"),
        named("foreign"),
        named("newer")
      ]
      copyFileSync(copy, damaged)
      damage(damaged)
      writeFileSync(text, "not a database, but long enough to be taken for one".repeat(50))
      write(foreign, "CREATE TABLE a (b)")
      copyFileSync(copy, newer)
      write(newer, "INSERT INTO effect_sql_migrations (migration_id, name) VALUES (9999, 'later')")
      for (const file of [damaged, text, foreign, `${copy}.none`])
        assert.instanceOf(yield* tried(file), NotABackup)
      assert.instanceOf(yield* tried(newer), MigrationFailed)
      assert.isFalse(existsSync(`${path}.restoring`))
      const connection = new Sqlite(path, { readonly: true })
      assert.strictEqual(connection.prepare("SELECT count(*) FROM channel").pluck().get(), 2)
      connection.close()
    })
  )
})
