// Decoded text of a table, chunk by chunk → its rows. Quoted fields may hold delimiters, line breaks and doubled quotes; a quote inside a
// field is text, and so is one at its end that no delimiter follows. Promises the same rows however the text is cut, and bounded memory.
// Why not a library: the fast one breaks characters at chunk edges and knows no back-pressure, the right ones are seven times slower.
// @source https://datatracker.ietf.org/doc/html/rfc4180 (what is quoted how), feeds.md §2.2 of the research (2026-11)

export interface Dialect {
  readonly delimiter: string
  /** False where quotes are text like any other: tables whose producer removed tabs and line breaks instead. */
  readonly quoted: boolean
  readonly lineBreak: "\n" | "\r"
}

export type Row = ReadonlyArray<string>

/** A field's text may have so many UTF-16 units; more is a quote that nobody closed. */
const maxFieldLength = 4_000_000
const maxFields = 10_000

const quote = 34

/** Positions of one character: asked for again and again from places that only move forward, found once. */
class Finder {
  private readonly character: string
  private text = ""
  private place = -1

  constructor(character: string) {
    this.character = character
  }

  reset(text: string): void {
    this.text = text
    this.place = -1
  }

  /** The first at or behind `from`; the text's length when there is none. */
  next(from: number): number {
    if (this.place < from) {
      const found = this.text.indexOf(this.character, from)
      this.place = found < 0 ? this.text.length : found
    }
    return this.place
  }
}

export class RowReader {
  /** Why reading stopped before the end, one clause; then `write` gives nothing any more. */
  stopped: string | undefined
  /** True when the text ended inside of quotes: it was cut off. */
  cutOff = false
  private readonly dialect: Dialect
  private readonly delimiters: Finder
  private readonly breaks: Finder
  /** What is left of the text: the unfinished row. */
  private text = ""
  /** The fields of the unfinished row, and where the next begins. */
  private row: Array<string> = []
  private at = 0
  /** How far the search for the closing quote of the field at `at` has come; 0 outside of such a field. */
  private searched = 0
  private rows: Array<Row> = []

  constructor(dialect: Dialect) {
    this.dialect = dialect
    this.delimiters = new Finder(dialect.delimiter)
    this.breaks = new Finder(dialect.lineBreak)
  }

  /** The rows that this chunk finished; blank lines are none. */
  write(chunk: string): ReadonlyArray<Row> {
    return this.read(chunk, false)
  }

  /** Call once after the last chunk. */
  end(): ReadonlyArray<Row> {
    return this.read("", true)
  }

  private read(chunk: string, ending: boolean): ReadonlyArray<Row> {
    if (this.stopped !== undefined) return []
    this.text += chunk
    this.delimiters.reset(this.text)
    this.breaks.reset(this.text)
    while (this.field(ending)) {}
    this.text = this.text.slice(this.at)
    this.searched = Math.max(this.searched - this.at, 0)
    this.at = 0
    if (this.text.length > maxFieldLength) this.stopped = "a field does not end"
    const rows = this.rows
    this.rows = []
    return rows
  }

  /** Reads one field and what ends it; false when the text breaks off before. */
  private field(ending: boolean): boolean {
    if (this.at >= this.text.length) return ending && this.row.length > 0 && this.finish("", this.at)
    return this.dialect.quoted && this.text.charCodeAt(this.at) === quote
      ? this.quotedField(ending)
      : this.plainField(ending)
  }

  private plainField(ending: boolean): boolean {
    const lineEnd = this.breaks.next(this.at)
    const delimiter = this.delimiters.next(this.at)
    if (delimiter < lineEnd) return this.next(this.text.slice(this.at, delimiter), delimiter + 1)
    if (lineEnd === this.text.length && !ending) return false
    return this.finish(this.text.slice(this.at, lineEnd), lineEnd + 1)
  }

  private quotedField(ending: boolean): boolean {
    const { text } = this
    for (let from = Math.max(this.searched, this.at + 1); ; ) {
      const found = text.indexOf('"', from)
      if (found < 0 || (!ending && this.isUndecided(found))) {
        this.searched = found < 0 ? text.length : found
        if (!ending) return false
        this.cutOff = true
        return this.finish(unquoted(text.slice(this.at + 1)), text.length)
      }
      if (text.charCodeAt(found + 1) === quote) from = found + 2
      else if (this.endsField(found + 1)) return this.close(found)
      else from = found + 1
    }
  }

  /** What follows the quote decides, and it is not there yet. */
  private isUndecided(found: number): boolean {
    const { length } = this.text
    return found + 1 >= length || (found + 2 >= length && this.text[found + 1] === "\r")
  }

  private endsField(place: number): boolean {
    const { delimiter, lineBreak } = this.dialect
    const next = this.text[place]
    if (next === undefined || next === delimiter || next === lineBreak) return true
    return next === "\r" && (this.text[place + 1] ?? "\n") === "\n"
  }

  /** Ends the quoted field whose closing quote is at `place`. */
  private close(place: number): boolean {
    const value = unquoted(this.text.slice(this.at + 1, place))
    this.searched = 0
    if (this.text[place + 1] === this.dialect.delimiter) return this.next(value, place + 2)
    const lineEnd = this.breaks.next(place + 1)
    return this.finish(value, lineEnd + 1)
  }

  private next(value: string, at: number): boolean {
    this.row.push(value)
    this.at = at
    if (this.row.length >= maxFields) this.stopped = `a row has more than ${maxFields} fields`
    return this.stopped === undefined
  }

  private finish(value: string, at: number): boolean {
    const isCarriageReturn = value.endsWith("\r") && this.dialect.lineBreak === "\n"
    this.row.push(isCarriageReturn ? value.slice(0, -1) : value)
    if (this.row.length > 1 || this.row[0] !== "") this.rows.push(this.row)
    this.row = []
    this.at = Math.min(at, this.text.length)
    return true
  }
}

const unquoted = (text: string): string => (text.includes('"') ? text.replaceAll('""', '"') : text)
