// One visit to a page that a list or a sitemap names. Enters: the page, as it is known. Leaves: its items, if it changed, and what is to be
// remembered of the visit. Promises: its site permits it and is not visited faster than it wishes; an unchanged page is not parsed.
import { Clock, Effect } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { type ItemKeys, keysOf } from "../identity/Keys.ts"
import { traced } from "../Spans.ts"
import { shown } from "./Address.ts"
import { type FetchError, FetchRefused } from "./FetchErrors.ts"
import { Fetcher } from "./Fetcher.ts"
import { fetchFor } from "./Fetching.ts"
import { Kinds } from "./Kinds.ts"
import type { KnownPage, Listing, Visited } from "./Pages.ts"
import { readWhole } from "./Reading.ts"
import type { Unreadable } from "./SourceKind.ts"

const dayMs = 86_400_000

/** Between two visits to a site that wishes nothing, and the longest wish that is granted, ms. */
const defaultGapMs = 1_000
const maxGapMs = 60_000

/** A 404 is believed the third time in a row: sites lose pages for a moment when they are deployed. */
const believedNotFound = 3

export interface Visit {
  readonly visited: Visited
  readonly items: ReadonlyArray<Item>
  /** The pages that it names, when it is a list. */
  readonly listing?: Omit<Listing, "terms">
  /** All by which its items are known. */
  readonly keys: ReadonlyArray<string>
  /** The site does not permit it. */
  readonly closed: boolean
}

/** A document that says when it changes is believed, but for a day only: prices change without it. */
const revisitAt = ({ modifiedAt }: KnownPage, { everyMs }: Source, now: Millis): Millis =>
  now + (modifiedAt === undefined ? 0.8 * everyMs : Math.max(everyMs, dayMs))

/** A key of an item by which it is known; a page's items are gone when no page has them. One that has lost its id is known by its place. */
const keyOf = ({ local, places }: ItemKeys): ReadonlyArray<string> => {
  const first = local[0]?.slice(0, 1) ?? []
  const former = first.some((key) => key.kind === "id") ? [] : places.map((place) => place.ofOffer)
  return [...first, ...former].map((key) => key.hash)
}

const allKeysOf = ({ local, places }: ItemKeys): ReadonlyArray<string> =>
  [...local.flat(), ...places.map((place) => place.ofOffer)].map((key) => key.hash)

/** What a site's rules mean for one of its pages. */
export interface Permit {
  readonly allowed: boolean
  /** How far apart visits are. */
  readonly gapMs: number
}

/** Fails when the site's rules cannot be had: then it permits nothing for now. */
export const permitFor = Effect.fnUntraced(function* (url: string, { allowPrivate }: Source) {
  const { allowed, crawlDelaySeconds } = yield* (yield* Fetcher).site(url, allowPrivate)
  const gapMs = crawlDelaySeconds === undefined ? defaultGapMs : Math.min(maxGapMs, crawlDelaySeconds * 1000)
  return { allowed: allowed(url), gapMs } satisfies Permit
})

/** Visits a page now; `rules` are its site's. */
export const visit = traced("Source.visit")(function* (source: Source, page: KnownPage, rules: Permit) {
  const { url, cursor } = page
  const { allowed, gapMs } = rules
  const kind = (yield* Kinds)[page.kind === "sitemap" ? "sitemap" : "page"]
  const seen = { url, failures: 0 }
  if (!allowed) {
    const now = yield* Clock.currentTimeMillis
    return {
      visited: { ...seen, dueAt: now + dayMs, items: [] },
      items: [],
      keys: [],
      closed: true
    } satisfies Visit
  }
  const fetched = yield* fetchFor(source, { url, cursor, gapMs, accept: kind.accept })
  const visited = { ...seen, dueAt: revisitAt(page, source, yield* Clock.currentTimeMillis) }
  if (fetched._tag !== "Document") {
    const renewed = fetched._tag === "Unchanged" ? { cursor: fetched.cursor } : {}
    return { visited: { ...visited, ...renewed }, items: [], keys: [], closed: false } satisfies Visit
  }
  const { items, further, complete } = yield* readWhole(kind, fetched.body, source)
  const keys = items.map((item) => keysOf(item, source))
  const result: Visit = {
    visited: { ...visited, cursor: fetched.cursor, items: keys.flatMap(keyOf) },
    ...{ items, keys: keys.flatMap(allKeysOf), closed: false },
    // What a product page names beside itself is not this source's.
    ...(page.kind === "page" ? {} : { listing: { url, pages: further, complete } })
  }
  return result
}, Effect.scoped)

/** What a visit that failed leaves behind. */
export const failedVisit = (
  page: KnownPage,
  error: FetchError | Unreadable,
  { everyMs }: Source,
  now: Millis
): Visited => {
  const failures = page.failures + 1
  const isGone = error._tag === "FetchGone" && (error.status === 410 || failures >= believedNotFound)
  const waitMs = isGone ? dayMs : Math.min(dayMs, everyMs * 2 ** Math.min(failures, 20))
  return { url: page.url, dueAt: now + waitMs, failures, ...(isGone ? { items: [] } : {}) }
}

/** Whether a failure is about the site rather than the page: going on would only make it worse. */
export const isOfSite = (error: FetchError | Unreadable): boolean =>
  error._tag === "FetchRefused"
    ? error.challenge
    : error._tag === "FetchFailed" && (error.reason === "busy" || error.retryAfterMs !== undefined)

/** Why a source whose own page its site does not permit is not polled. */
export const closedTo = (url: string): FetchRefused =>
  new FetchRefused({
    url: shown(url),
    detail: "is closed to programs like us by its robots.txt",
    challenge: false
  })
