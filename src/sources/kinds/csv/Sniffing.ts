// The beginning of a table → how it is written. File names lie (".csv" full of tabs), so the header line tells the delimiter; whether
// quotes of a tab-separated table quote is told by the rows: some producers quote like CSV, others remove tabs and line breaks instead.
import type { Source } from "../../../domain/Source.ts"
import { type Dialect, type Row, RowReader } from "./RowReader.ts"

/** In the order of preference where a header has as many of one as of another. */
const delimiters = ["\t", ";", "|", ","]

/** Excel's hint in front of the header, and the remarks that Meta's templates begin with. */
export const isRemark = (firstField: string): boolean => /^\ufeff?(?:sep=|#\s*\w)/i.test(firstField)

const headerOf = (sample: string): string =>
  sample.split(/\r\n?|\n/, 20).find((line) => line.trim() !== "" && !isRemark(line.replace(/^"/, ""))) ?? ""

/** How often each stands in the header, outside of quoted names. */
const mostFrequent = (header: string): string => {
  const bare = header.replace(/"[^"]*"/g, "")
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ","
}

const rowsOf = (sample: string, dialect: Dialect): ReadonlyArray<Row> =>
  new RowReader(dialect).write(sample).filter(([first = ""]) => !isRemark(first))

/** How many rows are as wide as the header. */
const aligned = ([header = [], ...rows]: ReadonlyArray<Row>): number =>
  rows.filter((row) => row.length === header.length).length

const quotes = (sample: string, plain: Dialect): boolean => {
  const asText = rowsOf(sample, plain)
  const asQuoted = rowsOf(sample, { ...plain, quoted: true })
  const gain = aligned(asQuoted) - aligned(asText)
  return gain > 0 || (gain === 0 && asText.flat().some((field) => /^".*"\r?$/.test(field)))
}

/** `given` is the delimiter that the source names. */
export const dialectOf = (sample: string, given: Source["delimiter"]): Dialect => {
  const delimiter = given === "tab" ? "\t" : (given ?? mostFrequent(headerOf(sample)))
  const plain: Dialect = { delimiter, quoted: false, lineBreak: sample.includes("\n") ? "\n" : "\r" }
  return { ...plain, quoted: delimiter !== "\t" || quotes(sample, plain) }
}
