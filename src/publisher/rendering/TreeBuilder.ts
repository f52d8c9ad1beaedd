// Events of a lenient HTML parser → markup. Elements come into being with their first visible text, and blanks between texts are written
// only when another text follows, into the element that is open on both sides: so there are no empty elements, no blanks at either
// end, and never more than one blank line.
import type { Element, Markup, Node, Opening } from "./Markup.ts"
import { text } from "./Markup.ts"
import { cleanText } from "./PlainText.ts"

interface Frame {
  /** None: the element adds nothing (a block, or a style that is on already). */
  readonly opening: Opening | undefined
  /** Its children, once it has any. */
  made: Array<Node> | undefined
}

/** Text beyond this, in UTF-16 units, has no chance to be shown and is not read. */
const maxText = 65_536

export class TreeBuilder {
  readonly #keepLines: boolean
  readonly #root: Array<Node> = []
  readonly #frames: Array<Frame> = []
  #length = 0
  #space = false
  /** The blank itself, where it is one that must not break. */
  #held = ""
  #breaks = 0

  /** `keepLines`: line breaks in the text count as such, as in Telegram's own HTML; else they are blanks, as in the web's. */
  constructor(keepLines: boolean) {
    this.#keepLines = keepLines
  }

  get markup(): Markup {
    return this.#root
  }

  get pre(): boolean {
    return this.#frames.some((frame) => frame.opening?._tag === "Pre")
  }

  open(opening: Opening | undefined): void {
    this.#frames.push({
      opening: opening !== undefined && this.#adds(opening) ? opening : undefined,
      made: undefined
    })
  }

  close(): void {
    this.#frames.pop()
  }

  /** At least `lines` line breaks before the next text: 1 a new line, 2 a blank line between. */
  breakLine(lines: 1 | 2): void {
    this.#breaks = Math.max(this.#breaks, lines)
  }

  /** One more line break, as `<br>` asks. */
  addBreak(): void {
    this.#breaks = Math.min(2, this.#breaks + 1)
  }

  write(raw: string): void {
    const cleaned = cleanText(raw)
    if (this.pre) {
      this.#put(cleaned)
      return
    }
    for (const [piece] of cleaned.matchAll(/\s+|\S+/g)) {
      if (/\S/.test(piece)) this.#put(piece)
      // One blank that must not break ("1.299,00 €") stays what it is, where it stands between two words.
      else if (/^[\u00a0\u202f]$/.test(piece) && !this.#pending && this.#length > 0) this.#hold(piece)
      else this.#blank(piece)
    }
  }

  get #pending(): boolean {
    return this.#space || this.#breaks > 0
  }

  #hold(blank: string): void {
    this.#held = blank
    this.#space = true
  }

  #blank(blanks: string): void {
    this.#held = ""
    this.#space = true
    if (!this.#keepLines) return
    for (const _ of blanks.matchAll(/\n/g)) this.addBreak()
  }

  /** Whether the element would show: no style twice, nothing inside code, no link in a link, no quote in a quote. */
  #adds(opening: Opening): boolean {
    return this.#frames.every(({ opening: around }) => {
      if (around === undefined) return true
      if (around._tag === "Pre" || (around._tag === "Mark" && around.mark === "code")) return false
      if (around._tag !== opening._tag) return true
      return around._tag === "Mark" && opening._tag === "Mark" && around.mark !== opening.mark
    })
  }

  #put(piece: string): void {
    if (piece === "" || this.#length + piece.length > maxText) return
    const before =
      this.#length === 0
        ? ""
        : this.#breaks > 0
          ? "\n".repeat(this.#breaks)
          : this.#space
            ? this.#held || " "
            : ""
    this.#breaks = 0
    this.#space = false
    this.#held = ""
    append(this.#innermost(), before)
    append(this.#make(), piece)
    this.#length += before.length + piece.length
  }

  /** The children of the innermost element that has come into being. */
  #innermost(): Array<Node> {
    return this.#frames.findLast((frame) => frame.made !== undefined)?.made ?? this.#root
  }

  /** Brings every open element into being. */
  #make(): Array<Node> {
    let parent = this.#root
    for (const frame of this.#frames) {
      if (frame.opening === undefined) continue
      if (frame.made === undefined) {
        const children: Array<Node> = []
        const element: Element = { ...frame.opening, children }
        parent.push(element)
        frame.made = children
      }
      parent = frame.made
    }
    return parent
  }
}

const append = (nodes: Array<Node>, piece: string): void => {
  if (piece === "") return
  const last = nodes.at(-1)
  if (last?._tag === "Text") nodes[nodes.length - 1] = text(last.text + piece)
  else nodes.push(text(piece))
}
