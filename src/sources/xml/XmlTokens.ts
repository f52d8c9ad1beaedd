// Decoded text chunk by chunk → tags and texts, in document order. Promises: the same tokens however the text is cut; wrong markup is read
// as far as it makes sense, as htmlparser2's tokenizer does in its XML mode, of which this is a fourth of the cost: it looks for what
// ends a token, not at each character. Knows nothing of what is open: that is the reader's.
import { NameTable } from "./NameTable.ts"
import { dereferenced, endOfWhole } from "./References.ts"
import {
  attributeNameEnd,
  behindSpace,
  code,
  endsName,
  isQuoted,
  nameEnd,
  value,
  valueEnd,
  valueStart
} from "./Scanning.ts"

export type Attributes = Readonly<Record<string, string>>

export interface XmlHandler {
  /** Names are as written. The first of several attributes of a name counts. */
  readonly opened: (name: string, attributes: Attributes) => void
  /** A piece of text, its references replaced; texts may come in any number of pieces. */
  readonly text: (text: string) => void
  /** An end tag, or the end of an empty element. */
  readonly closed: (name: string) => void
  /** A comment, a declaration or an instruction was passed. */
  readonly passed: () => void
}

/** What an element without attributes has. */
export const noAttributes: Attributes = {}

/** Of a token that is as long as that before it ends, only what can end it is worth another look: else small chunks cost its square. */
const longToken = 1_024

export class XmlTokens {
  private readonly handler: XmlHandler
  private readonly maxAttributes: number
  /** The newest chunk, behind what was left of those before it; read up to `at`. */
  private source = ""
  private at = 0
  /** The name of an end tag is passed, its ">" is not. */
  private inEndTag = false
  /** So much of the comment or section that begins at `at` was searched for its end in vain. */
  private searched = 0
  private stopped = false
  /** The element that was opened last. */
  private tag = ""
  private readonly names = new NameTable()

  constructor(handler: XmlHandler, maxAttributes: number) {
    this.handler = handler
    this.maxAttributes = maxAttributes
  }

  /** A token that the text ends in the middle of is never reported. */
  write(chunk: string): void {
    const waiting = this.source.length - this.at
    this.source = waiting > 0 ? this.source.slice(this.at) + chunk : chunk
    this.at = 0
    if (waiting > longToken && !chunk.includes(">")) return
    while (!this.stopped && this.token()) {}
  }

  /** Nothing is reported any more. */
  stop(): void {
    this.stopped = true
  }

  /** Reads the next token; false when there is none, or not the whole of it. */
  private token(): boolean {
    const { at, source } = this
    if (this.inEndTag) return this.endTagPassed(source.indexOf(">", at))
    if (source.charCodeAt(at) !== code.less) return this.text(at)
    const found = source.charCodeAt(at + 1)
    if (found === code.slash) return this.endTag(at)
    if (found === code.exclamation) return this.declaration(at)
    if (found === code.question) return this.passedTo(source.indexOf("?>", at + 2), 2)
    if (endsName(found)) return this.text(at)
    return this.startTag(at + 1)
  }

  private endTagPassed(end: number): boolean {
    this.at = end < 0 ? this.source.length : end + 1
    this.inEndTag = end < 0
    return end >= 0
  }

  private passedTo(end: number, length: number): boolean {
    if (end < 0) return false
    this.at = end + length
    this.searched = 0
    this.handler.passed()
    return true
  }

  /** Text from `at` on, whose first character may be a "<" that begins no tag. */
  private text(at: number): boolean {
    const next = this.source.indexOf("<", at + 1)
    const end = next < 0 ? endOfWhole(this.source, at) : next
    if (end > at) this.handler.text(dereferenced(this.source.slice(at, end)))
    this.at = end
    return next >= 0
  }

