// Offers as they come → variants that follow each other as one item: the first one's words, the lowest price of those that can be had, and
// what there is to choose from. Flat memory: one group at a time. Variants that stand apart stay items of one group, which identity joins.
import { Option } from "effect"
import type { Availability, Item, Offer } from "../../../domain/Item.ts"
import { compare } from "../../../domain/Money.ts"

/** What a group with several answers says: the best one. */
const byRank: ReadonlyArray<Availability> = [
  "in-stock",
  "preorder",
  "backorder",
  "out-of-stock",
  "discontinued"
]

/** As many characters of choices as a post has use for. */
const maxChoices = 200

type Terms = Pick<Offer, "availability" | "price" | "oldPrice">

const canBeHad = ({ availability }: Terms): boolean =>
  availability !== "out-of-stock" && availability !== "discontinued"

/** Who says nothing adds nothing. */
const betterOf = (one: Availability | undefined, other: Availability | undefined): Availability | undefined =>
  byRank.find((answer) => answer === one || answer === other)

/** Whether `other` is what the group should be shown with: to be had before sold out, priced before unpriced, cheap before dear. */
const isBetter = (other: Terms, best: Terms): boolean => {
  if (other.price === undefined) return false
  if (best.price === undefined) return true
  if (canBeHad(other) !== canBeHad(best)) return canBeHad(other)
  return Option.contains(compare(other.price, best.price), -1)
}

const sameAmount = (one: Terms, other: Terms): boolean =>
  one.price === undefined || other.price === undefined || Option.contains(compare(one.price, other.price), 0)

/** What a group says for all of its variants. */
const ofAll = new Set(["group", "price", "priceIsFrom", "oldPrice", "availability", "options"])

/** One group while its variants arrive. */
class Group {
  readonly key: string | undefined
  private readonly first: Item
  private best: Terms
  private availability: Availability | undefined
  private choices: Map<string, Set<string>> | undefined
  private variants = 1
  /** Whether there are dearer ones. */
  private isFrom: boolean

  constructor(item: Item) {
    this.first = item
    this.key = item.offer?.group ?? item.offer?.id
    this.best = item.offer ?? {}
    this.availability = item.offer?.availability
    this.isFrom = item.offer?.priceIsFrom === true
  }

  /** Whether the item is a variant of this group, or the parent that is listed with its variants. */
  has({ offer }: Item): boolean {
    if (offer?.group !== undefined) return offer.group === this.key
    return offer?.id !== undefined && offer.id === this.key && this.first.offer?.group !== undefined
  }

  add({ offer = {} }: Item): void {
    // What there is to choose from is asked of a group alone: most offers are none.
    if (this.variants++ === 1) this.choose(this.first.offer)
    this.isFrom ||= !sameAmount(offer, this.best) || offer.priceIsFrom === true
    if (isBetter(offer, this.best)) this.best = offer
    this.availability = betterOf(this.availability, offer.availability)
    this.choose(offer)
  }

  get item(): Item {
    if (this.variants === 1) return this.first
    const { oldPrice, price } = this.best
    const own = Object.entries(this.first.offer ?? {}).filter(([name]) => !ofAll.has(name))
    const options = [...(this.choices ?? [])].map(([name, values]) => ({
      name,
      value: [...values].join(", ")
    }))
    const offer: Offer = {
      ...Object.fromEntries(own),
      ...(this.key === undefined ? {} : { group: this.key }),
      ...(price === undefined ? {} : { price }),
      ...(oldPrice === undefined ? {} : { oldPrice }),
      ...(this.isFrom ? { priceIsFrom: true } : {}),
      ...(this.availability === undefined ? {} : { availability: this.availability }),
      ...(options.length === 0 ? {} : { options })
    }
    return { ...this.first, offer }
  }

  private choose(offer: Offer | undefined): void {
    for (const { name, value } of offer?.options ?? []) {
      this.choices ??= new Map()
      const values = this.choices.get(name) ?? new Set()
      if ([...values].join(", ").length + value.length <= maxChoices)
        this.choices.set(name, values.add(value))
    }
  }
}

export class VariantGroups {
  private open: Group | undefined

  /** The items that these completed. */
  of(items: ReadonlyArray<Item>): ReadonlyArray<Item> {
    const done: Array<Item> = []
    for (const item of items) {
      if (this.open?.has(item) === true) this.open.add(item)
      else {
        done.push(...this.end())
        this.open = new Group(item)
      }
    }
    return done
  }

  /** The last one. */
  end(): ReadonlyArray<Item> {
    const done = this.open === undefined ? [] : [this.open.item]
    this.open = undefined
    return done
  }
}
