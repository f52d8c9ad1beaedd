// Decoded text chunk by chunk → tags and texts, in document order. htmlparser2's tokenizer finds where they begin and end, which is most
// of the work and all of the tolerance; this cuts them out. Half the cost of htmlparser2's own parser, whose handling of HTML is not
// needed, and linear in the depth of nesting. Knows nothing of what is open: that is the reader's.
import { Tokenizer, type TokenizerCallbacks } from "htmlparser2"

export type Attributes = Readonly<Record<string, string>>

export interface XmlHandler {
  /** Names are as written. The first of several attributes of a name counts. */
  readonly opened: (name: string, attributes: Attributes) => void
  /** A piece of text, its entities decoded; texts may come in any number of pieces. */
  readonly text: (text: string) => void
  /** An end tag, or the end of an empty element. */
  readonly closed: (name: string) => void
  /** A comment, a declaration or an instruction was passed. */
  readonly passed: () => void
}

/** What an element without attributes has. */
export const noAttributes: Attributes = {}

export class XmlTokens implements TokenizerCallbacks {
  private readonly tokenizer: Tokenizer
  private readonly handler: XmlHandler
  private readonly maxAttributes: number
  private chunk = ""
  /** Where the chunk begins in the document, in UTF-16 units, and the end of the last thing that was cut out. */
  private offset = 0
  private consumed = 0
  /** The text before the chunk that was not consumed yet: the beginning of what the chunk goes on with. */
  private earlier = ""
  private tag = ""
  private attribute = ""
  private value = ""
  private attributes: Record<string, string> | undefined
  private attributeCount = 0

  constructor(handler: XmlHandler, maxAttributes: number) {
    this.handler = handler
    this.maxAttributes = maxAttributes
    this.tokenizer = new Tokenizer({ xmlMode: true }, this)
  }

  write(chunk: string): void {
    const end = this.offset + this.chunk.length
    const kept = this.consumed - this.offset + this.earlier.length
    this.earlier = this.consumed >= end ? "" : (this.earlier + this.chunk).slice(Math.max(kept, 0))
    this.offset = end
    this.chunk = chunk
    this.tokenizer.write(chunk)
  }

  end(): void {
    this.tokenizer.end()
  }

  /** Nothing is reported any more. */
  stop(): void {
    this.tokenizer.pause()
  }

  ontext(start: number, end: number): void {
    this.handler.text(this.cut(start, end))
  }

  ontextentity(codePoint: number, end: number): void {
    this.consumed = end
    this.handler.text(String.fromCodePoint(codePoint))
  }

  oncdata(start: number, end: number, endOffset: number): void {
    this.handler.text(this.cut(start, end - endOffset))
  }

  onopentagname(start: number, end: number): void {
    this.tag = this.cut(start, end)
    this.attributes = undefined
    this.attributeCount = 0
  }

  onattribname(start: number, end: number): void {
    this.attribute = this.cut(start, end)
    this.value = ""
  }

  onattribdata(start: number, end: number): void {
    this.value += this.cut(start, end)
  }

  onattribentity(codePoint: number): void {
    this.value += String.fromCodePoint(codePoint)
  }

  onattribend(): void {
    if (++this.attributeCount > this.maxAttributes) return
    this.attributes ??= {}
    if (!Object.hasOwn(this.attributes, this.attribute)) this.attributes[this.attribute] = this.value
  }

  onopentagend(end: number): void {
    this.consumed = end
    this.handler.opened(this.tag, this.attributes ?? noAttributes)
  }

  onselfclosingtag(end: number): void {
    this.onopentagend(end)
    this.handler.closed(this.tag)
  }

  onclosetag(start: number, end: number): void {
    this.handler.closed(this.cut(start, end))
  }

  oncomment(_start: number, end: number): void {
    this.pass(end)
  }

  ondeclaration(_start: number, end: number): void {
    this.pass(end)
  }

  onprocessinginstruction(_start: number, end: number): void {
    this.pass(end)
  }

  onend(): void {}

  private pass(end: number): void {
    this.consumed = end
    this.handler.passed()
  }

  private cut(start: number, end: number): string {
    this.consumed = end
    const from = start - this.offset
    if (from >= 0) return this.chunk.slice(from, end - this.offset)
    const whole = this.earlier + this.chunk
    const origin = this.offset - this.earlier.length
    return whole.slice(start - origin, end - origin)
  }
}
