// Reads a document of a shop the way that it arrives: piece by piece.
import { Effect, Either } from "effect"
import type { Item } from "../../../src/domain/Item.ts"
import type { Source } from "../../../src/domain/Source.ts"
import type { DocumentFacts, DocumentReader } from "../../../src/sources/DocumentReader.ts"
import type { SourceKind } from "../../../src/sources/SourceKind.ts"
import { sourceWith } from "../reading/source.ts"

export const shopUrl = "https://shop.example/feeds/feed"

export interface Read {
  readonly items: ReadonlyArray<Item>
  readonly facts: ReturnType<DocumentReader["facts"]>
}

export interface Arrival {
  readonly source?: Partial<Source>
  /** Bytes of each piece. */
  readonly pieces?: number
  readonly contentType?: string
  /** Epoch ms. */
  readonly now?: number
}

const bytesOf = (document: string | Uint8Array): Uint8Array =>
  typeof document === "string" ? new TextEncoder().encode(document) : document

/** All items of a document, and what it was. */
export const readShop = (
  { open }: SourceKind,
  document: string | Uint8Array,
  arrival: Arrival = {}
): Read => {
  const { contentType, now = 0, pieces = 65_536, source = {} } = arrival
  const bytes = bytesOf(document)
  const head = { bytes: bytes.subarray(0, 65_536), url: shopUrl, now, ...(contentType && { contentType }) }
  const reader = Effect.runSync(open(head, sourceWith(source)))
  const items: Array<Item> = []
  for (let at = 0; at < bytes.length && !reader.done(); at += pieces) {
    items.push(...reader.write(bytes.subarray(at, at + pieces)))
  }
  items.push(...reader.end())
  return { items, facts: reader.facts() }
}

/** The facts of a document that is what its source promised. */
export const factsOf = ({ facts }: Read): DocumentFacts => Either.getOrThrow(facts)

/** What was found instead of what the source promised; "" when it is that. */
export const foundIn = ({ facts }: Read): string =>
  Either.match(facts, { onLeft: (left) => (typeof left === "string" ? left : left.found), onRight: () => "" })

/** The only item of a document. */
export const onlyOne = ({ items }: Read): Item => {
  const [item] = items
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items`)
  return item
}
