// Reads a document the way a poll feeds it: head first, then all bytes in pieces.
import { Effect, Either } from "effect"
import type { Item } from "../../../src/domain/Item.ts"
import type { Source } from "../../../src/domain/Source.ts"
import type { Blocked, DocumentFacts } from "../../../src/sources/DocumentReader.ts"
import type { SourceKind, Unreadable } from "../../../src/sources/SourceKind.ts"
import { sourceWith } from "../reading/source.ts"

export interface Given {
  readonly url?: string
  readonly contentType?: string
  readonly source?: Partial<Source>
  /** Bytes in one piece. */
  readonly size?: number
}

export interface Found {
  readonly items: ReadonlyArray<Item>
  readonly facts: Either.Either<DocumentFacts, string | Blocked>
}

/** What the tests' clock shows. */
export const now = Date.UTC(2026, 10, 25, 12)

export const readWith =
  (kind: SourceKind, defaults: Partial<Source>, defaultUrl: string) =>
  (document: string | Uint8Array, given: Given = {}): Effect.Effect<Found, Unreadable> =>
    Effect.gen(function* () {
      const { contentType, size = 65_536, source, url = defaultUrl } = given
      const bytes = typeof document === "string" ? new TextEncoder().encode(document) : document
      const head = {
        bytes: bytes.subarray(0, 65_536),
        url,
        now,
        ...(contentType === undefined ? {} : { contentType })
      }
      const reader = yield* kind.open(head, sourceWith({ url: defaultUrl, ...defaults, ...source }))
      const items: Array<Item> = []
      for (let at = 0; at < bytes.length && !reader.done(); at += size)
        for (const item of reader.write(bytes.subarray(at, at + size))) items.push(item)
      for (const item of reader.end()) items.push(item)
      return { items, facts: reader.facts() }
    })

/** The facts of a document that was read. */
export const factsOf = ({ facts }: Found): DocumentFacts =>
  Either.getOrElse(facts, (left) => {
    throw new Error(typeof left === "string" ? left : left.found)
  })

/** Why a document was refused. */
export const refusalOf = ({ facts }: Found): string | Blocked =>
  Either.getOrThrowWith(Either.flip(facts), () => new Error("it was read"))

export const onlyItem = ({ items }: Found): Item => {
  const [item] = items
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items`)
  return item
}
