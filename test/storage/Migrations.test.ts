import { spawn } from "node:child_process"
import { once } from "node:events"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { migrations } from "../../migrations/index.ts"
import { MigrationFailed, migrate } from "../../src/storage/Migrations.ts"
import { temporaryPath } from "./fixtures.ts"

const root = resolve(import.meta.dirname, "../..")

/** Migrates in a process of its own; resolves to the number of migrations that it applied. */
const migrateElsewhere = (path: string) =>
  Effect.promise(async () => {
    const script = join(root, "test/storage/migrateOnce.ts")
    const child = spawn(process.execPath, [join(root, "node_modules/.bin/vite-node"), script, path], {
      cwd: root
    })
    const chunks: Array<Buffer> = []
    child.stdout.on("data", (chunk) => chunks.push(chunk))
    child.stderr.on("data", (chunk) => chunks.push(chunk))
    const [code] = await once(child, "close")
    const text = Buffer.concat(chunks).toString()
    assert.strictEqual(code, 0, text)
    return Number(/applied (\d+)/.exec(text)?.[1])
  })

const schemaOf = (path: string) => {
  const connection = new Sqlite(path, { readonly: true })
  const schema = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()
  connection.close()
  return schema
}

describe("migrate", () => {
  it("has its list in order, each number once", () => {
    const names = Object.keys(migrations)
    for (const name of names) assert.match(name, /^\d{4}_[a-z_]+$/)
    const numbers = names.map((name) => Number(name.slice(0, 4)))
    assert.deepStrictEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b)
    )
  })

  it.scoped("applies everything once, and nothing the second time", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      assert.deepStrictEqual(yield* migrate(path), Object.keys(migrations))
      const schema = schemaOf(path)
      assert.deepStrictEqual(yield* migrate(path), [])
      assert.deepStrictEqual(schemaOf(path), schema)
    })
  )

  it.scopedLive("run by three processes that start together is done once, and all of them find it done", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      const applied = yield* Effect.all(
        [1, 2, 3].map(() => migrateElsewhere(path)),
        { concurrency: 3 }
      )
      assert.deepStrictEqual(applied.toSorted(), [0, 0, Object.keys(migrations).length])
      assert.deepStrictEqual(yield* migrate(path), [])
    })
  )

  it.scoped("leaves a newer program's database alone, and says so in one sentence", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      yield* migrate(path)
      const newer = new Sqlite(path)
      newer.exec("INSERT INTO effect_sql_migrations (migration_id, name) VALUES (99, 'later')")
      newer.close()
      const schema = schemaOf(path)
      const error = yield* Effect.flip(migrate(path))
      assert.instanceOf(error, MigrationFailed)
      assert.include(error.message, "written by a newer version of the program (schema 99")
      assert.deepStrictEqual(schemaOf(path), schema)
    })
  )

  it.scoped("names the database and the reason when a migration cannot be done, and does nothing of it", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      yield* migrate(path)
      const other = new Sqlite(path)
      other.exec("DELETE FROM effect_sql_migrations WHERE migration_id > 5; DROP TABLE poll")
      other.close()
      const schema = schemaOf(path)
      const error = yield* Effect.flip(migrate(path))
      assert.instanceOf(error, MigrationFailed)
      assert.include(error.message, path)
      assert.include(error.message, "6_counts")
      assert.include(error.message, "table delivery_count already exists")
      assert.deepStrictEqual(schemaOf(path), schema)
    })
  )
})
