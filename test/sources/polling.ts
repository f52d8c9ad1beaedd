// Polls of a source over real HTTP into a real store, with a clock that can be put forward; robots.txt wishes a pace that suits tests.
import { assert } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { kinds } from "../../src/App/Reading.ts"
import type { Source } from "../../src/domain/Source.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { type Polled, poll } from "../../src/sources/Poll.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { network, type Server, serve } from "./fetching/server.ts"
import { routes, sourceNamed } from "./scripted.ts"

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** A site: its answers by path (with the query), which a test may change; what is not there is a 404. */
export type Site = Map<string, Answer>

export const politely = "User-agent: *\nCrawl-delay: 0.01\n"

export const siteOf = (answers: Record<string, Answer | string>): Site =>
  new Map([
    ["/robots.txt", { body: politely }],
    ...Object.entries(answers).map(
      ([path, answer]) => [path, typeof answer === "string" ? { body: answer } : answer] as const
    )
  ])

/** Serves the site; an `etag` header is answered with 304 where it is sent back. */
export const serveSite = (site: Site) =>
  serve((request, response) => {
    const answer = site.get(request.url ?? "")
    const etag = answer?.headers?.["etag"]
    const known = etag !== undefined && request.headers["if-none-match"] === etag
    response.writeHead(known ? 304 : (answer?.status ?? (answer === undefined ? 404 : 200)), answer?.headers)
    response.end(known ? "" : answer?.body)
  })

/** A real clock that can be put forward. */
export const makeClock = () => {
  let ahead = 0
  const real = Clock.make()
  const millis = () => real.unsafeCurrentTimeMillis() + ahead
  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: millis,
    unsafeCurrentTimeNanos: () => real.unsafeCurrentTimeNanos(),
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanos: real.currentTimeNanos,
    sleep: (duration) => real.sleep(duration)
  }
  const forward = (ms: number) =>
    Effect.sync(() => {
      ahead += ms
    })
  return { clock, forward }
}

export const layer = Layer.mergeAll(SqlIntake.layer, kinds, network()).pipe(
  Layer.provideMerge(Storage.layerMemory),
  Layer.provideMerge(Signals.layer)
)

export const hour = 3_600_000

/** A source of the site, asked every hour. */
export const sourceAt = (server: Server, more: Partial<Source>): Source =>
  sourceNamed("shop", {
    ...{ allowPrivate: true, everyMs: hour, maxBytes: 1_000_000, maxItems: 1_000, start: "none" },
    ...more,
    url: `${server.url}${more.url ?? "/"}`
  })

/** Polls as the source's fiber does. */
export const pollNow = (source: Source) =>
  Effect.flatMap(Intake, (intake) =>
    Effect.flatMap(intake.cursor(source.id), (cursor) => poll(source, routes, cursor))
  )

/** What was read; anything else fails the test. */
export const readOf = (polled: Polled) => {
  if (polled._tag !== "Read") throw new Error(polled._tag === "Failed" ? polled.error.message : polled._tag)
  return polled
}

/** The titles of the items that are there, and of those that are gone. */
export const shelf = Effect.flatMap(Database, (database) =>
  database.read("look", (db) => {
    const rows = db.all<{ title: string; gone: number }>(
      `SELECT payload ->> 'title' AS title, absent_at IS NOT NULL AS gone
       FROM item JOIN item_payload ON item_id = item.id ORDER BY title`
    )
    const titles = (gone: number) => rows.flatMap((row) => (row.gone === gone ? [row.title] : []))
    return { there: titles(0), gone: titles(1) }
  })
)

/** The titles that are queued for the channel. */
export const queue = Effect.flatMap(Database, (database) =>
  database.read("look", (db) =>
    db
      .all<{ title: string }>(
        `SELECT payload ->> 'title' AS title FROM delivery JOIN item_payload ON item_payload.item_id = delivery.item_id
         ORDER BY title`
      )
      .map(({ title }) => title)
  )
)

/** The paths that were asked for since the last call. */
export const asker = (server: Server) => {
  let before = 0
  return () => {
    const paths = server.seen.slice(before).map(({ url = "" }) => url)
    before = server.seen.length
    return paths
  }
}

/** Asserts that nothing was asked for but these, in any order. */
export const askedOnly = (paths: ReadonlyArray<string>, expected: ReadonlyArray<string>) =>
  assert.deepStrictEqual([...paths].sort(), [...expected].sort())

export const product = (name: string, price = "19.90") =>
  `<html><head><title>${name}</title><script type="application/ld+json">${JSON.stringify({
    "@context": "https://schema.org",
    "@type": "Product",
    name,
    sku: name,
    offers: { "@type": "Offer", price, priceCurrency: "EUR", availability: "https://schema.org/InStock" }
  })}</script></head><body><h1>${name}</h1></body></html>`
