// One look at a source without remembering it: fetch and read, nothing admitted.
import { Effect } from "effect"
import type { Source } from "../domain/Source.ts"
import { shown } from "../sources/Address.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { Kinds } from "../sources/Kinds.ts"
import { readWhole } from "../sources/Reading.ts"
import { Unreadable } from "../sources/SourceKind.ts"

export const fetchDocument = Effect.fn("Document.fetch")(function* (source: Source) {
  const [fetcher, kinds] = yield* Effect.all([Fetcher, Kinds])
  const kind = kinds[source.kind]
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
