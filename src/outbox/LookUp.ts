// Finds known items by their keys, in statements of bounded length.
import { Effect } from "effect"
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
