// Shopify's product export: the first row of a product has all of it, the following ones, with the same handle and an empty title, have a
// further variant, a further picture or both. Each variant becomes a product of the group that the handle names.
// @source https://help.shopify.com/en/manual/products/import-export/using-csv (2026-11; the columns were renamed in 2025, both are known)

import { plainName } from "../shop/FieldNames.ts"
import type { Option, Product } from "../shop/Product.ts"
import { type Column, productOf } from "./Columns.ts"
import type { Row } from "./RowReader.ts"
import type { Rows } from "./Rows.ts"

/** As many variants as Shopify allows (2,000) and a picture with each. */
const maxRowsOfProduct = 5_000

/** What a variant has from its product. */
const ofProduct = ["title", "description", "brand", "condition", "taxonomy"] as const

interface Variant {
  readonly product: Product
  readonly options: ReadonlyArray<Option>
}

const isShopify = (names: ReadonlyArray<string>): boolean =>
  (names.includes("handle") || names.includes("url_handle")) && names.includes("option1_name")

/** The rows of a Shopify export; undefined for any other table. */
export const shopifyRows = (header: Row, columns: ReadonlyArray<Column>): Rows | undefined => {
  const names = header.map(plainName)
  return isShopify(names) ? new ShopifyRows(names, columns) : undefined
}

class ShopifyRows implements Rows {
  private readonly names: ReadonlyArray<string>
  private readonly columns: ReadonlyArray<Column>
  private handle = ""
  private optionNames: ReadonlyArray<string> = []
  private variants: Array<Variant> = []
  private images: Array<string> = []

  constructor(names: ReadonlyArray<string>, columns: ReadonlyArray<Column>) {
    this.names = names
    this.columns = columns
  }

  add(row: Row): ReadonlyArray<Product> {
    const handle = this.cell(row, "handle", "url_handle")
    const isNext = handle !== this.handle || this.variants.length >= maxRowsOfProduct
    const finished = isNext ? this.end() : []
    if (isNext) this.optionNames = [1, 2, 3].map((number) => this.cell(row, `option${number}_name`))
    this.handle = handle
    const product = productOf(row, this.columns)
    this.images.push(...product.lists.image)
    if (this.variants.length === 0 || product.texts.price !== undefined) this.addVariant(row, product)
    return finished
  }

  end(): ReadonlyArray<Product> {
    const { handle, variants } = this
    const [first] = variants
    for (const { options, product } of variants) {
      if (first !== undefined && product !== first.product) inherit(product, first.product)
      product.lists.moreImages.push(...this.images)
      for (const { name, value } of options) product.addOption(name, value)
      product.texts.id =
        variants.length === 1 ? handle : [handle, ...options.map(({ value }) => value)].join("/")
      if (variants.length > 1) product.texts.group = handle
    }
    this.variants = []
    this.images = []
    return variants.map(({ product }) => product)
  }

  private addVariant(row: Row, product: Product): void {
    const options = this.optionNames.map((name, index) => ({
      name,
      value: this.cell(row, `option${index + 1}_value`)
    }))
    product.lists.image.splice(0)
    product.add("image", this.cell(row, "variant_image", "variant_image_url"))
    product.texts.availability = this.availability(row)
    delete product.texts.quantity
    this.variants.push({
      product,
      // What a product without variants has.
      options: options.filter(
        ({ name, value }) => value !== "" && !(name === "Title" && value === "Default Title")
      )
    })
  }

  /** A stock that nobody keeps count of does not run out. */
  private availability(row: Row): string {
    const isTracked = this.cell(row, "variant_inventory_tracker", "inventory_tracker") !== ""
    const quantity = this.cell(row, "variant_inventory_qty", "inventory_quantity")
    if (!isTracked || quantity === "" || Number(quantity) > 0) return "in stock"
    const policy = this.cell(row, "variant_inventory_policy", "continue_selling_when_out_of_stock")
    return /^(?:continue|true)$/i.test(policy) ? "backorder" : "out of stock"
  }

  private cell(row: Row, ...names: ReadonlyArray<string>): string {
    const index = this.names.findIndex((name) => names.includes(name))
    return row[index]?.trim() ?? ""
  }
}

const inherit = (product: Product, from: Product): void => {
  for (const field of ofProduct) {
    const text = from.texts[field]
    if (text !== undefined) product.add(field, text)
  }
  product.lists.category.push(...from.lists.category)
}
