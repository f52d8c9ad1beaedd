// The table of polls, row by row: shared by the journal that writes it and the ledger that shows it.
import type { SourceId } from "../domain/Names.ts"
import type { PollRecord } from "../domain/Poll.ts"
import type { ReadStatements } from "./Statements.ts"

const pollColumns = "source, at, took_ms AS tookMs, outcome, note, fresh, failures, next_at AS nextAt"

/** The last poll of every source: one step through the index a source, not one a row. */
export const lastPolls = (db: ReadStatements): ReadonlyArray<PollRecord> =>
  db.all<PollRecord>(
    `WITH RECURSIVE known (id) AS (
       SELECT min(source) FROM poll
       UNION ALL
       SELECT (SELECT min(source) FROM poll WHERE source > known.id) FROM known WHERE known.id IS NOT NULL
     )
     SELECT ${pollColumns} FROM known JOIN poll ON source = known.id
       AND at = (SELECT max(at) FROM poll WHERE source = known.id)`
  )

/** Newest first. */
export const pollsOf = (db: ReadStatements, source: SourceId, limit: number): ReadonlyArray<PollRecord> =>
  db.all<PollRecord>(`SELECT ${pollColumns} FROM poll WHERE source = ? ORDER BY at DESC LIMIT +?`, [
    source,
    limit
  ])
