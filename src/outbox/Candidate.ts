// The items of a polled document, made ready to be compared and stored. Enters: the document and what its source has unlearnt.
// Leaves: each item once, with its keys and a hash of its content. Promises: pure; dates and guids, which feeds change at will, are no content.
import { type Item, maxBodyLength, type Offer } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"
import type { KeyKind, Source } from "../domain/Source.ts"
import { hash16, keysOf } from "../identity/Keys.ts"
import { flatMapLong, heavyPortion, type LongWork, mapLong } from "../identity/LongWork.ts"
import { assessing, type TrustedItem } from "../identity/Trust.ts"
import { newestFirst } from "./AgeOrder.ts"

export interface Candidate {
  readonly item: Item
  /** Hashes; the item is known if one of them is. */
  readonly keys: ReadonlyArray<string>
  /** Hashes that it shares with others of its document; the item is known if one of them is, with the same content. */
  readonly shared: ReadonlyArray<string>
  /** Hashes; the item is known if one of them is, and none of `keys`: it had an id or a group then, or had none yet. */
  readonly formerly: ReadonlyArray<string>
  /** Hashes that are kept with `keys`, and by which it is not looked for. */
  readonly also: ReadonlyArray<string>
  /** Hashes by which other sources may have brought the same thing. */
  readonly joint: ReadonlyArray<string>
  /** Another one means that the content changed; 32 hex digits. */
  readonly contentHash: string
}

export interface Candidates {
  /** Oldest first. */
  readonly items: ReadonlyArray<Candidate>
  readonly repeated: number
  /** Kinds of key that the document proved worthless. */
  readonly distrusted: ReadonlyArray<KeyKind>
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff

const cut = (item: Item): Item => {
  if (item.body.length <= maxBodyLength) return item
  const end = isHighSurrogate(item.body.charCodeAt(maxBodyLength - 1)) ? maxBodyLength - 1 : maxBodyLength
  return { ...item, body: item.body.slice(0, end) }
}

const offerContent = (offer: Offer) => [
  ...[offer.price?.amount, offer.price?.currency, offer.oldPrice?.amount, offer.oldPrice?.currency],
  ...[offer.availability, offer.brand, offer.gtin, offer.mpn, offer.condition, offer.rating, offer.reviews],
  ...[offer.priceIsFrom, offer.categoryPath, offer.options, offer.adult]
]

const contentHashOf = (item: Item): string =>
  hash16(
    JSON.stringify([
      ...[item.title, item.body, item.link, item.author, item.images, item.categories],
      item.offer && offerContent(item.offer)
    ])
  )

/** What is kept of an item, and compared. */
export const contentOf = (item: Item): Pick<Candidate, "item" | "contentHash"> => {
  const kept = cut(item)
  return { item: kept, contentHash: contentHashOf(kept) }
}

/** About what an item costs to hash and to keep, in characters. */
export const weightOf = ({ body, title }: Item): number => 500 + title.length + body.length

export interface Trusted extends TrustedItem {
  readonly item: Item
}

export const candidateOf = ({ item, keys, shared, joint, formerly, also }: Trusted): Candidate => ({
  ...contentOf(item),
  keys: keys.map((key) => key.hash),
  shared: shared.map((key) => key.hash),
  formerly: formerly.map((key) => key.hash),
  also: also.map((key) => key.hash),
  joint: joint.map((key) => key.hash)
})

/** Reads a whole document, in portions. `distrusted`: the kinds of key that the source has proved worthless before. */
export function* candidatesOf(
  source: Source,
  items: ReadonlyArray<Item>,
  distrusted: ReadonlyArray<KeyKind>,
  now: Millis
): LongWork<Candidates> {
  const keys = yield* mapLong(items, (item) => keysOf(item, source), heavyPortion)
  const assessment = yield* assessing(keys, new Set(distrusted))
  const trusted = yield* flatMapLong(assessment.items, (one): ReadonlyArray<Trusted> => {
    const item = items[one.index]
    return item === undefined ? [] : [{ ...one, item }]
  })
  const order = newestFirst(trusted, now).toReversed()
  const oldestFirst = yield* flatMapLong(order, (place) => trusted.slice(place, place + 1))
  const candidates = yield* mapLong(oldestFirst, candidateOf, heavyPortion)
  return { items: candidates, repeated: assessment.repeated, distrusted: assessment.distrusted }
}
