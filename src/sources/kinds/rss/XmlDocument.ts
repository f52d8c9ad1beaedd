// An XML feed as a document that is fed piece by piece: bytes → postable items, and what the document was.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { Blocked, DocumentFacts, DocumentReader, Head } from "../../DocumentReader.ts"
import type { Decoder } from "../../reading/Decoder.ts"
import { Sample } from "../../reading/Sample.ts"
import { FeedReader, foundInstead } from "./FeedReader.ts"
import { Selection } from "./Selection.ts"

export class XmlDocument implements DocumentReader {
  private readonly text: Decoder
  private readonly feed: FeedReader
  private readonly selection: Selection
  private readonly sample = new Sample()

  constructor(head: Pick<Head, "url" | "now">, text: Decoder, maxItems: number) {
    this.text = text
    this.feed = new FeedReader(head.url, head.now)
    this.selection = new Selection(maxItems)
  }

  write(bytes: Uint8Array): ReadonlyArray<Item> {
    return this.take(this.text.write(bytes))
  }

  end(): ReadonlyArray<Item> {
    const items = this.take(this.text.end())
    this.feed.end()
    return items
  }

  done(): boolean {
    const { root, stopped } = this.feed
    const isHopeless = stopped !== undefined || root?.isFeed === false
    return this.selection.full || (isHopeless && this.sample.isFull)
  }

  facts(): Either.Either<DocumentFacts, string | Blocked> {
    const { complete, root, stopped, title, ttlMs } = this.feed
    if (root?.isFeed !== true)
      return Either.left(this.sample.blocked ?? foundInstead(root?.name, this.sample.text))
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
    this.sample.add(text)
    return this.selection.of(this.feed.write(text))
  }
}
