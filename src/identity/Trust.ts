// Which keys of a document's items can be trusted. Enters: the keys of all items of one document, and the kinds that the source has
// proved worthless before. Leaves: each item once, with the keys that name it and nothing else. Promises: no key belongs to two of the
// items that leave, and no item leaves without a key. Never looks at what is known already.
import type { KeyKind } from "../domain/Source.ts"
import type { ItemKeys, Key, Place } from "./Keys.ts"
import { finish, flatMapLong, type LongWork, mapLong } from "./LongWork.ts"

/** An item of the document that stands for itself and for its repetitions. */
export interface TrustedItem {
  /** Its place in the document. */
  readonly index: number
  /** Any one of them known means the item is known; an admitted item keeps them all. Never empty. */
  readonly keys: ReadonlyArray<Key>
  /**
   * Keys that others of the document bear too, of an item that has no other but its words. It may have been known by them when it was alone
   * in bearing them; they do not say which of the bearers is the known one.
   */
  readonly shared: ReadonlyArray<Key>
  readonly joint: ReadonlyArray<Key>
  /** Known by these when by none of its keys: it had an id or a group then, or had none yet. */
  readonly formerly: ReadonlyArray<Key>
  /** Kept as well, for the time when it has no id, or no group. */
  readonly also: ReadonlyArray<Key>
}

export interface Assessment {
  readonly items: ReadonlyArray<TrustedItem>
  /** Items that only repeat an earlier one: listed twice, or further variants of a group. */
  readonly repeated: number
  /** Kinds that this document proved worthless, to be distrusted for good. */
  readonly distrusted: ReadonlyArray<KeyKind>
  /** How many items repeat a key of a kind. */
  readonly repeats: ReadonlyMap<KeyKind, number>
}

/**
 * A kind that more of a document's items repeat than this is worthless for the source, for good: going back causes duplicates.
 * @source FreshRSS #5909; reference/feeds.md §3 rule 2, 2026-11-24
 */
export const distrustShare = 0.05

type Kinds = ReadonlySet<KeyKind>

interface Candidate {
  readonly index: number
  readonly keys: ItemKeys
}

const without = (keys: ReadonlyArray<Key>, kinds: Kinds): ReadonlyArray<Key> =>
  keys.filter((key) => !kinds.has(key.kind))

/** The keys of the best rank of which `admits` leaves any; the words when there is none. */
const ranked = (keys: ItemKeys, admits: (rank: ReadonlyArray<Key>) => ReadonlyArray<Key>) =>
  keys.local.map(admits).find((rank) => rank.length > 0) ?? [keys.text]

/** Items that are one: variants of a group with their parent, and those that agree in every key and in their title. */
function* distinct(document: ReadonlyArray<ItemKeys>, distrusted: Kinds): LongWork<ReadonlyArray<Candidate>> {
  const groups = new Set<string>()
  const signatures = yield* mapLong(document, (keys) => {
    const best = ranked(keys, (rank) => without(rank, distrusted))
    const hash = best.map((key) => key.hash).join()
    if (keys.grouped && best.some((key) => key.kind === "id")) groups.add(hash)
    return { hash, label: keys.label }
  })
  const seen = new Set<string>()
  return yield* flatMapLong(document, (keys, index) => {
    const { hash = "", label = "" } = signatures[index] ?? {}
    const signature = groups.has(hash) ? hash : `${hash}\n${label}`
    if (seen.has(signature)) return []
    seen.add(signature)
    return [{ index, keys }]
  })
}

interface Census {
  /** How many items carry a key, by its hash. */
  readonly carriers: ReadonlyMap<string, number>
  readonly repeats: ReadonlyMap<KeyKind, number>
  /** How many variants have an id of their own, by the hash that an offer without a group has with it. */
  readonly variants: ReadonlyMap<string, number>
}

/** Kinds repeated in too much of a document of `items`. */
export const worthlessOf = (repeats: ReadonlyMap<KeyKind, number>, items: number): ReadonlyArray<KeyKind> =>
  [...repeats]
    .filter(([, count]) => count > distrustShare * items)
    .map(([kind]) => kind)
    .sort()

