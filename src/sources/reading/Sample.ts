// The beginning of a document's text, kept to say what it is when it is not what it should be. The same however the text is cut, as long
// as nobody stops feeding before there is enough of it.
import type { Blocked } from "../DocumentReader.ts"
import { blockedIn, botCheckLength } from "./BotCheck.ts"

export class Sample {
  text = ""
  /** Characters so far, of which only the first are kept. */
  length = 0

  add(text: string): void {
    this.length += text.length
    if (this.text.length <= botCheckLength) this.text += text.slice(0, botCheckLength + 1 - this.text.length)
  }

  /** Whether what follows can change nothing that is said here. */
  get isFull(): boolean {
    return this.length > botCheckLength
  }

  /** What stands in the way; only to be asked about a document that did not hold what it should. */
  get blocked(): Blocked | undefined {
    return blockedIn(this.text)
  }
}
