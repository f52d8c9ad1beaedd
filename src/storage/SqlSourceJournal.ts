// The SourceJournal on SQLite. Polls gather in memory and are written in one transaction a second, so that thousands of sources cost
// one commit; a disk that refuses keeps them in memory, at most the last 20 a source. Reads see what is not written yet.
import { Effect, Layer, Option } from "effect"
import { within } from "../domain/Deadline.ts"
import type { SourceId } from "../domain/Names.ts"
import { traced } from "../Spans.ts"
import { type PollRecord, SourceJournal } from "../sources/SourceJournal.ts"
import { Database } from "./Database.ts"
import { lastPolls, pollsOf } from "./PollRows.ts"
import type { Statements } from "./Statements.ts"

/** Polls of each source that are kept. */
const kept = 20

const write = (db: Statements, polls: ReadonlyArray<PollRecord>): void => {
  db.run(
    `INSERT OR REPLACE INTO poll (source, at, took_ms, outcome, note, fresh, failures, next_at)
     SELECT value ->> 'source', value ->> 'at', round(value ->> 'tookMs'), value ->> 'outcome', value ->> 'note',
       value ->> 'fresh', value ->> 'failures', round(value ->> 'nextAt')
     FROM json_each(?)`,
    [JSON.stringify(polls)]
  )
  db.run(
    `DELETE FROM poll WHERE (source, at) IN (
       SELECT source, at FROM (
         SELECT source, at, row_number() OVER (PARTITION BY source ORDER BY at DESC) AS place
         FROM poll WHERE source IN (SELECT value FROM json_each(:sources)))
       WHERE place > :kept)`,
    { kept, sources: JSON.stringify([...new Set(polls.map((poll) => poll.source))]) }
  )
}

/** What is not on disk yet, newest first, by source. */
type Buffer = Map<SourceId, ReadonlyArray<PollRecord>>

const add = (buffer: Buffer, poll: PollRecord): void => {
  buffer.set(poll.source, [poll, ...(buffer.get(poll.source) ?? [])].slice(0, kept))
}

/** Takes out what was written, and leaves what came while the write waited for a lock. */
const remove = (buffer: Buffer, written: ReadonlySet<PollRecord>): void => {
  for (const [source, polls] of buffer) {
    const rest = polls.filter((poll) => !written.has(poll))
    if (rest.length > 0) buffer.set(source, rest)
    else buffer.delete(source)
  }
}

const make = Effect.gen(function* () {
  const database = yield* Database
  const buffer: Buffer = new Map()
  const pending = yield* Effect.makeLatch(false)

  const flush = Effect.suspend(() => {
    const polls = [...buffer.values()].flat()
    if (polls.length === 0) return Effect.void
    return Effect.map(
      database.together("write the journal", (db) => write(db, polls)),
      () => remove(buffer, new Set(polls))
    )
  })
  const flushLogged = Effect.catchAll(flush, (error) => Effect.logWarning("journal kept in memory", error))

  // Sleeps for good while nothing was recorded: an idle program costs no wake-ups.
  yield* Effect.forkScoped(
    pending.await.pipe(
      Effect.zipRight(Effect.sleep("1 second")),
      Effect.zipRight(pending.close),
      Effect.zipRight(flushLogged),
      Effect.forever
    )
  )
  // A lock that another process holds must not hold up the end of this one: it is what is shown of the past, no more.
  yield* Effect.addFinalizer(() => within(flushLogged, "200 millis"))

  const history = traced("SourceJournal.history")(function* (source: SourceId, limit: number) {
    const recent = buffer.get(source) ?? []
    const written = yield* database.read("read the journal", (db) => pollsOf(db, source, limit))
    return [...recent, ...written].slice(0, limit)
  })

  return SourceJournal.of({
    record: (poll) =>
      Effect.zipRight(
        Effect.sync(() => add(buffer, poll)),
        pending.open
      ),
    last: traced("SourceJournal.last")(function* (source) {
      return Option.fromNullable(buffer.get(source)?.[0] ?? (yield* history(source, 1))[0])
    }),
    all: Effect.gen(function* () {
      const written = yield* database.read("read the journal", lastPolls)
      const bySource = new Map(written.map((poll) => [poll.source, poll]))
      for (const [source, [newest]] of buffer) if (newest !== undefined) bySource.set(source, newest)
      return [...bySource.values()]
    }),
    history,
    flush: () => flush
  })
})

export const layer: Layer.Layer<SourceJournal, never, Database> = Layer.scoped(SourceJournal, make)
