// A reader of a document's text as a reader of its bytes.
import { Effect, type Either } from "effect"
import type { Item } from "../../domain/Item.ts"
import type { Blocked, DocumentFacts, DocumentReader, Head } from "../DocumentReader.ts"
import { decoderOf } from "../reading/DocumentText.ts"

/** As `DocumentReader`, but fed with text. */
export interface TextReader {
  readonly write: (text: string) => ReadonlyArray<Item>
  readonly end: () => ReadonlyArray<Item>
  readonly done: boolean
  readonly facts: () => Either.Either<DocumentFacts, string | Blocked>
}

/** The charset is told from the head; all bytes are decoded by one decoder. */
export const overText = (head: Head, reader: TextReader): Effect.Effect<DocumentReader> =>
  Effect.map(decoderOf(head), (text) => ({
    write: (bytes) => reader.write(text.write(bytes)),
    end: () => [...reader.write(text.end()), ...reader.end()],
    done: () => reader.done,
    facts: () => reader.facts()
  }))
