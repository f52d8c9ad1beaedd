// What a source says of one thing on sale: its own words under our names for the fields. Every product format fills one of these, and
// `ProductItem.ts` alone makes an item of it. Bounded: what a hostile document repeats without end is dropped.
import type { ColumnField } from "../../../domain/Source.ts"

/** Fields that may be there several times. */
type ListField = "image" | "moreImages" | "gtin" | "category"

/**
 * Where a text of a product belongs. `salePeriod` is "from/to"; `moreImages` come after those of `image`; `taxonomy` is a category of
 * somebody else's tree, which counts where the shop has none of its own.
 */
export type Field =
  | Exclude<ColumnField, "options">
  | "moreImages"
  | "salePeriod"
  | "saleStart"
  | "saleEnd"
  | "taxonomy"

const isList = (field: Field): field is ListField =>
  field === "image" || field === "moreImages" || field === "gtin" || field === "category"

const maxRepetitions = 100

export interface Option {
  readonly name: string
  readonly value: string
}

export class Product {
  readonly texts: { [field in Exclude<Field, ListField>]?: string } = {}
  readonly lists: Readonly<Record<ListField, Array<string>>> = {
    image: [],
    moreImages: [],
    gtin: [],
    category: []
  }
  readonly options: Array<Option> = []
  /** Category paths that are known as such, from the root down. */
  readonly paths: Array<ReadonlyArray<string>> = []
  /** The price is marked as the lowest of several. */
  priceIsFrom = false

  /** The first text of a field counts; lists collect. Empty texts are none. */
  add(field: Field, text: string): void {
    if (text === "") return
    if (!isList(field)) this.texts[field] ??= text
    else if (this.lists[field].length < maxRepetitions) this.lists[field].push(text)
  }

  addPath(path: ReadonlyArray<string>): void {
    if (path.length > 0 && this.paths.length < maxRepetitions) this.paths.push(path)
  }

  addOption(name: string, value: string): void {
    if (name !== "" && value !== "" && this.options.length < maxRepetitions)
      this.options.push({ name, value })
  }
}