function* census(
  items: ReadonlyArray<Candidate>,
  distrusted: Kinds,
  taken: ReadonlySet<string>
): LongWork<Census> {
  const carriers = new Map<string, number>([...taken].map((hash) => [hash, 1]))
  const repeats = new Map<KeyKind, number>()
  const variants = new Map<string, number>()
  yield* mapLong(items, ({ keys }) => {
    const own = keys.grouped ? keys.own?.plain.hash : undefined
    if (own !== undefined) variants.set(own, (variants.get(own) ?? 0) + 1)
    const repeating = new Set<KeyKind>()
    for (const key of without([...keys.local.flat(), ...keys.joint], distrusted)) {
      const earlier = carriers.get(key.hash) ?? 0
      carriers.set(key.hash, earlier + 1)
      if (earlier > 0) repeating.add(key.kind)
    }
    for (const kind of repeating) repeats.set(kind, (repeats.get(kind) ?? 0) + 1)
  })
  return { carriers, repeats, variants }
}

/**
 * The keys to look up and to store. A kind that falls from grace just now still recognises, this once, the items known by it, and is
 * joined by the keys that will name them from the next document on.
 */
const trustedKeys = (keys: ItemKeys, carriers: Census["carriers"], before: Kinds, after: Kinds) => {
  const own = (rank: ReadonlyArray<Key>) => rank.filter((key) => carriers.get(key.hash) === 1)
  const now = ranked(keys, (rank) => own(without(rank, before)))
  const lasting = ranked(keys, (rank) => own(without(rank, after)))
  return [...new Map([...now, ...lasting].map((key) => [key.hash, key])).values()]
}

/** What an item would be known by with an id, or a group, that it has not, or without those that it has. */
const otherwise = (
  { grouped, own, places }: ItemKeys,
  trusted: ReadonlyArray<Key>,
  { carriers, variants }: Census,
  after: Kinds
): Pick<TrustedItem, "formerly" | "also"> => {
  const hasId = trusted.some((key) => key.kind === "id")
  const former = (place: Place, stays: boolean) =>
    stays ? { formerly: place.plain, also: [place.ofOffer] } : { formerly: place.ofOffer, also: [] }
  const alone = places.filter(({ plain }) => !after.has("url") && carriers.get(plain.hash) === 1)
  const isOwn =
    own !== undefined && (variants.get(own.plain.hash) ?? 0) + (carriers.get(own.plain.hash) ?? 0) === 1
  const all = [
    ...alone.map((place) => former(place, hasId)),
    ...(isOwn && hasId ? [former(own, grouped)] : [])
  ]
  return { formerly: all.map((one) => one.formerly), also: all.flatMap((one) => one.also) }
}

/** `assess`, in portions. `taken`: keys of items that stand before these in the same document. */
export function* assessing(
  document: ReadonlyArray<ItemKeys>,
  before: Kinds,
  taken: ReadonlySet<string> = new Set()
): LongWork<Assessment> {
  const candidates = yield* distinct(document, before)
  const counts = yield* census(candidates, before, taken)
  const { carriers, repeats } = counts
  const worthless = worthlessOf(repeats, candidates.length)
  const after = new Set([...before, ...worthless])
  const words = new Set<string>()
  const items = yield* flatMapLong(candidates, ({ index, keys }) => {
    const trusted = trustedKeys(keys, carriers, before, after)
    const text = trusted.find((key) => key.kind === "text")
    // Without any other key, equal words are the same item, whatever worthless keys they carry.
    if (text !== undefined && words.has(text.hash)) return []
    if (text !== undefined) words.add(text.hash)
    const joint = without(keys.joint, after).filter((key) => carriers.get(key.hash) === 1)
    const bare = trusted.every((key) => key.kind === "text")
    const shared = bare ? without(keys.local.flat(), before) : []
    return [{ index, keys: trusted, shared, joint, ...otherwise(keys, trusted, counts, after) }]
  })
  return { items, repeated: document.length - items.length, distrusted: worthless, repeats }
}

/** Judges a whole document. `distrusted`: the kinds that earlier documents of the source proved worthless. */
export const assess = (document: ReadonlyArray<ItemKeys>, distrusted: Kinds): Assessment =>
  finish(assessing(document, distrusted))
