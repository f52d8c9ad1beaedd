// A document that is too long to be kept, on its way in: what is remembered of its items while it is read. Promises flat memory: an eighth of
// a byte an item, and the newest N at first sight. Its new items are stored as they come; what becomes of them is decided at the end
// (`Concluding.ts`), on the whole document, as for a short one.
import type { Item } from "../domain/Item.ts"
import type { ItemId, Millis } from "../domain/Names.ts"
import type { KeyKind, Source } from "../domain/Source.ts"
import { worthlessOf } from "../identity/Trust.ts"
import { type Age, Dating } from "./AgeOrder.ts"
import type { Opening, Route } from "./Intake.ts"
import type { SourceMemory } from "./IntakeStore.ts"
import { ItemSet } from "./ItemSet.ts"
import { Newest } from "./Newest.ts"

/*
 * What is different from a short document
 *
 *  1. The first batch is judged as a short document is. In what follows, a key that an item before it in the document has is not the
 *     item's own. An offer whose id stood before is a repetition, whatever else it says; so is any other item whose keys all belong to
 *     one item before it. (A short document tells such items apart by their other keys, or by their words.)
 *  2. A kind of key that proved worthless in the first batch is distrusted from then on; one that proves worthless in the whole, from
 *     the next document on. Whether a key across sources is repeated is judged within a batch. Behind the first batch of a first sight,
 *     the other keys of offers that nobody is to see are not looked at.
 *  3. Items without a date at the top keep to the first date of the first batch; where that has none, they are the oldest.
 *  4. What finds no room in a channel is known, and the cursor advances: it follows as there is room, before anything newer of its source.
 *  5. A document that is interrupted, or turns out at its end not to be what the source promised, leaves its new items undecided. They
 *     are new in the next document of the source, long or short, and become what its new items become, whether it has them or not.
 */

/** An item of the newest at first sight. */
export interface Chosen {
  readonly id: ItemId
  readonly age: Age
  readonly joint: ReadonlyArray<string>
}

/** An item with where it stands by age. */
export interface Placed {
  readonly item: Item
  readonly age: Age
}

export class LongDocument {
  readonly source: Source
  readonly routes: ReadonlyArray<Route>
  readonly now: Millis
  readonly memory: SourceMemory
  /** Items from this id on are new in this document. */
  readonly from: number
  /** Whether its new items are held until the end: at first sight those are not that nobody is going to see. */
  readonly holds: boolean
  readonly seen = new ItemSet()
  private readonly newest: Newest<Chosen>
  readonly distrusted: Set<KeyKind>
  /** Items that repeat a key of a kind. */
  readonly repeats = new Map<KeyKind, number>()
  /** Items so far. */
  items = 0
  /** Of those, so many are on the disk. */
  flushed = 0
  fresh = 0
  known = 0
  updated = 0
  repeated = 0
  private dating: Dating | undefined

  constructor({ source, routes, now }: Opening, memory: SourceMemory, from: number) {
    this.source = source
    this.routes = routes
    this.now = now
    this.memory = memory
    this.from = from
    this.holds = memory.settled || source.start === "all"
    this.newest = new Newest(this.holds || typeof source.start === "string" ? 0 : source.start)
    this.distrusted = new Set(memory.distrusted)
  }

  /** The next items of the document, with their ages. */
  place(items: ReadonlyArray<Item>): ReadonlyArray<Placed> {
    this.dating ??= new Dating(items, this.now)
    const { dating } = this
    return items.map((item) => ({
      item,
      age: { date: Math.trunc(dating.next(item)), position: this.items++ }
    }))
  }

  /** Whether a new item of that age may be shown to anybody. */
  shows(age: Age): boolean {
    return this.holds || this.newest.wants(age)
  }

  /** A stored item is met for the first time: now, or since the document was first begun, it is new. */
  met(id: ItemId, age: Age, joint: () => ReadonlyArray<string>): void {
    this.seen.add(id)
    if (id >= this.from) this.fresh += 1
    else this.known += 1
    // Known items have their places among the newest as well, so that a repetition chooses the same.
    if (this.newest.wants(age)) this.newest.offer({ id, age, joint: id >= this.from ? joint() : [] })
  }

  /** Of a first sight, oldest first: the new items that are among the newest of all. */
  get chosen(): ReadonlyArray<Chosen> {
    return this.newest.all().filter(({ id }) => id >= this.from)
  }

  repeat(kinds: ReadonlyMap<KeyKind, number>): void {
    for (const [kind, count] of kinds) this.repeats.set(kind, (this.repeats.get(kind) ?? 0) + count)
  }

  /** The kinds of key that are worthless for the source when this document is over. */
  get worthless(): ReadonlyArray<KeyKind> {
    return [...new Set([...this.distrusted, ...worthlessOf(this.repeats, this.seen.size)])].sort()
  }
}
