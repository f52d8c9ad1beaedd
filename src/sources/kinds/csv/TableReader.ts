// Decoded text of a table, chunk by chunk → its products as items. The first row is the header. Rows of another width than it are not
// guessed at: what is where in them is unknown, so they are left out and counted.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import { isHttpUrl } from "../../reading/Links.ts"
import { amountInText } from "../../reading/Price.ts"
import { plainName } from "../shop/FieldNames.ts"
import type { ProductContext } from "../shop/ProductItem.ts"
import { ProductTally } from "../shop/ProductTally.ts"
import type { TextFormat } from "../shop/TextDocument.ts"
import { type Column, columnsOf } from "./Columns.ts"
import { type Dialect, type Row, RowReader } from "./RowReader.ts"
import { type Rows, rowByRow } from "./Rows.ts"
import { shopifyRows } from "./Shopify.ts"
import { isRemark } from "./Sniffing.ts"

interface Table {
  readonly width: number
  readonly columns: ReadonlyArray<Column>
  readonly rows: Rows
  /** Where a row says whether it is to be seen at all. */
  readonly published: number
  readonly status: number
}

export class TableReader implements TextFormat {
  private readonly reader: RowReader
  private readonly named: Source["columns"]
  private readonly context: ProductContext
  private readonly tally = new ProductTally()
  private table: Table | undefined
  /** Why the header cannot be used. */
  private unusable: string | undefined
  private ragged = 0
  /** The last row breaks off: nothing ends it, and it is short. */
  private torn = false
  private hidden = 0

  constructor(dialect: Dialect, named: Source["columns"], context: ProductContext) {
    this.reader = new RowReader(dialect)
    this.named = named
    this.context = context
  }

  write(text: string): ReadonlyArray<Item> {
    return this.itemsIn(this.reader.write(text))
  }

  end(): ReadonlyArray<Item> {
    const items = this.itemsIn(this.reader.end().filter((row) => !this.isTorn(row)))
    const last = this.table?.rows.end() ?? []
    return [...items, ...last.map((product) => this.tally.itemOf(product, this.context))]
  }

  done(): boolean {
    return this.unusable !== undefined || this.reader.stopped !== undefined
  }

  facts(): ReturnType<TextFormat["facts"]> {
    const { cutOff, stopped } = this.reader
    if (this.unusable !== undefined) return Either.left(this.unusable)
    if (this.table === undefined) return Either.left(stopped ?? "an empty document")
    const whole = !cutOff && !this.torn && stopped === undefined
    const faults = [
      ...(this.ragged === 0 ? [] : [`${rows(this.ragged)} with another number of fields than the header`]),
      ...(this.hidden === 0 ? [] : [`${rows(this.hidden)} not published`])
    ]
    return this.tally.facts({ whole, stopped, none: "no rows but the header", faults })
  }

  private itemsIn(rows: ReadonlyArray<Row>): ReadonlyArray<Item> {
    const items: Array<Item> = []
    for (const row of rows) {
      if (this.unusable !== undefined) break
      if (this.table === undefined) this.open(row)
      else if (this.isWhole(row, this.table) && this.isPublished(row, this.table)) {
        for (const product of this.table.rows.add(row)) items.push(this.tally.itemOf(product, this.context))
      }
    }
    return items
  }

  private open(header: Row): void {
    if (isRemark(header[0] ?? "")) return
    const columns = columnsOf(header, this.named)
    if (Either.isLeft(columns)) {
      this.unusable = columns.left
      return
    }
    const names = header.map(plainName)
    this.table = {
      width: header.length,
      columns: columns.right,
      rows: shopifyRows(header, columns.right) ?? rowByRow(columns.right),
      published: names.findIndex((name) => /^published(?:_on_online_store)?$/.test(name)),
      status: names.indexOf("status")
    }
  }

  /** Its last field may be half of one ("4" of "49.90"). */
  private isTorn(row: Row): boolean {
    const isTorn = row.length < (this.table?.width ?? 0)
    this.torn ||= isTorn
    return isTorn
  }

  private isWhole(row: Row, { columns, width }: Table): boolean {
    const isWhole =
      row.length === width || (row.length > width ? isEmptyFrom(row, width) : isOnlyShort(row, columns))
    if (!isWhole) this.ragged++
    return isWhole
  }

  private isPublished(row: Row, { published, status }: Table): boolean {
    const isHidden =
      /^(?:false|0|-1|no)$/i.test(row[published]?.trim() ?? "") ||
      /^(?:draft|archived|unlisted)$/i.test(row[status]?.trim() ?? "")
    if (isHidden) this.hidden++
    return !isHidden
  }
}

const rows = (count: number): string => `${count} ${count === 1 ? "row" : "rows"}`

/** Trailing delimiters. */
const isEmptyFrom = (row: Row, width: number): boolean =>
  row.slice(width).every((field) => field.trim() === "")

/**
 * Excel leaves out delimiters at the end of rows that are empty there. A row that was torn by a line break is short as well, but then its
 * link or price is not where it has to be.
 */
const isOnlyShort = (row: Row, columns: ReadonlyArray<Column>): boolean => {
  const place = (field: "link" | "price") =>
    columns.find((column) => "field" in column && column.field === field)?.index
  const [link, price] = [place("link"), place("price")]
  if (link === undefined && price === undefined) return false
  return (
    (link === undefined || isHttpUrl(row[link])) &&
    (price === undefined || amountInText(row[price] ?? "") !== undefined)
  )
}
