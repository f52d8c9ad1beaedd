// Which keys of a source go together: what belongs to another kind. Pure.
import type { SourceFile } from "./CatalogSchema.ts"

type Kind = SourceFile["kind"]

/** Keys that only some kinds understand. */
const owners: Readonly<Record<string, ReadonlyArray<Kind>>> = {
  currency: ["yml", "merchant", "csv"],
  encoding: ["yml", "merchant", "csv"],
  delimiter: ["merchant", "csv"],
  columns: ["merchant", "csv"]
}

/** A key of the source and what is wrong with it, as a clause that follows the key. */
export type KeyFault = readonly [key: string, message: string]

/** All that is wrong between the keys of a source. */
export const keyFaults = (file: SourceFile): ReadonlyArray<KeyFault> =>
  Object.entries(owners).flatMap(([key, kinds]) =>
    key in file && !kinds.includes(file.kind)
      ? [[key, `is only for kind ${kinds.join(", ")}, but this source is ${file.kind}`] as const]
      : []
  )
