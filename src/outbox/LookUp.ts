// Finds known items by their keys, in statements of bounded length.
import { Effect } from "effect"
import type { Candidate } from "./Candidate.ts"
import type { IntakeStore, KnownItem } from "./IntakeStore.ts"
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

/** Items looked up at once. */
const itemsPerLookUp = 500

/** All that is known of these. Of what is known by its keys there is nothing else to know, so only the others are looked for by what they were. */
export const recognise = Effect.fnUntraced(function* (
  store: IntakeStore,
  candidates: ReadonlyArray<Candidate>
) {
  const known = new Map<string, KnownItem>()
  const add = (found: Known) => {
    for (const [hash, item] of found) known.set(hash, item)
  }
  for (const [at, slice] of slices(candidates, itemsPerLookUp).entries()) {
    if (at > 0) yield* breathe
    const sure = slice.flatMap(({ also, keys, shared }) => [...keys, ...shared, ...also])
    add(yield* store.read("look up items", (rows) => rows.known(sure)))
    const others = slice.filter(({ keys }) => !keys.some((hash) => known.has(hash)))
    const former = others.flatMap(({ formerly }) => formerly)
    if (former.length > 0) add(yield* store.read("look up items", (rows) => rows.known(former)))
  }
  return known
})
