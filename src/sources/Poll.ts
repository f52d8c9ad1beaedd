// One poll of a source: fetch, read, admit while it is read. Enters: the source, its routes, its cursor. Leaves: what came of it as a value,
// expected errors included. Promises: memory stays flat however large the body is; the cursor advances only together with the items; what an
// interrupted poll has admitted the next one goes on with. Only a store that cannot go on fails it.
import { Clock, Duration, Effect } from "effect"
import type { Source } from "../domain/Source.ts"
import { type Admission, type Cursor, Intake, type Route } from "../outbox/Intake.ts"
import { whilePassing } from "../outbox/Patience.ts"
import { shown } from "./Address.ts"
import type { DocumentFacts } from "./DocumentReader.ts"
import { type FetchError, FetchFailed } from "./FetchErrors.ts"
import { type Fetched, Fetcher } from "./Fetcher.ts"
import { Kinds } from "./Kinds.ts"
import { reading } from "./Reading.ts"
import { allowanceMs } from "./Receiving.ts"
import type { Unreadable } from "./SourceKind.ts"

type Without<A, K extends PropertyKey> = A extends unknown ? Omit<A, K> : never

export type Polled =
  /** The server says, or the bytes show, that nothing changed. */
  | { readonly _tag: "Same"; readonly fetched: Exclude<Fetched, { _tag: "Document" }> }
  | {
      readonly _tag: "Read"
      readonly fetched: Without<Extract<Fetched, { _tag: "Document" }>, "body" | "cursor">
      readonly document: DocumentFacts
      readonly admission: Admission
    }
  | { readonly _tag: "Failed"; readonly error: FetchError | Unreadable }

/** Beyond the fetcher's own limit there is only waiting for a turn at a crowded host; this ends even that. */
const turnCeilingMs = 600_000

const fetchFrom = Effect.fnUntraced(function* (source: Source, accept: string, cursor: Cursor) {
  const fetcher = yield* Fetcher
  const url = shown(source.url)
  const { maxBytes, allowPrivate } = source
  return yield* fetcher.fetch({ url: source.url, cursor, maxBytes, allowPrivate, accept }).pipe(
    Effect.timeoutFail({
      duration: turnCeilingMs + allowanceMs(maxBytes),
      onTimeout: () => {
        const detail = `had no turn within ${Duration.format(Duration.millis(turnCeilingMs))}`
        return new FetchFailed({ url, reason: "timeout", detail })
      }
    })
  )
})

/** Polls once. `cursor` is what the last admitted document left behind; it advances in the store only with a document that is read. */
export const poll = Effect.fn("Source.poll")(
  function* (source: Source, routes: ReadonlyArray<Route>, cursor: Cursor) {
    const kind = (yield* Kinds)[source.kind]
    const fetched = yield* fetchFrom(source, kind.accept, cursor)
    if (fetched._tag !== "Document") return { _tag: "Same", fetched } satisfies Polled
    const { body, cursor: advanced, ...rest } = fetched
    const intake = yield* Intake
    const now = yield* Clock.currentTimeMillis
    const session = yield* whilePassing(intake.session({ source, routes, now }))
    const document = yield* reading(kind, body, source, session.admit)
    const admission = yield* session.end({ complete: document.complete, cursor: advanced })
    return { _tag: "Read", fetched: rest, document, admission } satisfies Polled
  },
  Effect.scoped,
  Effect.catchIf(
    (error): error is FetchError | Unreadable => error._tag !== "StorageFailed",
    (error) => Effect.succeed<Polled>({ _tag: "Failed", error })
  )
)