  private endTag(at: number): boolean {
    const { source, tag } = this
    const start = behindSpace(source, at + 2)
    // Most end what was opened last.
    if (
      source.charCodeAt(start + tag.length) === code.greater &&
      source.startsWith(tag, start) &&
      tag !== ""
    ) {
      this.at = start + tag.length + 1
      this.handler.closed(tag)
      return true
    }
    if (start >= source.length) return false
    const found = source.charCodeAt(start)
    if (found === code.greater) return this.text(at)
    if (found === code.slash) return this.passedTo(source.indexOf(">", start + 1), 1)
    const end = nameEnd(source, start + 1)
    if (end < 0) return false
    this.at = end
    this.inEndTag = true
    this.handler.closed(this.names.at(source, start, end))
    return true
  }

  private declaration(at: number): boolean {
    const { source } = this
    const found = source.charCodeAt(at + 2)
    if (found === code.bracket) return this.cdata(at + 3)
    if (found !== code.dash) return this.passedTo(source.indexOf(">", at + 3), 1)
    if (source.charCodeAt(at + 3) === code.dash) return this.comment(at + 4)
    return this.passedTo(source.indexOf(">", at + 4), 1)
  }

  private cdata(at: number): boolean {
    const { source } = this
    const start = at + 6
    if (!"CDATA[".startsWith(source.slice(at, start))) return this.passedTo(source.indexOf(">", at), 1)
    const end = source.indexOf("]]>", Math.max(start, this.at + this.searched))
    if (end < 0) return this.endless("]]".length)
    this.at = end + 3
    this.searched = 0
    this.handler.text(source.slice(start, end))
    return true
  }

  /** Ends with "-->", or with "--!>" as in HTML. */
  private comment(at: number): boolean {
    const { source } = this
    let end = source.indexOf("--", Math.max(at, this.at + this.searched))
    while (end >= 0) {
      if (source.charCodeAt(end + 2) === code.greater) return this.passedTo(end, 3)
      if (source.startsWith("!>", end + 2)) return this.passedTo(end, 4)
      end = source.indexOf("--", end + 1)
    }
    return this.endless("--!".length)
  }

  /** What is searched has no end yet, but may end with the next chunk: as much of its last characters may belong to that. */
  private endless(begun: number): boolean {
    this.searched = Math.max(0, this.source.length - this.at - begun)
    return false
  }

  private startTag(start: number): boolean {
    const { source } = this
    const end = nameEnd(source, start + 1)
    if (end < 0) return false
    const name = this.names.at(source, start, end)
    if (source.charCodeAt(end) !== code.greater) return this.attributes(name, end)
    this.opened(name, noAttributes, end + 1)
    return true
  }

  private opened(name: string, attributes: Attributes, end: number): void {
    this.at = end
    this.tag = name
    this.handler.opened(name, attributes)
  }

  /** What stands in a start tag behind its name. */
  private attributes(tag: string, from: number): boolean {
    const { maxAttributes, source } = this
    let attributes: Record<string, string> | undefined
    let count = 0
    for (let at = behindSpace(source, from); at < source.length; at = behindSpace(source, at)) {
      const found = source.charCodeAt(at)
      if (found === code.greater) {
        this.opened(tag, attributes ?? noAttributes, at + 1)
        return true
      }
      if (found === code.slash) {
        at = behindSpace(source, at + 1)
        if (source.charCodeAt(at) !== code.greater) continue
        this.opened(tag, attributes ?? noAttributes, at + 1)
        if (!this.stopped) this.handler.closed(tag)
        return true
      }
      const named = attributeNameEnd(source, at + 1)
      const start = valueStart(source, named)
      const end = start < 0 ? named : valueEnd(source, start)
      if (named < 0 || end < 0) return false
      if (++count <= maxAttributes) {
        const name = this.names.at(source, at, named)
        attributes ??= {}
        if (!Object.hasOwn(attributes, name)) attributes[name] = start < 0 ? "" : value(source, start, end)
      }
      at = start >= 0 && isQuoted(source, start) ? end + 1 : end
    }
    return false
  }
}
