// Forgets the pages of a source that were named while it was read by other terms, in steps short enough for the event loop. A crash in between
// leaves some of them for the next poll.
import { Effect } from "effect"
import type { SourceId } from "../domain/Names.ts"
import { breathe } from "../outbox/Paced.ts"
import type { Database } from "./Database.ts"

/** Pages that one transaction forgets. */
const pagesPerStep = 500

/** Implements `Pages.keep`. */
export const keepOnly = Effect.fnUntraced(function* (
  database: Database["Type"],
  source: SourceId,
  terms: string
) {
  const others = { source, terms }
  const some = yield* database.read("look for pages of other terms", (db) =>
    db.get("SELECT 1 FROM page WHERE source = :source AND terms IS NOT :terms LIMIT 1", others)
  )
  if (some === undefined) return false
  let forgotten = 0
  while (true) {
    const { changes } = yield* database.transaction("forget pages of other terms", (db) => {
      // Of an earlier version: as they are now.
      db.run("UPDATE page SET terms = :terms WHERE source = :source AND terms IS NULL", others)
      return db.run(
        `DELETE FROM page WHERE source = :source AND url IN (
           SELECT url FROM page WHERE source = :source AND terms <> :terms LIMIT ${pagesPerStep})`,
        others
      )
    })
    forgotten += changes
    if (changes < pagesPerStep) return forgotten > 0
    yield* breathe
  }
})
