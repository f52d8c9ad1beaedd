// One poll of an API whose answers come in pages: all of them, one after another, as one document. Promises: it is complete only when the last
// page was read; a bounded number of pages; no page twice. A page that fails ends the poll, with what came before it.
import { Clock, Effect, Option } from "effect"
import type { Source } from "../domain/Source.ts"
import { type AdmissionSession, type Cursor, Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import type { DocumentFacts } from "./DocumentReader.ts"
import type { FetchError } from "./FetchErrors.ts"
import { hintsIn } from "./Fetcher.ts"
import { fetchFor } from "./Fetching.ts"
import { Kinds } from "./Kinds.ts"
import type { Polled } from "./Poll.ts"
import { reading } from "./Reading.ts"
import type { Unreadable } from "./SourceKind.ts"
import { isOfSite } from "./Visiting.ts"

/** Between two pages, ms. */
const gapMs = 250

/** Whether further pages may follow the first. */
export const isPaged = ({ next, page }: Source): boolean => next !== undefined || page !== undefined

const readPage = Effect.fnUntraced(function* (source: Source, url: string, session: AdmissionSession) {
  const kind = (yield* Kinds)[source.kind]
  const fetched = yield* fetchFor(source, { url, cursor: {}, gapMs, accept: kind.accept })
  return fetched._tag === "Document"
    ? yield* reading(kind, fetched.body, source, session.admit)
    : yield* Effect.dieMessage("an answer to a request without validators that is not a document")
}, Effect.scoped)

interface Book {
  readonly facts: DocumentFacts
  /** Why it is not whole. */
  readonly trouble: Option.Option<FetchError | Unreadable>
}

const plus = (book: DocumentFacts, page: DocumentFacts): DocumentFacts => ({
  ...page,
  ...book,
  // What lacks its end names no further page.
  complete: page.complete,
  faults: [...new Set([...book.faults, ...page.faults])],
  further: page.further
})

/** Reads the pages behind the first. */
const readOn = Effect.fnUntraced(function* (source: Source, first: DocumentFacts, session: AdmissionSession) {
  let facts = first
  const seen = new Set([source.url])
  while (true) {
    const next = facts.further[0]?.url
    if (next === undefined) return { facts, trouble: Option.none() } satisfies Book
    if (seen.has(next) || seen.size > source.pages) {
      const fault = seen.has(next)
        ? "a page that leads back to one before it"
        : `pages beyond the first ${seen.size}`
      const cut = { ...facts, complete: false, faults: [...facts.faults, fault] }
      return { facts: cut, trouble: Option.none() } satisfies Book
    }
    seen.add(next)
    const page = yield* readPage(source, next, session).pipe(
      Effect.catchIf(
        (error): error is FetchError | Unreadable => error._tag !== "StorageFailed",
        (error) => Effect.succeed(error)
      )
    )
    if ("_tag" in page) {
      const fault = `page ${seen.size} could not be read (${page.message.replace(/\.$/, "")})`
      const cut = { ...facts, complete: false, faults: [...facts.faults, fault] }
      return { facts: cut, trouble: Option.some(page) } satisfies Book
    }
    facts = plus(facts, page)
  }
})

/** The first page, and the session that it begins. */
const readFirst = Effect.fnUntraced(function* (source: Source, routes: ReadonlyArray<Route>) {
  const [intake, kinds] = yield* Effect.all([Intake, Kinds])
  const kind = kinds[source.kind]
  const fetched = yield* fetchFor(source, { cursor: {}, accept: kind.accept })
  if (fetched._tag !== "Document") return fetched
  const now = yield* Clock.currentTimeMillis
  const session = yield* whilePassing(intake.session({ source, routes, now }))
  const facts = yield* reading(kind, fetched.body, source, session.admit)
  return { _tag: "Begun" as const, hints: hintsIn(fetched), session, facts }
}, Effect.scoped)

/** Polls an API page by page. No page is asked whether it has changed: an unchanged first one says nothing about the others. */
export const pollPages = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  cursor: Cursor
) {
  const begun = yield* readFirst(source, routes)
  if (begun._tag !== "Begun") return { _tag: "Same", fetched: begun } satisfies Polled
  const { facts, trouble } = yield* readOn(source, begun.facts, begun.session)
  const admission = yield* begun.session.end({ complete: facts.complete, cursor })
  if (Option.isSome(trouble) && isOfSite(trouble.value))
    return { _tag: "Failed", error: trouble.value } satisfies Polled
  return { _tag: "Read", fetched: begun.hints, document: facts, admission } satisfies Polled
})
