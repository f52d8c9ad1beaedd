// The products of a document → items, and what was wrong with them, counted for the operator.
import type { Item } from "../../../domain/Item.ts"
import { counted } from "../rss/Selection.ts"
import type { Product } from "./Product.ts"
import { itemOf, type ProductContext } from "./ProductItem.ts"
import { lacksCurrency } from "./ProductPrices.ts"

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

  get faults(): ReadonlyArray<string> {
    return [
      ...(this.withoutId === 0 ? [] : [`${counted(this.withoutId)} without an id of its own`]),
      ...(this.withoutCurrency === 0
        ? []
        : [`${counted(this.withoutCurrency)} whose price names no currency: the source needs currency:`])
    ]
  }
}
