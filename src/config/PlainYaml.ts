// The YAML that catalogs are written in → its value, 30 times as fast as by the `yaml` package, which keeps the places of everything. Pure.
// Promises: what that package would say, or nothing at all: whatever is not plainly one of the few forms below is left to it, and so is every
// mistake. Forms: maps and lists by indentation, `{ … }` and `[ … ]` on one line, plain and quoted scalars of one line, comments.
import { Option } from "effect"

/** Thrown, and caught, here: the text has something else. */
const other = Symbol("not plain")

/** Neither tabs, nor carriage returns, nor characters that are none: so that only "\n" ends a line, and only " " is space. */
const strange = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/

/** Recursion is bounded as well. */
const deepest = 40

const lineEnd = /(?: +#[^\n]*| *)(?:\n|$)/y
const noContent = /(?: *(?:#[^\n]*)?(?:\n|$))*/y
const spaces = / */y
const dash = /- +(?![ #\n])/y
const key = /(?:[\w\u00a0-\uffff][\w.\u00a0-\uffff-]{0,200}|"[^"\\\n]{0,200}"|'[^'\n]{0,200}'):(?= |\n|$)/y
const double = /"(?:[^"\\\n]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const single = /'(?:[^'\n]|'')*'/y
/** In a block it ends with the line or a comment, in a flow also before what flows are made of. */
const plain = /[\w/=(^$<;+\u00a0-\uffff-](?:[^ \n:]|:(?![ \n]|$)| +(?![ #:\n]|$))*/y
const plainInFlow = /[\w/=(^$<;+\u00a0-\uffff-](?:[^ \n:,[\]{}]|:(?![ \n,[\]{}]|$)| +(?![ #:\n,[\]{}]|$))*/y

const words: ReadonlyMap<string, boolean | null> = new Map([
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...["null", "Null", "NULL"].map((word) => [word, null] as const)
])

const number = /^[-+]?\d+(?:\.\d*)?$/
/** Numbers of other forms, and what may be one. */
const unclear = /^[-+]?[\d.]+[eE][-+]?\d+$|^0[ox]|^-(?!\d)|^[-+]\./

/** What a plain scalar says in the core schema of YAML 1.2. */
const resolved = (text: string): unknown => {
  // Behind "9" stand the letters: no number begins with one.
  if (text.charCodeAt(0) > 57) return words.has(text) ? words.get(text) : text
  if (number.test(text)) return Number(text)
  if (unclear.test(text)) throw other
  return text
}

class PlainText {
  private readonly text: string
  private at = 0
  /** How deep the content of this line stands, which begins at `at`; -1 at the end. */
  private indent = -1
  /** Maps and lists that are open. */
  private open = 0

  constructor(text: string) {
    this.text = text
  }

  document(): unknown {
    this.toContent()
    const value = this.block(0)
    // A line that stands where none of the open maps and lists has its entries.
    if (this.indent >= 0) throw other
    return value
  }

  private passes(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.text)) return false
    this.at = pattern.lastIndex
    return true
  }

  /** What `pattern` matches here, and passes it; "" when it does not. */
  private take(pattern: RegExp): string {
    const from = this.at
    return this.passes(pattern) ? this.text.slice(from, this.at) : ""
  }

  private is(character: string): boolean {
    return this.text[this.at] === character
  }

  private toContent(): void {
    this.passes(noContent)
    const indent = this.take(spaces).length
    this.indent = this.at >= this.text.length ? -1 : indent
  }

  private endLine(): boolean {
    if (!this.passes(lineEnd)) return false
    this.toContent()
    return true
  }

  /** The map or list whose entries begin here; `least`: how deep it must stand. */
  private block(least: number): unknown {
    if (this.indent < least) throw other
    return this.nested(() => (this.is("-") ? this.list() : this.map()))
  }

  private nested<A>(read: () => A): A {
    if (++this.open > deepest) throw other
    const value = read()
    this.open--
    return value
  }

  private list(): ReadonlyArray<unknown> {
    const { indent } = this
    const values: Array<unknown> = []
    for (let sign = this.take(dash); sign !== ""; sign = this.indent === indent ? this.take(dash) : "") {
      values.push(this.element(indent + sign.length))
    }
    if (values.length === 0) throw other
    return values
  }

  /** What stands behind a dash: a map at that depth, or a value. */
  private element(indent: number): unknown {
    const begun = this.at
    if (this.passes(key)) {
      this.at = begun
      this.indent = indent
      return this.nested(() => this.map())
    }
    return this.line()
  }

  private map(): Readonly<Record<string, unknown>> {
    const { indent } = this
    const values: Record<string, unknown> = {}
    while (this.indent === indent) {
      const name = this.name(values)
      // A list may stand as deep as its key.
      if (this.endLine()) values[name] = this.block(this.is("-") ? indent : indent + 1)
      else values[name] = this.line()
    }
    return values
  }

  /** A key that the map does not have, and its colon. */
  private name(values: Readonly<Record<string, unknown>>): string {
    const written = this.take(key).slice(0, -1)
    const quoted = written.startsWith('"') || written.startsWith("'")
    const name = quoted ? written.slice(1, -1) : resolved(written)
    // What every object has is not plainly new either.
    if (written === "" || typeof name !== "string" || name in values) throw other
    return name
  }

  /** A value to the end of its line. */
  private line(): unknown {
    this.passes(spaces)
    const value = this.value(plain)
    if (!this.endLine()) throw other
    return value
  }

  private value(unquoted: RegExp): unknown {
    if (this.is("[")) return this.nested(() => this.flowList())
    if (this.is("{")) return this.nested(() => this.flowMap())
    const quoted = this.is('"') ? double : this.is("'") ? single : undefined
    const found = this.take(quoted ?? unquoted)
    if (found === "") throw other
    if (quoted === undefined) return resolved(found)
    if (quoted === single) return found.slice(1, -1).replaceAll("''", "'")
    // What is taken of a text with escapes is a string of JSON.
    return found.includes("\\") ? JSON.parse(found) : found.slice(1, -1)
  }

  private flowList(): ReadonlyArray<unknown> {
    const values: Array<unknown> = []
    for (let more = this.flowBegins("]"); more; more = this.flowGoesOn("]"))
      values.push(this.value(plainInFlow))
    return values
  }

  private flowMap(): Readonly<Record<string, unknown>> {
    const values: Record<string, unknown> = {}
    for (let more = this.flowBegins("}"); more; more = this.flowGoesOn("}")) {
      const name = this.name(values)
      if (this.take(spaces) === "") throw other
      values[name] = this.value(plainInFlow)
    }
    return values
  }

  /** Passes the opening bracket; whether something follows. */
  private flowBegins(end: string): boolean {
    this.at++
    this.passes(spaces)
    if (!this.is(end)) return true
    this.at++
    return false
  }

  /** Passes the comma between two, or the end. */
  private flowGoesOn(end: string): boolean {
    this.passes(spaces)
    const ends = this.is(end)
    if (!ends && !this.is(",")) throw other
    this.at++
    if (!ends) this.passes(spaces)
    return !ends
  }
}

/** The value of a whole text; none where it takes more than this to tell. */
export const plainYaml = (text: string): Option.Option<unknown> => {
  if (strange.test(text)) return Option.none()
  try {
    return Option.some(new PlainText(text).document())
  } catch (cause) {
    if (cause === other) return Option.none()
    throw cause
  }
}
