// A table's header and what the operator says of it → which column is what. A name that the header does not have is an error that shows
// the header that is there.
import { Either } from "effect"
import { columnFields, type Source } from "../../../domain/Source.ts"
import { plainText } from "../../reading/PlainText.ts"
import { type Meaning, meanings, plainName } from "../shop/FieldNames.ts"
import { type Field, Product } from "../shop/Product.ts"
import type { Row } from "./RowReader.ts"

export type Column = { readonly index: number } & Meaning

type Columns = NonNullable<Source["columns"]>

/** `sku, name, price`: as an error quotes it. */
const quoted = (header: Row): string => plainText(header.join(", "), 500)

const indexOf = (header: Row, name: string): number => {
  const exact = header.findIndex((one) => one.trim() === name.trim())
  return exact >= 0 ? exact : header.findIndex((one) => plainName(one) === plainName(name))
}

const chosen = (header: Row, columns: Columns): Either.Either<ReadonlyArray<Column>, string> => {
  const found: Array<Column> = []
  for (const field of columnFields) {
    for (const name of columns[field] ?? []) {
      const index = indexOf(header, name)
      if (index < 0)
        return Either.left(`no column "${name}" (for ${field}); the header is: ${quoted(header)}`)
      found.push(field === "options" ? { index, option: (header[index] ?? name).trim() } : { index, field })
    }
  }
  return Either.right(found)
}

/** Columns by their well-known names, for the fields and among the columns that nobody chose. */
const recognised = (header: Row, taken: ReadonlyArray<Column>): ReadonlyArray<Column> => {
  const names = header.map((name, index) => (taken.some((one) => one.index === index) ? "" : plainName(name)))
  const fields = taken.flatMap((column) => ("field" in column ? [column.field] : []))
  const found = [...meanings(names, new Set(fields))]
  return found.map(([name, meaning]) => ({ index: names.indexOf(name), ...meaning }))
}

const has = (columns: ReadonlyArray<Column>, ...fields: ReadonlyArray<Field>): boolean =>
  columns.some((column) => "field" in column && fields.includes(column.field))

/** What each column of a header is; left where nothing could be named or recognised by it. */
export const columnsOf = (header: Row, columns: Columns = {}): Either.Either<ReadonlyArray<Column>, string> =>
  Either.flatMap(chosen(header, columns), (named) => {
    const all = [...named, ...recognised(header, named)]
    if (has(all, "title") && has(all, "id", "link")) return Either.right(all)
    const missing = has(all, "title") ? "id or link" : "title"
    return Either.left(`no column for ${missing}; the header is: ${quoted(header)}. Name it under columns:`)
  })

/** The product that a row describes. */
export const productOf = (row: Row, columns: ReadonlyArray<Column>): Product => {
  const product = new Product()
  for (const column of columns) {
    const text = row[column.index]?.trim() ?? ""
    if (text === "") continue
    if ("field" in column) product.add(column.field, text)
    else product.addOption(column.option, text)
  }
  return product
}
