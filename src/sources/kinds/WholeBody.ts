// A reader that is fed piece by piece, for a poll that has the whole body at once and follows nothing: the body is given to it in slices,
// between which timers run. Stands in until polls feed readers as the body arrives.
import { Clock, Effect, Either } from "effect"
import type { Item } from "../../domain/Item.ts"
import type { Source, SourceKindName } from "../../domain/Source.ts"
import type { DocumentReader, Head } from "../DocumentReader.ts"
import { type SourceKind, Unreadable } from "../SourceKind.ts"

const sliceLength = 65_536

/** The kind that reads its source's own document and no further ones. */
export const wholeBody = (
  name: SourceKindName,
  open: (head: Head, source: Source) => Effect.Effect<DocumentReader>
): SourceKind => ({
  name,
  read: Effect.fn("WholeBody.read")(function* (body, source) {
    const reader = yield* open({ ...body, now: yield* Clock.currentTimeMillis }, source)
    const items: Array<Item> = []
    for (let start = 0; start < body.bytes.length && !reader.done(); start += sliceLength) {
      if (start > 0) yield* Effect.sleep(0)
      for (const item of reader.write(body.bytes.subarray(start, start + sliceLength))) items.push(item)
    }
    for (const item of reader.end()) items.push(item)
    const facts = reader.facts()
    if (Either.isRight(facts)) return { ...facts.right, items }
    const found = typeof facts.left === "string" ? facts.left : facts.left.found
    return yield* new Unreadable({ url: body.url, found })
  })
})
