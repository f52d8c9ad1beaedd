// Which keys of a source go together: what belongs to another kind, what a kind cannot do without. Pure.
import type { SourceFile } from "./CatalogSchema.ts"

type Kind = SourceFile["kind"]

/** Keys that only some kinds understand. */
const owners: ReadonlyArray<readonly [key: string, kinds: ReadonlyArray<Kind>]> = Object.entries({
  links: ["page", "sitemap"],
  skip: ["page", "sitemap"],
  items: ["json"],
  fields: ["json"],
  next: ["json"],
  page: ["json"],
  currency: ["yml", "merchant", "csv", "page", "sitemap"],
  encoding: ["yml", "merchant", "csv"],
  delimiter: ["merchant", "csv"],
  columns: ["merchant", "csv"]
})

/** A key of the source and what is wrong with it, as a clause that follows the key. */
export type KeyFault = readonly [key: string, message: string]

const kindsInWords = (kinds: ReadonlyArray<Kind>): string =>
  [kinds.slice(0, -1).join(", "), ...kinds.slice(-1)].filter((text) => text !== "").join(" and ")

const misplaced = (file: SourceFile): ReadonlyArray<KeyFault> =>
  owners.flatMap(([key, kinds]) =>
    key in file && !kinds.includes(file.kind)
      ? [[key, `is only for kind ${kindsInWords(kinds)}, but this source is ${file.kind}`] as const]
      : []
  )

const incomplete = ({ fields, kind, next, page }: SourceFile): ReadonlyArray<KeyFault> => {
  if (kind !== "json") return []
  const nameless =
    fields !== undefined && [fields.id, fields.link, fields.title].every((one) => one === undefined)
  return [
    ...(fields === undefined
      ? [["kind", "json needs fields: where in an item its title, link and price are"] as const]
      : []),
    ...(nameless
      ? [["fields", "must have title, link or id: without them there is nothing to post"] as const]
      : []),
    ...(next !== undefined && page !== undefined ? [["page", "and next exclude each other"] as const] : [])
  ]
}

/** All that is wrong between the keys of a source. */
export const keyFaults = (file: SourceFile): ReadonlyArray<KeyFault> => [
  ...misplaced(file),
  ...incomplete(file)
]
