// The pages of sources on SQLite: each method one transaction with a constant number of statements; a long list of pages is remembered in
// several, and what it lacks is missed in the last.
import { Effect, Layer, Option } from "effect"
import type { Millis, SourceId } from "../domain/Names.ts"
import { breathe, slices } from "../outbox/Paced.ts"
import { traced } from "../Spans.ts"
import type { Further } from "../sources/DocumentReader.ts"
import { type Extent, type KnownPage, type Listing, Pages, type Visited } from "../sources/Pages.ts"
import { Database } from "./Database.ts"
import { type PageRow, pageOf } from "./PageRow.ts"
import { keepOnly } from "./PageTerms.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

/** A page is forgotten when the document that names it has lacked it for so long: some are incomplete while they are written. */
const missingMs = 3_600_000

/** Pages that one transaction takes in. */
const pagesPerStep = 500

const had = "SELECT item.value FROM page, json_each(page.items) AS item WHERE page.source = :source"

/** Remembers those of the keys that no page of the source has. */
const orphan = (db: Statements, source: SourceId, keys: ReadonlyArray<string>): void => {
  if (keys.length === 0) return
  db.run(
    `INSERT OR IGNORE INTO orphan (source, key)
     SELECT :source, wanted.value FROM json_each(:keys) AS wanted WHERE wanted.value NOT IN (${had})`,
    { source, keys: JSON.stringify(keys) }
  )
}

/** A list that may name a page as well: it was not read again since that one was missed. One that fails on and on is not waited for. */
const mayBeNamed = `EXISTS (SELECT 1 FROM page AS other WHERE other.source = page.source AND other.kind <> 'page' AND other.url <> page.via
  AND other.missing_since IS NULL AND other.failures < 3 AND other.body_hash IS NOT NULL AND other.fetched_at < page.missing_since)`

/** Forgets the pages that match, and what no page names any more because of it. Returns their items' keys. */
const forget = (db: Statements, source: SourceId, before: Millis): ReadonlyArray<string> => {
  const parameters = { source, before }
  const doomed = `WITH RECURSIVE doomed (url) AS (
      SELECT url FROM page WHERE source = :source AND missing_since <= :before AND NOT ${mayBeNamed}
      UNION SELECT page.url FROM page JOIN doomed ON page.via = doomed.url WHERE page.source = :source)`
  const keys = db.all<{ key: string }>(
    `${doomed} SELECT item.value AS key FROM page, json_each(page.items) AS item
     WHERE source = :source AND url IN (SELECT url FROM doomed)`,
    parameters
  )
  db.run(`${doomed} DELETE FROM page WHERE source = :source AND url IN (SELECT url FROM doomed)`, parameters)
  return keys.map((row) => row.key)
}

/** Looked for at every poll: no list need change for a page to have been missing for long. */
const forgetMissing = (db: Statements, source: SourceId, now: Millis): void => {
  // Noted while the clock was ahead.
  db.run("UPDATE page SET missing_since = :now WHERE source = :source AND missing_since > :now", {
    source,
    now
  })
  const before = now - missingMs
  const some = db.get("SELECT 1 FROM page WHERE source = ? AND missing_since <= ? LIMIT 1", [source, before])
  if (some !== undefined) orphan(db, source, forget(db, source, before))
}

/** Those that have found no page since. */
const orphans = (db: Statements, source: SourceId, now: Millis): ReadonlyArray<string> => {
  forgetMissing(db, source, now)
  db.run(`DELETE FROM orphan WHERE source = :source AND key IN (${had})`, { source })
  return db.all<{ key: string }>("SELECT key FROM orphan WHERE source = ?", [source]).map((row) => row.key)
}

interface Named {
  readonly page: Further
  readonly place: number
}

/** What the source's own document names is missed when that one lacks it: unlike a list, it is not read again for a page's sake. */
const isOfRoot = `page.missing_since IS NULL
  AND NOT EXISTS (SELECT 1 FROM page AS other WHERE other.source = page.source AND other.url = page.via)`

const name = (
  db: Statements,
  source: SourceId,
  { url: via, terms }: Listing,
  pages: ReadonlyArray<Named>,
  now: Millis
) =>
  db.run(
    `INSERT INTO page (source, url, via, kind, place, modified_at, listed_at, terms)
     SELECT :source, value ->> '$.page.url', :via, value ->> '$.page.as', value ->> 'place', value ->> '$.page.modifiedAt', :now, :terms
     FROM json_each(:pages) WHERE true
     ON CONFLICT (source, url) DO UPDATE SET via = iif(${isOfRoot}, page.via, excluded.via), kind = excluded.kind, place = excluded.place,
       modified_at = excluded.modified_at, listed_at = excluded.listed_at, missing_since = NULL, terms = excluded.terms,
       due_at = CASE WHEN excluded.modified_at > coalesce(page.modified_at, 0) THEN 0 ELSE page.due_at END`,
    { source, via, terms, now, pages: JSON.stringify(pages) }
  )

/**
 * The document was read at `now`, whole: what it no longer names is missing. Others may name it too, although they have not changed: at
 * their next visit they are read whatever they say.
 */
const miss = (db: Statements, source: SourceId, via: string, now: Millis): void => {
  const { changes } = db.run(
    `UPDATE page SET missing_since = :now
     WHERE source = :source AND via = :via AND missing_since IS NULL AND listed_at <> :now`,
    { source, via, now }
  )
  if (changes > 0) {
    db.run(
      `UPDATE page SET etag = NULL, last_modified = NULL, body_hash = ''
       WHERE source = :source AND kind <> 'page' AND url <> :via AND body_hash IS NOT NULL`,
      { source, via }
    )
  }
}

