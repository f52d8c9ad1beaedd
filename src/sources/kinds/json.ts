// Kind "json": an API whose answers the catalog maps (`items`, `fields`), page after page (`next`, `page`). Answers of any size are read item
// by item: only one element is parsed at a time, so that neither memory nor the event loop feels how long the list is.
import { Effect } from "effect"
import type { Source } from "../../domain/Source.ts"
import type { DocumentReader, Head } from "../DocumentReader.ts"
import { decoderFor } from "../reading/HeadText.ts"
import { JsonReader } from "./json/JsonReader.ts"

/** Opens one page of the API. */
export const openJson = (head: Head, source: Source): Effect.Effect<DocumentReader> =>
  Effect.map(decoderFor(head), (text) => {
    const reader = new JsonReader(head.url, source)
    return {
      write: (bytes) => reader.write(text.write(bytes)),
      end: () => [...reader.write(text.end()), ...reader.end()],
      done: () => reader.done,
      facts: () => reader.facts()
    }
  })
