// Which items of a document are newer. Enters: the items in the order of the document. Leaves: their places, the newest first.
// The rule: by claimed date, the later the newer; equal dates by the order of the document, in which feeds list the newest first. An
// item without a date keeps to the one above it (at the top: below it), and a date in the future counts as now.
import type { Item } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"

interface Aged {
  readonly item: Pick<Item, "publishedAt">
}

const datesOf = (items: ReadonlyArray<Aged>, now: Millis): ReadonlyArray<Millis> => {
  const firstDated = items.find(({ item }) => item.publishedAt !== undefined)
  let above = Math.min(firstDated?.item.publishedAt ?? 0, now)
  return items.map(({ item }) => {
    above = item.publishedAt === undefined ? above : Math.min(item.publishedAt, now)
    return above
  })
}

/** Indices into `items`, newest first. The same document gives the same order at any `now` later than its dates. */
export const newestFirst = (items: ReadonlyArray<Aged>, now: Millis): ReadonlyArray<number> => {
  const dates = datesOf(items, now)
  const dateAt = (index: number) => dates[index] ?? 0
  return items.map((_, index) => index).sort((a, b) => dateAt(b) - dateAt(a) || a - b)
}
