// Which items of a document are kept: nameable ones, up to the source's limit. What is left out is counted, never silent.
import type { Item } from "../../../domain/Item.ts"

/** "1 item", "2 items". */
export const counted = (items: number): string => `${items} ${items === 1 ? "item" : "items"}`

/** Something by which an item can be named and shown; without it there is nothing to post. */
const isPostable = (item: Item) => item.link !== undefined || item.guid !== undefined || item.title !== ""

/** Lets postable items through up to a limit and remembers what it left out. */
export class Selection {
  /** Items let through. */
  kept = 0
  /** True when items beyond the limit were offered. */
  full = false
  private readonly limit: number
  private nameless = 0

  constructor(limit: number) {
    this.limit = limit
  }

  of(items: ReadonlyArray<Item>): ReadonlyArray<Item> {
    const postable = items.filter(isPostable)
    this.nameless += items.length - postable.length
    const kept = postable.slice(0, this.limit - this.kept)
    this.kept += kept.length
    this.full ||= kept.length < postable.length
    return kept
  }

  get faults(): ReadonlyArray<string> {
    return [
      ...(this.nameless === 0 ? [] : [`${counted(this.nameless)} without link, guid and title`]),
      ...(this.full ? [`items beyond the first ${this.limit}`] : [])
    ]
  }
}
