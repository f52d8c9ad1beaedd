// The text of a JSON document, piece by piece → the texts of the elements of one list in it, as soon as each is whole, and the rest with
// that list left empty. So a document of any size costs no more memory than its largest element. Finds ends only; never judges values.

/** An open object or list. */
interface Frame {
  readonly isList: boolean
  /** Whether its address begins like the wanted list's. */
  readonly onPath: boolean
  /** The key or index of the value that comes. */
  at: string
}

/** Characters of one element; a longer one is left out. */
const maxElement = 4_000_000
/** Characters outside the list. */
const maxRest = 4_000_000
const maxDepth = 5_000
const maxKey = 1_000

export class JsonSplitter {
  /** Whether the wanted list was there. */
  found = false
  /** Elements that were too long. */
  skipped = 0
  /** Why reading stopped before the end, one clause. */
  stopped: string | undefined
  private readonly path: ReadonlyArray<string>
  private readonly frames: Array<Frame> = []
  private readonly parts: Array<string> = []
  private restLength = 0
  private elements: Array<string> = []
  private element: Array<string> = []
  private elementLength = 0
  /** Open brackets inside the element; -1 outside the list. */
  private depth = -1
  private inString = false
  private afterBackslash = false
  private key = ""
  private begun = false

  /** The keys and indices that lead to the list; none when the document is it. */
  constructor(path: ReadonlyArray<string>) {
    this.path = path
  }

  /** The elements that this piece finished. */
  write(text: string): ReadonlyArray<string> {
    for (let at = 0; at < text.length && this.stopped === undefined; )
      at = this.inString ? this.string(text, at) : this.structure(text, at)
    const elements = this.elements
    this.elements = []
    return elements
  }

  /** Whether every bracket and string was closed. */
  get complete(): boolean {
    return this.begun && this.frames.length === 0 && this.depth < 0 && !this.inString
  }

  /** The document without the list's elements; JSON when it is complete. */
  get rest(): string {
    return this.parts.join("")
  }

  private take(text: string): void {
    if (this.depth < 0) {
      this.restLength += text.length
      if (this.restLength > maxRest) this.stopped = `the list was not among the first ${maxRest} characters`
      this.parts.push(text)
      if (this.inString && this.key.length < maxKey) this.key += text
    } else {
      this.elementLength += text.length
      if (this.elementLength <= maxElement) this.element.push(text)
    }
  }

  /** Inside a string, from `at`: up to its end or the piece's. */
  private string(text: string, at: number): number {
    if (this.afterBackslash) {
      this.afterBackslash = false
      this.take(text[at] ?? "")
      return at + 1
    }
    const mark = /["\\]/g
    mark.lastIndex = at
    const end = mark.exec(text)?.index ?? text.length
    this.take(text.slice(at, end + 1))
    if (text[end] === "\\") this.afterBackslash = true
    else if (end < text.length) this.inString = false
    return end + 1
  }

  /** Outside strings, from `at`: up to behind the next mark that matters here. */
  private structure(text: string, at: number): number {
    const mark = this.depth < 0 ? /["{}[\],:]/g : this.depth === 0 ? /["{}[\],]/g : /["{}[\]]/g
    mark.lastIndex = at
    const found = mark.exec(text)?.index ?? text.length
    if (found > at) this.take(text.slice(at, found))
    const character = text[found]
    if (character === undefined) return found
    if (character === '"') {
      this.key = ""
      this.inString = true
      this.take(character)
    } else if (this.depth < 0) this.outside(character)
    else this.inside(character)
    return found + 1
  }

  private inside(character: string): void {
    const ends = this.depth === 0 && (character === "," || character === "]" || character === "}")
    if (ends) {
      this.finish()
      if (character === ",") return
      this.depth = -1
      this.outside(character)
      return
    }
    this.take(character)
    this.depth += character === "{" || character === "[" ? 1 : -1
    if (this.depth > maxDepth) this.stopped = `it nests deeper than ${maxDepth}`
  }

  private finish(): void {
    const text = this.element.join("").trim()
    if (this.elementLength > maxElement) this.skipped++
    else if (text !== "") this.elements.push(text)
    this.element = []
    this.elementLength = 0
  }

  private outside(character: string): void {
    this.begun = true
    const frame = this.frames.at(-1)
    this.take(character)
    if (character === "{" || character === "[") this.open(character === "[", frame)
    else if (character === ":") {
      if (frame?.onPath) frame.at = keyIn(this.key)
    } else if (character === ",") {
      if (frame?.isList) frame.at = `${Number(frame.at) + 1}`
    } else if (frame?.isList === (character === "]")) this.frames.pop()
    else this.stopped = `a bracket closes that none opened`
  }

  private open(isList: boolean, outer: Frame | undefined): void {
    const level = this.frames.length
    const onPath =
      level <= this.path.length &&
      (outer === undefined || (outer.onPath && outer.at === this.path[level - 1]))
    this.frames.push({ isList, onPath, at: isList ? "0" : "" })
    if (level > maxDepth) this.stopped = `it nests deeper than ${maxDepth}`
    if (isList && onPath && level === this.path.length && !this.found) {
      this.found = true
      this.depth = 0
    }
  }
}

/** The key that a string literal is, its last quote included or not. */
const keyIn = (literal: string): string => {
  try {
    return String(JSON.parse(literal))
  } catch {
    return "" // no string or a wrong escape: no key that anyone asked for
  }
}
