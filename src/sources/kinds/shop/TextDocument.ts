// A format that is read as text → a document reader: bytes become text here, variants are put together here, items beyond the
// source's limit stay behind here. The one place of the product kinds that knows about charsets.
import { Effect, Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import type { DocumentFacts, DocumentReader, Head } from "../../DocumentReader.ts"
import { blockedIn } from "../../reading/BotCheck.ts"
import { saidOf } from "../../reading/Charset.ts"
import { decoderOf } from "../../reading/DocumentText.ts"
import { Selection } from "../rss/Selection.ts"
import { VariantGroups } from "./VariantGroups.ts"

/** A format as its kind reads it. Its facts are the document's, but for what was left out here. */
export interface TextFormat {
  readonly write: (text: string) => ReadonlyArray<Item>
  readonly end: () => ReadonlyArray<Item>
  readonly done: () => boolean
  readonly facts: () => Either.Either<Pick<DocumentFacts, "title" | "complete" | "faults">, string>
}

/** How much of a body is looked at to tell its format: not more than every head has, so that the answer never depends on luck. */
const sampleLength = 65_536

/** The source's own charset counts like one that the server names, where neither server nor document name another than UTF-8. */
const told = ({ bytes, contentType }: Head, encoding: string | undefined) => {
  const { charset = "utf-8" } = saidOf(bytes, contentType)
  const type = encoding !== undefined && charset === "utf-8" ? `text/plain; charset=${encoding}` : contentType
  return { bytes, ...(type === undefined ? {} : { contentType: type }) }
}

/** A reader of the document that `head` begins; `formatOf` chooses the format by the text of the head. */
export const textDocument = Effect.fnUntraced(function* (
  head: Head,
  source: Source,
  formatOf: (sample: string) => TextFormat
) {
  const start = told({ ...head, bytes: head.bytes.subarray(0, sampleLength) }, source.encoding)
  const sample = yield* decoderOf(start)
  const beginning = sample.write(start.bytes)
  const format = formatOf(beginning)
  const text = yield* decoderOf(start)
  const selection = new Selection(source.maxItems)
  const groups = source.variants === "group" ? new VariantGroups() : undefined
  const grouped = (items: ReadonlyArray<Item>) => groups?.of(items) ?? items
  const last = () => grouped([...format.write(text.end()), ...format.end()])
  return {
    write: (bytes) => selection.of(grouped(format.write(text.write(bytes)))),
    end: () => selection.of([...last(), ...(groups?.end() ?? [])]),
    done: () => selection.full || format.done(),
    facts: () =>
      Either.mapBoth(format.facts(), {
        onLeft: (found) => blockedIn(beginning) ?? found,
        onRight: (facts) => ({
          ...facts,
          complete: facts.complete && !selection.full,
          faults: [...selection.faults, ...facts.faults],
          further: []
        })
      })
  } satisfies DocumentReader
})
