// Which items of a document are newer. Enters: the items in the order of the document. Leaves: their ages, or their places, the newest first.
// The rule: by claimed date, the later the newer; equal dates by the order of the document, in which feeds list the newest first. An
// item without a date keeps to the one above it (at the top: below it), and a date in the future counts as now.
import type { Item } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"

type Dated = Pick<Item, "publishedAt">

interface Aged {
  readonly item: Dated
}

/** Where an item stands by age among those of its document. */
export interface Age {
  readonly date: Millis
  /** In the document, from 0. */
  readonly position: number
}

/** Gives dates to the items of a document, which may come in several parts. */
export class Dating {
  private above: Millis
  private readonly now: Millis

  /** `first`: of the items at the top, as many as are known. */
  constructor(first: ReadonlyArray<Dated>, now: Millis) {
    const firstDated = first.find(({ publishedAt }) => publishedAt !== undefined)
    this.above = Math.min(firstDated?.publishedAt ?? 0, now)
    this.now = now
  }

  next({ publishedAt }: Dated): Millis {
    this.above = publishedAt === undefined ? this.above : Math.min(publishedAt, this.now)
    return this.above
  }
}

/** Negative when `a` is older than `b`. */
export const byAge = (a: Age, b: Age): number => a.date - b.date || b.position - a.position

/** Indices into `items`, newest first. The same document gives the same order at any `now` later than its dates. */
export const newestFirst = (items: ReadonlyArray<Aged>, now: Millis): ReadonlyArray<number> => {
  const dating = new Dating(
    items.map(({ item }) => item),
    now
  )
  const ages = items.map(({ item }, position): Age => ({ date: dating.next(item), position }))
  return ages.sort((a, b) => byAge(b, a)).map((age) => age.position)
}
