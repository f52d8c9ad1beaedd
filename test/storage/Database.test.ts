import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync
} from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Cause, Effect, Exit, Fiber, Layer, Option, TestClock } from "effect"
import { Database } from "../../src/storage/Database.ts"
import { sqliteError, storageFailure } from "../../src/storage/SqliteFailure.ts"
import { temporaryFolder, temporaryPath } from "./fixtures.ts"

const onFile = <A, E>(run: (path: string) => Effect.Effect<A, E, Database>) =>
  Effect.flatMap(temporaryPath, (path) => Effect.provide(run(path), Database.layer(path)))

const pragma = (name: string) =>
  Effect.flatMap(Database, (database) =>
    database.read("read a setting", (db) => Object.values(db.get(`PRAGMA ${name}`) ?? {})[0])
  )

const pauseSomething = (id: string) =>
  Effect.flatMap(Database, (database) =>
    database.transaction("pause", (db) =>
      db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', ?, 0, 'me')", [id])
    )
  )

const paused = Effect.flatMap(Database, (database) =>
  database.read("list", (db) =>
    db.all<{ id: string }>("SELECT id FROM pause ORDER BY id").map(({ id }) => id)
  )
)

/** How opening `path` fails. */
const openingFails = (path: string) => Effect.flip(Effect.scoped(Layer.build(Database.layer(path))))

/** Without root's rights, which no permission stops. */
const unprivileged = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  process.getuid?.() === 0
    ? Effect.acquireUseRelease(
        Effect.sync(() => process.seteuid?.(65_534)),
        () => effect,
        () => Effect.sync(() => process.seteuid?.(0))
      )
    : effect

