// A JSON Feed as a document that is fed piece by piece. JSON of this form cannot be understood before its end: it is kept up to a limit
// that no feed comes near, and read then.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { DocumentFacts, DocumentReader } from "../../DocumentReader.ts"
import type { Decoder } from "../../reading/Decoder.ts"
import { type JsonFeed, readJsonFeed } from "./JsonFeed.ts"
import { counted, Selection } from "./Selection.ts"

/** `JSON.parse` holds the event loop about 10 ms a million characters. */
const maxLength = 20_000_000

export class JsonDocument implements DocumentReader {
  private readonly url: string
  private readonly text: Decoder
  private readonly selection: Selection
  private readonly texts: Array<string> = []
  private length = 0
  private feed: Either.Either<JsonFeed, string> = Either.left("JSON that was not read to its end")

  constructor(url: string, text: Decoder, maxItems: number) {
    this.url = url
    this.text = text
    this.selection = new Selection(maxItems)
  }

  write(bytes: Uint8Array): ReadonlyArray<Item> {
    this.take(this.text.write(bytes))
    return []
  }

  end(): ReadonlyArray<Item> {
    this.take(this.text.end())
    const text = this.texts.join("").replace(/^\ufeff/, "")
    this.feed = this.done()
      ? Either.left(`JSON longer than ${maxLength} characters`)
      : readJsonFeed(text, this.url)
    return Either.match(this.feed, { onLeft: () => [], onRight: ({ items }) => this.selection.of(items) })
  }

  done(): boolean {
    return this.length > maxLength
  }

  facts(): Either.Either<DocumentFacts, string> {
    return Either.map(this.feed, ({ misshapen, title }) => ({
      ...(title === "" ? {} : { title }),
      complete: !this.selection.full,
      faults: [
        ...this.selection.faults,
        ...(misshapen === 0 ? [] : [`${counted(misshapen)} not shaped like a JSON Feed item`])
      ],
      further: []
    }))
  }

  private take(text: string): void {
    this.length += text.length
    if (this.length <= maxLength) this.texts.push(text)
  }
}
