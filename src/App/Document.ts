// One look at a source without remembering it: fetch and read, nothing admitted.
import { Effect } from "effect"
import type { Source } from "../domain/Source.ts"
import { shown } from "../sources/Address.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { Kinds } from "../sources/Kinds.ts"
import { Unreadable } from "../sources/SourceKind.ts"

export const fetchDocument = Effect.fn("Document.fetch")(function* (source: Source) {
  const [fetcher, kinds] = yield* Effect.all([Fetcher, Kinds])
  const fetched = yield* fetcher.fetch({
    url: source.url,
    cursor: {},
    maxBytes: source.maxBytes,
    allowPrivate: source.allowPrivate
  })
  if (fetched._tag !== "Document") {
    return yield* new Unreadable({
      url: shown(source.url),
      found: "the server says that nothing changed, though it was not asked"
    })
  }
  return yield* kinds[source.kind].read(fetched.body, source)
})
