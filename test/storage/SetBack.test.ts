// What is remembered of offers when the clock was ahead and is set back: of many as of few, and of one source without a look at the others.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Database } from "../../src/storage/Database.ts"
import { now } from "../contracts/IntakeBench.ts"
import { sqliteLayer } from "../contracts/IntakeLayers.ts"

const later = now + 86_400_000

/** Offers of a source that were all told of at a time to come. */
const toldLater = (source: string, first: number, offers: number) =>
  Effect.flatMap(Database, (database) =>
    database.transaction("prepare", (db) => {
      const ids = `WITH RECURSIVE ids (id) AS (SELECT ${first} UNION ALL SELECT id + 1 FROM ids WHERE id < ${first + offers - 1})`
      db.run(
        `INSERT INTO item (id, source, kind, content_hash, first_seen_at, last_seen_at, absent_at)
         ${ids} SELECT id, '${source}', 'offer', x'00', 1, 1, ${later} FROM ids`
      )
      db.run(`INSERT INTO told (item_id, channel, source, at, look_at)
         ${ids} SELECT id, 'deals', '${source}', ${later}, ${later} FROM ids`)
    })
  )

const ahead = Effect.flatMap(Database, (database) =>
  database.read("look", (db) =>
    db.all(
      `SELECT told.source, count(*) AS offers FROM told JOIN item ON item.id = item_id
       WHERE look_at > ${now} OR absent_at > ${now} GROUP BY told.source`
    )
  )
)

describe("offers, when the clock is set back", () => {
  it.effect("are all set right, and those of other sources when their own look", () =>
    Effect.gen(function* () {
      yield* toldLater("shop", 1, 2_500)
      yield* toldLater("other", 5_001, 10)
      const intake = yield* Intake
      yield* intake.setRight(SourceId.make("shop"), now)
      assert.deepStrictEqual(yield* ahead, [{ source: "other", offers: 10 }])
    }).pipe(Effect.provide(sqliteLayer))
  )

  it.effect("are found by their source", () =>
    Effect.gen(function* () {
      const database = yield* Database
      const plan = yield* database.read("look", (db) =>
        db.all<{ detail: string }>(
          "EXPLAIN QUERY PLAN SELECT item_id FROM told WHERE source = 'a' AND item_id > 3"
        )
      )
      assert.match(plan[0]?.detail ?? "", /INDEX told_source/)
    }).pipe(Effect.provide(sqliteLayer))
  )
})
