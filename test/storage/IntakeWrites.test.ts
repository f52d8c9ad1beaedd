// What Intake writes when there is nothing to write.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../../src/storage/Database.ts"
import { admit, articles, day, now } from "../contracts/IntakeBench.ts"
import { sqliteLayer } from "../contracts/IntakeLayers.ts"

const rowsWritten = Effect.flatMap(Database, (database) =>
  database.read("count", (db) => db.get<{ rows: number }>("SELECT total_changes() AS rows")?.rows ?? 0)
)

describe("Intake", () => {
  it.effect(
    "writes none of a document's items again while nothing changes, however many days it stands",
    () =>
      Effect.gen(function* () {
        const document = articles(1, 2_000)
        yield* admit(document)
        for (const at of [1, 2, 40]) {
          const before = yield* rowsWritten
          assert.strictEqual((yield* admit(document, { now: now + at * day })).known, 2_000)
          assert.isBelow((yield* rowsWritten) - before, 5)
        }
      }).pipe(Effect.provide(sqliteLayer))
  )
})