const list = Effect.fnUntraced(function* (
  database: Database["Type"],
  source: SourceId,
  listing: Listing,
  now: Millis
) {
  const { complete, pages, url } = listing
  const named = pages.map((page, place): Named => ({ page, place }))
  for (const some of slices(named, pagesPerStep)) {
    yield* database.provisional("remember pages", (db) => name(db, source, listing, some, now))
    yield* breathe
  }
  if (complete) yield* database.transaction("miss pages", (db) => miss(db, source, url, now))
})

const next = (db: Statements, source: SourceId, now: Millis, againAt: Millis): Option.Option<KnownPage> => {
  // Put off while the clock was ahead.
  db.run(
    `UPDATE page SET due_at = max(0, due_at - noted_at + :now), noted_at = :now
     WHERE source = :source AND noted_at > :now`,
    { source, now }
  )
  const row = db.get<PageRow>(
    `SELECT url, kind, modified_at AS modifiedAt, failures, url_hash AS urlHash, etag, last_modified AS lastModified,
       body_hash AS bodyHash, fetched_at AS fetchedAt
     FROM page WHERE source = :source AND missing_since IS NULL AND due_at <= :now
     ORDER BY kind = 'page', due_at, place LIMIT 1`,
    { source, now }
  )
  if (row === undefined) return Option.none()
  db.run("UPDATE page SET due_at = :againAt, noted_at = :now WHERE source = :source AND url = :url", {
    source,
    againAt,
    now,
    url: row.url
  })
  return Option.some(pageOf(row))
}

const record = (db: Statements, source: SourceId, visits: ReadonlyArray<Visited>, now: Millis): void => {
  const parameters = { source, visits: JSON.stringify(visits) }
  const before = db.all<{ key: string }>(
    `SELECT item.value AS key FROM json_each(:visits) AS visit
     JOIN page ON page.source = :source AND page.url = visit.value ->> 'url', json_each(page.items) AS item
     WHERE visit.value -> 'items' IS NOT NULL`,
    parameters
  )
  db.run(
    `UPDATE page SET visited = 1, due_at = visit.value ->> 'dueAt', noted_at = :now, failures = visit.value ->> 'failures',
       items = coalesce(visit.value -> 'items', items)
     FROM json_each(:visits) AS visit WHERE page.source = :source AND page.url = visit.value ->> 'url'`,
    { ...parameters, now }
  )
  db.run(
    `UPDATE page SET url_hash = visit.value -> 'cursor' ->> 'urlHash', etag = visit.value -> 'cursor' ->> 'etag',
       last_modified = visit.value -> 'cursor' ->> 'lastModified', body_hash = visit.value -> 'cursor' ->> 'bodyHash',
       fetched_at = visit.value -> 'cursor' ->> 'fetchedAt'
     FROM json_each(:visits) AS visit
     WHERE page.source = :source AND page.url = visit.value ->> 'url' AND visit.value -> 'cursor' IS NOT NULL
       AND (page.body_hash IS NOT '' OR visit.value -> 'items' IS NOT NULL)`,
    parameters
  )
  // Closed, or gone: nothing is known of a body.
  db.run(
    `UPDATE page SET body_hash = NULL FROM json_each(:visits) AS visit
     WHERE page.source = :source AND page.url = visit.value ->> 'url'
       AND visit.value -> 'cursor' IS NULL AND visit.value -> 'items' IS NOT NULL`,
    parameters
  )
  orphan(
    db,
    source,
    before.map((row) => row.key)
  )
}

const extent = (db: ReadStatements, source: SourceId, visits: ReadonlyArray<string>): Extent => {
  const row = db.get<{ pages: number; visited: number }>(
    `SELECT count(*) AS pages, coalesce(sum(visited OR url IN (SELECT value FROM json_each(:visits))), 0) AS visited
     FROM page WHERE source = :source AND missing_since IS NULL`,
    { source, visits: JSON.stringify(visits) }
  )
  const { pages, visited } = row ?? { pages: 0, visited: 0 }
  return { pages, visited, unvisited: pages - visited }
}

const make = Effect.map(Database, (database) =>
  Pages.of({
    keep: traced("Pages.keep")((source, terms) => keepOnly(database, source, terms)),
    list: traced("Pages.list")((source, listing, now) => list(database, source, listing, now)),
    next: traced("Pages.next")((source, now, againAt) =>
      database.provisional("choose a page", (db) => next(db, source, now, againAt))
    ),
    record: traced("Pages.record")((source, visits, now) =>
      database.transaction("remember visits", (db) => record(db, source, visits, now))
    ),
    orphans: traced("Pages.orphans")((source, now) =>
      database.transaction("look for orphans", (db) => orphans(db, source, now))
    ),
    settle: traced("Pages.settle")((source, settled) =>
      database.transaction("settle orphans", (db) => {
        db.run(
          "DELETE FROM orphan WHERE source = :source AND key IN (SELECT value FROM json_each(:settled))",
          {
            source,
            settled: JSON.stringify(settled)
          }
        )
      })
    ),
    extent: traced("Pages.extent")((source, visits) =>
      database.read("count pages", (db) => extent(db, source, visits))
    )
  })
)

export const layer: Layer.Layer<Pages, never, Database> = Layer.effect(Pages, make)
