// Finds known items by their keys, in statements of bounded length.
import { Effect } from "effect"
import type { Candidate } from "./Candidate.ts"
import type { IntakeReads, IntakeStore, KnownItem } from "./IntakeStore.ts"
import { breathe, slices } from "./Paced.ts"

/** Keys looked up by one statement: some milliseconds. */
const keysPerLookUp = 1_000

export type Known = ReadonlyMap<string, KnownItem>

/** The items that have one of these keys, by key. */
export const lookUp = Effect.fnUntraced(function* (store: IntakeStore, hashes: ReadonlyArray<string>) {
  const known = new Map<string, KnownItem>()
  for (const [at, slice] of slices(hashes, keysPerLookUp).entries()) {
    if (slice.length === 0) break
    if (at > 0) yield* breathe
    const found = yield* store.read("look up items", (rows) => rows.known(slice))
    for (const [hash, item] of found) known.set(hash, item)
  }
  return known
})

/** All that is known of these. Of what is known by its keys there is nothing else to know, so only the others are looked for by what they were. */
export const lookUpCandidates = Effect.fnUntraced(function* (
  store: IntakeStore,
  candidates: ReadonlyArray<Candidate>
) {
  const known = yield* lookUp(
    store,
    candidates.flatMap(({ also, keys, shared }) => [...keys, ...shared, ...also])
  )
  const others = candidates.filter(({ keys }) => !keys.some((hash) => known.has(hash)))
  const former = yield* lookUp(
    store,
    others.flatMap(({ formerly }) => formerly)
  )
  return new Map([...known, ...former])
})

/** Those that another poll of the same source has not admitted since they were looked up. */
export const stillUnknown = <A extends { readonly candidate: Candidate }>(
  rows: IntakeReads,
  fresh: ReadonlyArray<A>
): ReadonlyArray<A> => {
  const keysIn = ({ candidate }: A) => [...candidate.keys, ...candidate.formerly]
  const known = rows.known(fresh.flatMap(keysIn))
  return known.size === 0 ? fresh : fresh.filter((one) => !keysIn(one).some((hash) => known.has(hash)))
}
