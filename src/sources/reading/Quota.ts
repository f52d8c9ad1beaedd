// Which of a document's items are kept: nameable ones, up to the source's limit, without holding any of them. What is left out is counted.
import type { Item } from "../../domain/Item.ts"

/** "1 item", "2 items". */
const counted = (items: number): string => `${items} ${items === 1 ? "item" : "items"}`

/** Something by which an item can be named and shown; without it there is nothing to post. */
const isPostable = (item: Item) => item.link !== undefined || item.guid !== undefined || item.title !== ""

export class Quota {
  kept = 0
  nameless = 0
  /** True when items beyond the limit were offered. */
  full = false
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  /** Those of the items that are kept. */
  admit(items: ReadonlyArray<Item>): ReadonlyArray<Item> {
    return items.filter((item) => {
      if (!isPostable(item)) {
        this.nameless++
        return false
      }
      if (this.kept === this.limit) this.full = true
      else this.kept++
      return !this.full
    })
  }

  get faults(): ReadonlyArray<string> {
    return [
      ...(this.nameless === 0 ? [] : [`${counted(this.nameless)} without link, guid and title`]),
      ...(this.full ? [`items beyond the first ${this.limit}`] : [])
    ]
  }
}
