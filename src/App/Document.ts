// One look at a source without remembering it: fetch and read, nothing admitted. Of a sitemap or a list that has no items itself, the first
// page that it leads to is looked at, as its site permits.
import { Effect } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Source } from "../domain/Source.ts"
import { traced } from "../Spans.ts"
import { shown } from "../sources/Address.ts"
import type { Further } from "../sources/DocumentReader.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { Kinds } from "../sources/Kinds.ts"
import { readWhole } from "../sources/Reading.ts"
import { type SourceKind, Unreadable } from "../sources/SourceKind.ts"
import { closedTo, permitFor, visit } from "../sources/Visiting.ts"

/** From an index over a sitemap to a page. */
const maxSteps = 3

const firstBehind = Effect.fnUntraced(function* (source: Source, further: ReadonlyArray<Further>) {
  let pages = further
  for (let steps = 0; steps < maxSteps; steps++) {
    const [first] = pages
    if (first === undefined || first.as === "json") break
    const permit = yield* permitFor(first.url, source)
    if (!permit.allowed) return yield* closedTo(first.url)
    const went = yield* visit(source, { url: first.url, kind: first.as, cursor: {}, failures: 0 }, permit)
    if (went.items.length > 0) return went.items
    pages = went.listing?.pages ?? []
  }
  return [] satisfies ReadonlyArray<Item>
})

/** The source's own document alone, as the kind reads it. */
export const fetchOwn = traced("Document.fetchOwn")(function* (source: Source, kind: SourceKind) {
  const fetcher = yield* Fetcher
  const { allowPrivate, maxBytes, url } = source
  const fetched = yield* fetcher.fetch({ url, cursor: {}, maxBytes, allowPrivate, accept: kind.accept })
  if (fetched._tag !== "Document") {
    return yield* new Unreadable({
      url: shown(source.url),
      found: "the server says that nothing changed, though it was not asked"
    })
  }
  return yield* readWhole(kind, fetched.body, source)
}, Effect.scoped)

export const fetchDocument = traced("Document.fetch")(function* (source: Source) {
  const kinds = yield* Kinds
  const document = yield* fetchOwn(source, kinds[source.kind])
  if (document.items.length > 0 || document.further.length === 0) return document
  const items = yield* firstBehind(source, document.further)
  const fault = `${document.further.length} pages named, of which the first is shown`
  return { ...document, items, faults: [...document.faults, fault] }
})
