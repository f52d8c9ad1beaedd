// The Samples on SQLite: taken from the ends of the indexes, summed up when they are read.
import { Effect, Layer } from "effect"
import { type Sample, Samples, sampleMs } from "../outbox/Samples.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const keptMs = 14 * 86_400_000

const take = (db: Statements, at: number, memoryBytes: number): void => {
  db.run(
    `INSERT INTO sample (at, posts, latency_ms, queued, memory_bytes)
     SELECT :at, count(d.id), CAST(round(avg(d.sent_at - d.queued_at)) AS INTEGER),
       (SELECT coalesce(sum(deliveries), 0) FROM delivery_count WHERE state = 'queued'), :memoryBytes
     FROM (SELECT DISTINCT channel FROM delivery_count) c
       JOIN delivery d ON d.channel = c.channel AND d.sent_at > :from AND d.sent_at <= :at
     WHERE true ON CONFLICT DO NOTHING`,
    { at, from: at - sampleMs, memoryBytes }
  )
  db.run("DELETE FROM sample WHERE at < ?", [at - keptMs])
}

const since = (db: ReadStatements, from: number, spanMs: number): ReadonlyArray<Sample> =>
  db.all<Sample>(
    `SELECT max(at) AS at, sum(posts) AS posts, sum(latency_ms * posts) * 1.0 / nullif(sum(posts), 0) AS latencyMs,
       max(queued) AS queued, max(memory_bytes) AS memoryBytes
     FROM sample WHERE at > :from GROUP BY (at - 1) / CAST(:spanMs AS INTEGER) ORDER BY 1`,
    { from, spanMs }
  )

const make = Effect.gen(function* () {
  const database = yield* Database
  return Samples.of({
    take: traced("Samples.take")(function* (at, memoryBytes) {
      yield* database.transaction("keep a sample", (db) => take(db, at, memoryBytes))
    }),
    since: traced("Samples.since")(function* (from, spanMs) {
      return yield* database.read("read the samples", (db) => since(db, from, spanMs))
    })
  })
})

export const layer: Layer.Layer<Samples, never, Database> = Layer.effect(Samples, make)
