// An XML feed as a document that is fed piece by piece: bytes → postable items, and what the document was.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { DocumentFacts, DocumentReader, Head } from "../../DocumentReader.ts"
import type { Decoder } from "../../reading/Decoder.ts"
import { FeedReader, foundInstead } from "./FeedReader.ts"
import { Selection } from "./Selection.ts"

/** What is looked at to say what a document is that is no feed. */
const startLength = 4_096

export class XmlDocument implements DocumentReader {
  private readonly text: Decoder
  private readonly feed: FeedReader
  private readonly selection: Selection
  private start = ""

  constructor(head: Pick<Head, "url" | "now">, text: Decoder, maxItems: number) {
    this.text = text
    this.feed = new FeedReader(head.url, head.now)
    this.selection = new Selection(maxItems)
  }

  write(bytes: Uint8Array): ReadonlyArray<Item> {
    return this.take(this.text.write(bytes))
  }

  end(): ReadonlyArray<Item> {
    return [...this.take(this.text.end()), ...this.selection.of(this.feed.end())]
  }

  done(): boolean {
    const { root, stopped } = this.feed
    const foreign = root?.isFeed === false && this.start.length >= startLength
    return stopped !== undefined || this.selection.full || foreign
  }

  facts(): Either.Either<DocumentFacts, string> {
    const { complete, root, stopped, title, ttlMs } = this.feed
    if (root?.isFeed !== true) return Either.left(foundInstead(root?.name, this.start))
    if (stopped !== undefined && this.selection.kept === 0) return Either.left(stopped)
    return Either.right({
      ...(title === "" ? {} : { title }),
      ...(ttlMs === undefined ? {} : { ttlMs }),
      complete: complete && !this.selection.full,
      faults: [
        ...this.selection.faults,
        ...(stopped === undefined ? [] : [`everything after a point where ${stopped}`])
      ],
      further: []
    })
  }

  private take(text: string): ReadonlyArray<Item> {
    if (this.start.length < startLength) this.start += text.slice(0, startLength - this.start.length)
    return this.selection.of(this.feed.write(text))
  }
}