describe("Database", () => {
  it.scoped(
    "means what it commits: WAL, synchronous FULL, foreign keys, no checkpoint by size on the loop",
    () =>
      onFile(() =>
        Effect.gen(function* () {
          assert.strictEqual(yield* pragma("journal_mode"), "wal")
          assert.strictEqual(yield* pragma("synchronous"), 2)
          assert.strictEqual(yield* pragma("foreign_keys"), 1)
          assert.isAtLeast(Number(yield* pragma("wal_autocheckpoint")), 65_536)
        })
      )
  )

  it.scoped(
    "what is provisional is there for everybody at once, and what follows it waits for the disk again",
    () =>
      onFile((path) =>
        Effect.gen(function* () {
          const database = yield* Database
          const inside = yield* database.provisional("pause", (db) => {
            db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', 'a', 0, 'me')")
            return Object.values(db.get("PRAGMA synchronous") ?? {})[0]
          })
          assert.strictEqual(inside, 1, "NORMAL: in the log, and not waited for")
          assert.strictEqual(yield* pragma("synchronous"), 2)
          const other = new Sqlite(path, { readonly: true })
          assert.deepStrictEqual(other.prepare("SELECT id FROM pause").pluck().all(), ["a"])
          other.close()
          yield* database.flush
          yield* Effect.exit(
            database.provisional("fail", () => {
              throw new Error("a bug")
            })
          )
          assert.strictEqual(yield* pragma("synchronous"), 2, "after a failure as well")
        })
      )
  )

  it.scoped("creates the folder and keeps what was committed for the next opening", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      yield* Effect.provide(pauseSomething("a"), Database.layer(path))
      assert.isTrue(existsSync(path))
      assert.isFalse(existsSync(`${path}-wal`), "a clean close leaves one file")
      assert.deepStrictEqual(yield* Effect.provide(paused, Database.layer(path)), ["a"])
    })
  )

  it.effect("in memory is new for each build, with the schema", () =>
    Effect.gen(function* () {
      yield* Effect.provide(pauseSomething("a"), Layer.fresh(Database.layerMemory))
      assert.deepStrictEqual(yield* Effect.provide(paused, Layer.fresh(Database.layerMemory)), [])
    })
  )

  it.scoped("shows another connection only what was committed", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const other = new Sqlite(path)
        const database = yield* Database
        yield* database.transaction("write", (db) => {
          db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', 'a', 0, 'me')")
          assert.deepStrictEqual(other.prepare("SELECT id FROM pause").all(), [])
        })
        assert.strictEqual(other.prepare("SELECT id FROM pause").all().length, 1)
        other.close()
      })
    )
  )

  describe("a bug", () => {
    const bugs = {
      "a wrong statement": "INSERT INTO nowhere VALUES (1)",
      "a broken constraint": "INSERT INTO pause (kind, id, since, by) VALUES ('neither', 'b', 0, 'me')"
    }
    for (const [name, sql] of Object.entries(bugs)) {
      it.effect(`(${name}) is a defect, and nothing of its transaction is done`, () =>
        Effect.gen(function* () {
          const database = yield* Database
          const exit = yield* Effect.exit(
            database.transaction("write", (db) => {
              db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', 'a', 0, 'me')")
              db.run(sql)
            })
          )
          assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
          yield* pauseSomething("next")
          assert.deepStrictEqual(yield* paused, ["next"])
        }).pipe(Effect.provide(Database.layerMemory))
      )
    }
  })

  describe("another process' lock", () => {
    const locked = (path: string) => {
      const other = new Sqlite(path)
      other.exec("BEGIN IMMEDIATE")
      return other
    }
    it.scoped("is waited for", () =>
      onFile((path) =>
        Effect.gen(function* () {
          const other = locked(path)
          const writing = yield* Effect.fork(pauseSomething("a"))
          yield* TestClock.adjust("2 seconds")
          assert.isNull(writing.unsafePoll())
          other.exec("COMMIT")
          yield* TestClock.adjust("1 second")
          yield* Fiber.join(writing)
          assert.deepStrictEqual(yield* paused, ["a"])
          other.close()
        })
      )
    )
    it.scoped("that stays is a busy StorageFailed, and readers never notice", () =>
      onFile((path) =>
        Effect.gen(function* () {
          const other = locked(path)
          const writing = yield* Effect.fork(Effect.flip(pauseSomething("a")))
          yield* TestClock.adjust("10 seconds")
          const error = yield* Fiber.join(writing)
          assert.strictEqual(error.reason, "busy")
          assert.deepStrictEqual(yield* paused, [])
          other.close()
        })
      )
    )
  })

  describe("the disk", () => {
    it.scoped("full: a StorageFailed, nothing written, and it goes on when there is space", () =>
      onFile(() =>
        Effect.gen(function* () {
          const database = yield* Database
          const pages = Number(yield* pragma("page_count"))
          yield* pragma(`max_page_count = ${pages + 4}`)
          const fill = database.transaction("fill the disk", (db) => {
            for (let n = 0; n < 1_000; n++) {
              db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', ?, 0, ?)", [
                `${n}`,
                "x".repeat(500)
              ])
            }
          })
          const error = yield* Effect.flip(fill)
          assert.strictEqual(error.reason, "full")
          assert.include(error.message, "free space")
          assert.deepStrictEqual(yield* paused, [])
          yield* pragma("max_page_count = 1000000")
          yield* fill
          assert.lengthOf(yield* paused, 1_000)
        })
      )
    )
    it.scoped(
      "without its file, moved or with another in its place: nothing is written that no start would find",
      () =>
        onFile((path) =>
          Effect.gen(function* () {
            yield* pauseSomething("a")
            const refused = Effect.gen(function* () {
              const error = yield* Effect.flip(pauseSomething("b"))
              assert.deepInclude(error, { _tag: "StorageFailed", reason: "moved", passes: true })
              assert.include(error.message, "put it back")
              assert.deepStrictEqual(yield* paused, ["a"])
            })
            renameSync(path, `${path}.away`)
            yield* refused
            writeFileSync(path, "")
            yield* refused
            renameSync(`${path}.away`, path)
            yield* pauseSomething("c")
            assert.deepStrictEqual(yield* paused, ["a", "c"])
          })
        )
    )
    it.scoped("behind a link to the file: its log is the one beside that file", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const [file, link] = [join(folder, "real", "here.db"), join(folder, "linked.db")]
        yield* Effect.provide(pauseSomething("a"), Database.layer(file))
        symlinkSync(file, link)
        const shared = Effect.flatMap(Database, (database) =>
          Effect.zipRight(
            database.together("pause", (db) =>
              db.run("INSERT INTO pause (kind, id, since, by) VALUES ('source', 'b', 0, 'me')")
            ),
            Effect.sync(() => assert.deepStrictEqual(readdirSync(folder), ["linked.db", "real"]))
          )
        )
        yield* Effect.provide(shared, Database.layer(link))
        assert.deepStrictEqual(yield* Effect.provide(paused, Database.layer(file)), ["a", "b"])
      })
    )
    it("full where it starts: SQLite tells of the file beside the log", () => {
      const failure = storageFailure("be opened", sqliteError("SQLITE_IOERR_SHMSIZE"))
      assert.deepInclude(Option.getOrThrow(failure), { reason: "full", passes: true })
    })
    it.scoped("with something else under that name: corrupt", () =>
      Effect.gen(function* () {
        const path = yield* temporaryPath
        mkdirSync(dirname(path))
        writeFileSync(path, "this is not a database, however long one reads on. ".repeat(100))
        assert.deepInclude(yield* openingFails(path), { _tag: "StorageFailed", reason: "corrupt" })
      })
    )
    it.scoped("that damaged a page: corrupt, when it is read", () =>
      Effect.gen(function* () {
        const path = yield* temporaryPath
        yield* Effect.provide(pauseSomething("a"), Database.layer(path))
        const raw = new Sqlite(path)
        const page = Number(
          raw.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'pause'").pluck().get()
        )
        raw.close()
        const file = openSync(path, "r+")
        writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096)
        closeSync(file)
        const error = yield* Effect.flip(Effect.provide(paused, Database.layer(path)))
        assert.deepInclude(error, { _tag: "StorageFailed", reason: "corrupt" })
      })
    )
    it.scoped("that may not be written: io, with advice", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        chmodSync(folder, 0o555)
        for (const path of [`${folder}/oncecast.db`, `${folder}/data/oncecast.db`]) {
          const error = yield* unprivileged(openingFails(path))
          assert.deepInclude(error, { _tag: "StorageFailed", reason: "io" })
          assert.include(error.message, "permissions of the database folder")
        }
      })
    )
    it.scoped("with a folder under that name: io", () =>
      Effect.gen(function* () {
        assert.deepInclude(yield* openingFails(yield* temporaryFolder), {
          _tag: "StorageFailed",
          reason: "io"
        })
      })
    )
  })
})
