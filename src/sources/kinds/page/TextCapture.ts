// The texts of elements that may contain each other, while they are open: each gets what stands between its begin and its finish.
// White space in the source is only space; between blocks stands a line break. Bounded, whatever is nested in what.

/** Characters of one text. */
const maxText = 20_000
/** Characters inside one outermost element, and pictures that may stand in for its text. */
const maxOuter = 1_000_000
const maxPictures = 1_000
/** Characters of all texts: texts that contain each other are kept once for each. */
const maxKept = 4_000_000

const lineBreak = "\0"

export class TextCapture {
  private waiting = 0
  private parts: Array<string> = []
  private length = 0
  private kept = 0
  private pictures: Array<readonly [at: number, words: string]> = []

  /** The place to give to `finish`. */
  begin(): number {
    this.waiting++
    return this.parts.length
  }

  add(text: string): void {
    if (this.waiting === 0 || this.length >= maxOuter) return
    this.parts.push(text.slice(0, maxOuter - this.length))
    this.length += text.length
  }

  /** A block begins. */
  break(): void {
    this.add(lineBreak)
  }

  /** The words of a picture stand in for a text that has none. */
  picture(words: string): void {
    if (this.waiting > 0 && words !== "" && this.pictures.length < maxPictures)
      this.pictures.push([this.parts.length, words])
  }

  /** The text since `begin` gave `from`; call once for each, the inner ones first. */
  finish(from: number): string {
    const text = this.textFrom(from)
    const found = text === "" ? (this.pictures.find(([at]) => at >= from)?.[1] ?? "") : text
    if (--this.waiting === 0) {
      this.parts = []
      this.pictures = []
      this.length = 0
    }
    return found
  }

  private textFrom(from: number): string {
    const texts: Array<string> = []
    let length = this.kept > maxKept ? maxText : 0
    for (let at = from; at < this.parts.length && length < maxText; at++) {
      const part = this.parts[at] ?? ""
      texts.push(part)
      length += part.length
    }
    this.kept += length
    return texts
      .join("")
      .slice(0, maxText)
      .replace(/\s+/g, " ")
      .replace(/ ?\0[ \0]*/g, "\n")
      .trim()
  }
}
