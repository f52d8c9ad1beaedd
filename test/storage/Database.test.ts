import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../../src/storage/Database.ts"

describe("Database", () => {
  it.effect("a memory database has the schema", () =>
    Effect.gen(function* () {
      const db = yield* Database
      const rows = yield* db.read("list", (s) =>
        s.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY 1")
      )
      assert.include(
        rows.map((r) => r.name),
        "delivery"
      )
    }).pipe(Effect.provide(Database.layerMemory))
  )
})
