// Kind "csv": a table with a row for each product, written in any of the ways that tables are, its columns recognised by their names or
// named by the operator. A body of another kind is named for what it is, never a table without rows.
import type { Source } from "../../domain/Source.ts"
import type { Head } from "../DocumentReader.ts"
import type { SourceKind } from "../SourceKind.ts"
import { rootIn } from "../xml/Root.ts"
import { dialectOf } from "./csv/Sniffing.ts"
import { TableReader } from "./csv/TableReader.ts"
import { foundInstead } from "./rss/FeedReader.ts"
import { isBinary, isJson, isXml } from "./shop/Beginning.ts"
import { refused } from "./shop/Refused.ts"
import { type TextFormat, textDocument } from "./shop/TextDocument.ts"

const tableOf = (head: Head, source: Source, sample: string): TextFormat => {
  if (isXml(sample) || isBinary(sample)) return refused(foundInstead(rootIn(sample), sample))
  if (isJson(sample)) return refused("JSON")
  const dialect = dialectOf(sample, source.delimiter)
  return new TableReader(dialect, source.columns, {
    base: head.url,
    nowMs: head.now,
    currency: source.currency,
    // Where the comma is decimal the semicolon delimits, and "1.299" is a thousand.
    prices: dialect.delimiter === ";" ? "text" : "field"
  })
}

export const csv: SourceKind = {
  accept: "text/csv, text/tab-separated-values;q=0.9, text/plain;q=0.8, */*;q=0.5",
  open: (head, source) => textDocument(head, source, (sample) => tableOf(head, source, sample))
}
