// A set of item ids in an eighth of a byte each: the items of a document that is too long to be kept. Ids are dense, since stores count them.
import type { ItemId } from "../domain/Names.ts"

/** Ids of one page: 8 KB. */
const pageBits = 65_536

export class ItemSet {
  size = 0
  private readonly pages = new Map<number, Uint32Array>()

  has(id: ItemId): boolean {
    const page = this.pages.get(Math.floor(id / pageBits))
    const place = id % pageBits
    return page !== undefined && ((page[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0
  }

  add(id: ItemId): void {
    if (this.has(id)) return
    const number = Math.floor(id / pageBits)
    const page = this.pages.get(number) ?? new Uint32Array(pageBits / 32)
    this.pages.set(number, page)
    const place = id % pageBits
    page[place >>> 5] = (page[place >>> 5] ?? 0) | (1 << (place & 31))
    this.size += 1
  }
}
