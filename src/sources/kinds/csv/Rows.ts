// The rows of a table → products. In most tables each row is one; formats where several rows are one thing have their own file.
import type { Product } from "../shop/Product.ts"
import { type Column, productOf } from "./Columns.ts"
import type { Row } from "./RowReader.ts"

/** Takes rows in the order of the document and gives the products that they completed. */
export interface Rows {
  readonly add: (row: Row) => ReadonlyArray<Product>
  /** After the last row. */
  readonly end: () => ReadonlyArray<Product>
}

/** Each row is a product. */
export const rowByRow = (columns: ReadonlyArray<Column>): Rows => ({
  add: (row) => [productOf(row, columns)],
  end: () => []
})
