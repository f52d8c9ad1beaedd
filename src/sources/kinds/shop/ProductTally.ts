// The products of a document → items, and what was wrong with them, counted for the operator.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import { counted } from "../rss/Selection.ts"
import type { Product } from "./Product.ts"
import { itemOf, type ProductContext } from "./ProductItem.ts"
import { lacksCurrency } from "./ProductPrices.ts"
import type { TextFormat } from "./TextDocument.ts"

export class ProductTally {
  count = 0
  /** Those that have an id or a price of their own: the others are no offers. */
  offers = 0
  private withoutId = 0
  private withoutCurrency = 0

  itemOf(product: Product, context: ProductContext): Item {
    const item = itemOf(product, context)
    const { offer = {} } = item
    this.count++
    if (offer.id === undefined) this.withoutId++
    if (offer.id !== undefined || product.texts.price !== undefined) this.offers++
    if (lacksCurrency(product, offer)) this.withoutCurrency++
    return item
  }

  /**
   * What the document came to. `whole`: it was read to its end; `stopped`: why not, one clause; `none`: what it means that nothing was in it. Without
   * products it never counts as complete: shops rewrite their files in place.
   */
  facts(read: {
    readonly whole: boolean
    readonly stopped: string | undefined
    readonly none: string
    readonly title?: string
    readonly faults?: ReadonlyArray<string>
  }): ReturnType<TextFormat["facts"]> {
    if (read.stopped !== undefined && this.count === 0) return Either.left(read.stopped)
    return Either.right({
      ...(read.title === undefined || read.title === "" ? {} : { title: read.title }),
      complete: read.whole && this.count > 0,
      faults: [
        ...(this.count === 0 ? [read.none] : []),
        ...(read.faults ?? []),
        ...this.faults,
        ...(read.stopped === undefined ? [] : [`everything after a point where ${read.stopped}`])
      ]
    })
  }

  private get faults(): ReadonlyArray<string> {
    return [
      ...(this.withoutId === 0 ? [] : [`${counted(this.withoutId)} without an id of its own`]),
      ...(this.withoutCurrency === 0
        ? []
        : [`${counted(this.withoutCurrency)} whose price names no currency: the source needs currency:`])
    ]
  }
}
