// What a template's outputs become in its text. Every value is escaped, whatever it holds; only markup that we built ourselves goes in as
// markup. So a template may forget `| escape`, and one that does not forget it is escaped once all the same.
import { escapeAttribute, type Markup, plainText, toHtml } from "./Markup.ts"

/** A value of ours that is shown as markup, may be cut, and is plain text to filters. */
export class Formatted {
  readonly #markup: Markup
  constructor(markup: Markup) {
    this.#markup = markup
  }
  get html(): string {
    return `<cut>${toHtml(this.#markup)}</cut>`
  }
  toString(): string {
    return plainText(this.#markup)
  }
}

export const outputOf = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  if (value instanceof Formatted) return value.html
  return escapeAttribute(Array.isArray(value) ? value.map(String).join(", ") : String(value))
}
