// One poll of a site: its own page or sitemap, then the pages that are due of those that it names, a bounded number, politely. Leaves: what
// came of it all as one document that is a part of the site. Promises: visits are remembered only together with what they brought; a site
// that wants to see a browser, or fewer of us, is left alone at once; what is gone is told from complete lists and from pages that are gone.
import { Clock, Effect, Option } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { termsOf } from "../identity/Terms.ts"
import { type Admission, type AdmissionSession, type Cursor, Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import type { DocumentFacts, Further } from "./DocumentReader.ts"
import type { FetchError } from "./FetchErrors.ts"
import { hintsIn } from "./Fetcher.ts"
import { type Asked, fetchFor } from "./Fetching.ts"
import { Kinds } from "./Kinds.ts"
import { Pages, type Visited } from "./Pages.ts"
import type { Polled } from "./Poll.ts"
import { reading } from "./Reading.ts"
import type { Unreadable } from "./SourceKind.ts"
import { closedTo, failedVisit, isOfSite, type Permit, permitFor, visit } from "./Visiting.ts"

/** After so many failures in a row the rest is for another poll. */
const maxFailuresInARow = 3
/** A poll begins no visit after so long; the source's interval, if that is between. */
const leastRoundMs = 60_000
const longestRoundMs = 600_000

type Trouble = FetchError | Unreadable

/** What the visits of one poll came to. */
interface Round {
  readonly visits: Array<Visited>
  /** All by which what they brought is known. */
  readonly keys: Array<string>
  readonly failures: Array<Trouble>
  closed: number
  read: number
  failuresInARow: number
}

const emptyRound = (): Round => ({
  ...{ visits: [], keys: [], failures: [] },
  ...{ closed: 0, read: 0, failuresInARow: 0 }
})

const pagesAmong = (further: ReadonlyArray<Further>) => further.filter(({ as }) => as !== "json")

const list = Effect.fnUntraced(function* (
  source: Source,
  url: string,
  { complete, further }: Pick<DocumentFacts, "complete" | "further">
) {
  const pages = yield* Pages
  const now = yield* Clock.currentTimeMillis
  const listing = { url, pages: pagesAmong(further), terms: termsOf(source), complete }
  yield* whilePassing(pages.list(source.id, listing, now))
})

/** One visit, if one is due. Left: the site is to be left alone, maybe for a reason. */
const step = Effect.fnUntraced(function* (source: Source, round: Round, session: AdmissionSession) {
  const pages = yield* Pages
  const now = yield* Clock.currentTimeMillis
  const due = yield* whilePassing(pages.next(source.id, now, now + 0.8 * source.everyMs))
  if (Option.isNone(due)) return false
  const page = due.value
  const permit = yield* permitFor(page.url, source)
  const went = yield* visit(source, page, permit).pipe(
    Effect.catchAll((error) => (isOfSite(error) ? Effect.fail(error) : Effect.succeed(error)))
  )
  if ("_tag" in went) {
    round.visits.push(failedVisit(page, went, source, yield* Clock.currentTimeMillis))
    round.failures.push(went)
    round.failuresInARow += 1
    return round.failuresInARow < maxFailuresInARow
  }
  round.failuresInARow = 0
  if (went.listing !== undefined)
    yield* list(source, page.url, { ...went.listing, further: went.listing.pages })
  yield* session.admit(went.items)
  round.visits.push(went.visited)
  round.keys.push(...went.keys)
  if (went.closed) round.closed += 1
  else if (went.visited.items !== undefined) round.read += 1
  return true
})

/** Visits what is due; returns why the site is to be left alone, if it is. */
const visitAll = Effect.fnUntraced(function* (source: Source, round: Round, session: AdmissionSession) {
  const start = yield* Clock.currentTimeMillis
  const lastStart = start + Math.min(longestRoundMs, Math.max(leastRoundMs, source.everyMs))
  const left = (now: Millis) => round.visits.length < source.pages && now <= lastStart
  const steps = Effect.gen(function* () {
    while (left(yield* Clock.currentTimeMillis) && (yield* step(source, round, session)));
  })
  return yield* steps.pipe(
    Effect.as(Option.none<Trouble>()),
    Effect.catchIf(
      (error): error is Trouble => error._tag !== "StorageFailed",
      (error) => Effect.succeed(Option.some(error))
    )
  )
})

const counted = (pages: number): string => (pages === 1 ? "1 page" : `${pages} pages`)

const faultsOf = ({ closed, failures }: Round): ReadonlyArray<string> => [
  ...failures
    .slice(0, 1)
    .map(({ message }) => `${counted(failures.length)} could not be read (${message.replace(/\.$/, "")})`),
  ...(closed === 0 ? [] : [`${counted(closed)} closed to programs like us by robots.txt`])
]

/**
 * Remembers the visits, now that what they brought is kept, and marks what is gone. Returns how much that is. Interrupted anywhere, the next
 * poll goes on: orphans stay until they are marked.
 */
const conclude = Effect.fnUntraced(function* (source: Source, round: Round, now: Millis) {
  const [intake, pages] = yield* Effect.all([Intake, Pages])
  if (round.visits.length > 0) yield* whilePassing(pages.record(source.id, round.visits, now))
  const orphans = yield* whilePassing(pages.orphans(source.id, now))
  if (orphans.length === 0) return 0
  const gone = yield* whilePassing(intake.leave(source.id, orphans, now, round.keys))
  yield* whilePassing(pages.settle(source.id, orphans))
  return gone
})

/** Ends the poll's document. Nothing is remembered of the visits when a channel had no room for what they brought: they are made again. */
const end = Effect.fnUntraced(function* (
  source: Source,
  round: Round,
  session: AdmissionSession,
  complete: boolean,
  cursor: Cursor
) {
  const { extent } = yield* Pages
  const { pages, unvisited } = yield* whilePassing(
    extent(
      source.id,
      round.visits.map(({ url }) => url)
    )
  )
  const part = pages === 0 && round.visits.length === 0 ? {} : { part: { of: pages, last: unvisited === 0 } }
  // Without a cursor the first sight has not begun: nothing of it was seen.
  const kept = pages > 0 && unvisited === pages ? {} : cursor
  const admission = yield* session.end({ complete: complete && pages === 0, cursor: kept, ...part })
  if (admission.deferred > 0) return admission
  const gone = yield* conclude(source, round, yield* Clock.currentTimeMillis)
  return { ...admission, gone: admission.gone + gone } satisfies Admission
})

/** Of a first sight that takes several polls, the newest are chosen in the first one. */
const asSeen = (source: Source, begun: boolean): Source =>
  begun && source.start !== "all" ? { ...source, start: "none" } : source

const unlisted: DocumentFacts = { complete: true, faults: [], further: [] }

/** Looks at the source's own page or sitemap, and begins the poll's document with it. */
const readOwn = Effect.fnUntraced(function* (source: Source, routes: ReadonlyArray<Route>, asked: Asked) {
  const [intake, kinds, pages] = yield* Effect.all([Intake, Kinds, Pages])
  const fetched = yield* fetchFor(source, asked)
  const now = yield* Clock.currentTimeMillis
  const { visited } = yield* whilePassing(pages.extent(source.id, []))
  // A cursor is kept with the items, the visits only after them.
  const begun = visited > 0 || asked.cursor.fetchedAt !== undefined
  const session = yield* whilePassing(intake.session({ source: asSeen(source, begun), routes, now }))
  if (fetched._tag !== "Document") return { fetched, now, session, own: undefined }
  const { body, ...without } = fetched
  const own = yield* reading(kinds[source.kind], body, source, session.admit)
  return { fetched: without, now, session, own }
}, Effect.scoped)

/** Polls the site of a source of kind "page" or "sitemap". */
export const pollSite = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  last: Cursor
) {
  const [kinds, pages] = yield* Effect.all([Kinds, Pages])
  const { accept } = kinds[source.kind]
  const permit: Partial<Permit> = source.kind === "page" ? yield* permitFor(source.url, source) : {}
  if (permit.allowed === false) return yield* closedTo(source.url)
  const cursor = (yield* whilePassing(pages.keep(source.id, termsOf(source)))) ? {} : last
  const gap = permit.gapMs === undefined ? {} : { gapMs: permit.gapMs }
  const { fetched, now, session, own } = yield* readOwn(source, routes, { cursor, accept, ...gap })
  if (own !== undefined) yield* list(source, source.url, own)
  const round = emptyRound()
  const trouble = yield* visitAll(source, round, session)
  if (fetched._tag !== "Document" && round.visits.length === 0 && Option.isNone(trouble)) {
    yield* conclude(source, round, now)
    return { _tag: "Same", fetched } satisfies Polled
  }
  const advanced = fetched._tag === "NotModified" ? cursor : fetched.cursor
  const admission = yield* end(source, round, session, own?.complete ?? false, advanced)
  if (Option.isSome(trouble)) return { _tag: "Failed", error: trouble.value } satisfies Polled
  if (fetched._tag !== "Document" && round.read === 0) return { _tag: "Same", fetched } satisfies Polled
  const facts = own ?? unlisted
  const document = { ...facts, faults: [...facts.faults, ...faultsOf(round)] }
  return { _tag: "Read", fetched: hintsIn(fetched), document, admission } satisfies Polled
})
