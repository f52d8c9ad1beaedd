// One poll of a source: fetch, read, admit while it is read. Enters: the source, its routes, its cursor. Leaves: what came of it as a value,
// expected errors included. Promises: memory stays flat however large the body is; the cursor advances only together with the items; what an
// interrupted poll has admitted the next one goes on with. Only a store that cannot go on fails it.
import { Clock, Effect, type Scope } from "effect"
import type { Source } from "../domain/Source.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { type Admission, type Cursor, Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import { traced } from "../Spans.ts"
import type { DocumentFacts } from "./DocumentReader.ts"
import type { FetchError } from "./FetchErrors.ts"
import { type Fetched, type Fetcher, type Hints, hintsIn } from "./Fetcher.ts"
import { fetchFor } from "./Fetching.ts"
import { Kinds } from "./Kinds.ts"
import type { Pages } from "./Pages.ts"
import { isPaged, pollPages } from "./Paging.ts"
import { reading } from "./Reading.ts"
import { pollSite } from "./Site.ts"
import type { Unreadable } from "./SourceKind.ts"

export type Polled =
  /** The server says, or the bytes show, that nothing changed. */
  | { readonly _tag: "Same"; readonly fetched: Exclude<Fetched, { _tag: "Document" }> }
  | {
      readonly _tag: "Read"
      readonly fetched: Hints
      readonly document: DocumentFacts
      readonly admission: Admission
    }
  | { readonly _tag: "Failed"; readonly error: FetchError | Unreadable }

type PollRequirements = Fetcher | Intake | Kinds | Pages | Scope.Scope

/** Polls a source that is one document. */
const pollDocument = Effect.fnUntraced(function* (
  source: Source,
  routes: ReadonlyArray<Route>,
  cursor: Cursor
) {
  const kind = (yield* Kinds)[source.kind]
  const fetched = yield* fetchFor(source, { cursor, accept: kind.accept })
  if (fetched._tag !== "Document") return { _tag: "Same", fetched } satisfies Polled
  const { body, cursor: advanced } = fetched
  const intake = yield* Intake
  const now = yield* Clock.currentTimeMillis
  const session = yield* whilePassing(intake.session({ source, routes, now }))
  const document = yield* reading(kind, body, source, session.admit)
  const admission = yield* session.end({ complete: document.complete, cursor: advanced })
  return { _tag: "Read", fetched: hintsIn(fetched), document, admission } satisfies Polled
})

/** Polls once. `cursor` is what the last admitted document left behind; it advances in the store only with a document that is read. */
export const poll = traced("Source.poll")(
  function* (
    source: Source,
    routes: ReadonlyArray<Route>,
    cursor: Cursor
  ): Effect.fn.Return<Polled, FetchError | Unreadable | StorageFailed, PollRequirements> {
    if (source.kind === "page" || source.kind === "sitemap") return yield* pollSite(source, routes, cursor)
    return yield* isPaged(source) ? pollPages(source, routes, cursor) : pollDocument(source, routes, cursor)
  },
  Effect.scoped,
  Effect.catchIf(
    (error): error is FetchError | Unreadable => error._tag !== "StorageFailed",
    (error) => Effect.succeed<Polled>({ _tag: "Failed", error })
  )
)
