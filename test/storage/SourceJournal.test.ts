import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Option, Scope, TestClock } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import type { PollRecord } from "../../src/domain/Poll.ts"
import { SourceJournal } from "../../src/sources/SourceJournal.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlSourceJournal from "../../src/storage/SqlSourceJournal.ts"
import { temporaryPath } from "./fixtures.ts"

const shop = SourceId.make("shop")
const news = SourceId.make("news")

const poll = (at: number, source = shop): PollRecord => ({
  source,
  at,
  tookMs: 12.5,
  outcome: "nothing-new",
  note: `poll ${at}`,
  fresh: 0,
  failures: 0,
  nextAt: at + 60_000
})

const journal = SqlSourceJournal.layer.pipe(Layer.provideMerge(Database.layerMemory))

const written = Effect.flatMap(Database, (database) =>
  database.read("count", (db) => db.get<{ n: number }>("SELECT count(*) AS n FROM poll")?.n)
)

const ats = (polls: ReadonlyArray<PollRecord>) => polls.map(({ at }) => at)

describe("SourceJournal (SQLite)", () => {
  it.scoped("shows a poll at once and writes it within a second", () =>
    Effect.gen(function* () {
      const journal = yield* SourceJournal
      yield* journal.record(poll(1))
      assert.deepStrictEqual(Option.getOrNull(yield* journal.last(shop)), poll(1))
      assert.deepStrictEqual(yield* journal.all, [poll(1)])
      assert.strictEqual(yield* written, 0)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* written, 1)
      yield* journal.record(poll(2))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* written, 2)
      assert.deepInclude(Option.getOrThrow(yield* journal.last(shop)), { at: 2, note: "poll 2" })
    }).pipe(Effect.provide(journal))
  )

  it.scoped("keeps the last 20 of each source, newest first, wherever they are", () =>
    Effect.gen(function* () {
      const journal = yield* SourceJournal
      for (let at = 1; at <= 30; at++) yield* journal.record(poll(at))
      yield* journal.record(poll(5, news))
      yield* journal.flush(0)
      for (let at = 31; at <= 45; at++) yield* journal.record(poll(at))
      yield* journal.flush(0)
      assert.strictEqual(yield* written, 21)
      yield* journal.record(poll(46))
      assert.deepStrictEqual(ats(yield* journal.history(shop, 3)), [46, 45, 44])
      assert.lengthOf(yield* journal.history(shop, 20), 20)
      assert.deepStrictEqual((yield* journal.all).map(({ source, at }) => [source, at]).toSorted(), [
        ["news", 5],
        ["shop", 46]
      ])
      assert.isNull(Option.getOrNull(yield* journal.last(SourceId.make("never"))))
    }).pipe(Effect.provide(journal))
  )

  it.scoped("is kept in memory while the disk is full, and written afterwards", () =>
    Effect.gen(function* () {
      const database = yield* Database
      const journal = yield* SourceJournal
      const limit = (pages: string) =>
        database.read("limit", (db) => db.get(`PRAGMA max_page_count = ${pages}`))
      yield* limit("1")
      const long = { ...poll(1), note: "x".repeat(20_000) }
      yield* journal.record(long)
      assert.strictEqual((yield* Effect.flip(journal.flush(0))).reason, "full")
      assert.deepStrictEqual(yield* journal.history(shop, 9), [long])
      yield* limit("100000")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* written, 1)
    }).pipe(Effect.provide(journal))
  )

  it.scoped("is written when the program stops", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      const scope = yield* Scope.make()
      const services = yield* Layer.buildWithScope(
        SqlSourceJournal.layer.pipe(Layer.provide(Database.layer(path))),
        scope
      )
      yield* Effect.provide(
        Effect.flatMap(SourceJournal, (journal) => journal.record(poll(1))),
        services
      )
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* Effect.provide(written, Database.layer(path)), 1)
    })
  )
})
