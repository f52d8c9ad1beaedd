// Whatever HTML a feed or a template wrote → markup that Telegram accepts. Enters: markup of any quality, trusted with nothing. Leaves: a
// tree of known elements with clean text. Promises: total; linear; nesting is bounded, for no element stands within its like.
import { Parser } from "htmlparser2"
import { linkOf } from "./Links.ts"
import type { Mark, Markup, Opening } from "./Markup.ts"
import { cleanText } from "./PlainText.ts"
import { TreeBuilder } from "./TreeBuilder.ts"

export interface ParseOptions {
  /**
   * `fragment`: a feed's HTML, where line breaks are blanks. `template`: a template's output, where they count, as in Telegram's own
   * HTML, and where `<cut>` and `<button href>` have a meaning.
   */
  readonly kind: "fragment" | "template"
  /** What relative links are relative to. */
  readonly base?: string
}

export interface Parsed {
  readonly markup: Markup
  readonly buttons: ReadonlyArray<{ readonly text: string; readonly url: string }>
}

const marks: Readonly<Record<string, Mark>> = {
  b: "bold",
  strong: "bold",
  h1: "bold",
  h2: "bold",
  h3: "bold",
  h4: "bold",
  h5: "bold",
  h6: "bold",
  i: "italic",
  em: "italic",
  cite: "italic",
  u: "underline",
  ins: "underline",
  s: "strike",
  strike: "strike",
  del: "strike",
  "tg-spoiler": "spoiler",
  blockquote: "quote",
  code: "code",
  kbd: "code",
  samp: "code",
  tt: "code"
}

const words = (list: string) => new Set(list.split(" "))
const paragraphs = words("p h1 h2 h3 h4 h5 h6 ul ol dl table figure pre hr")
const lines = words(
  "div li tr dt dd section article header footer main aside nav address details summary figcaption form fieldset blockquote center"
)
const dropped = words(
  "script style template noscript iframe object embed svg math head title select textarea button audio video canvas map"
)

/** Never throws. */
export const parseHtml = (html: string, options: ParseOptions): Parsed => {
  const reading = new Reading(options)
  const parser = new Parser(reading, { decodeEntities: true })
  parser.write(html)
  parser.end()
  return { markup: reading.markup, buttons: reading.buttons }
}

class Reading {
  readonly buttons: Array<{ readonly text: string; readonly url: string }> = []
  readonly #options: ParseOptions
  readonly #tree: TreeBuilder
  readonly #lists: Array<number | undefined> = []
  #text = ""
  #dropping: { readonly name: string; depth: number } | undefined
  #button: { readonly url: string; text: string } | undefined

  constructor(options: ParseOptions) {
    this.#options = options
    this.#tree = new TreeBuilder(options.kind === "template")
  }

  get markup(): Markup {
    return this.#tree.markup
  }

  ontext(data: string): void {
    if (this.#dropping !== undefined) return
    if (this.#button !== undefined) this.#button.text += data
    else this.#text += data
  }

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#dropping !== undefined) {
      if (name === this.#dropping.name) this.#dropping.depth++
      return
    }
    this.#flush()
    if (this.#startsButton(name, attributes)) return
    if (dropped.has(name)) {
      this.#dropping = { name, depth: 1 }
      return
    }
    if (this.#button !== undefined) return
    this.#breakAround(name)
    if (name === "br") this.#tree.pre ? this.#tree.write("\n") : this.#tree.addBreak()
    this.#tree.open(this.#openingOf(name, attributes))
    if (name === "ul") this.#lists.push(undefined)
    if (name === "ol") this.#lists.push(1)
    if (name === "li") this.#bullet()
  }

  onclosetag(name: string): void {
    if (this.#dropping !== undefined) {
      if (name === this.#dropping.name && --this.#dropping.depth === 0) this.#dropping = undefined
      return
    }
    this.#flush()
    if (this.#button !== undefined) {
      if (name === "button") this.#endButton(this.#button)
      return
    }
    this.#tree.close()
    if (name === "ul" || name === "ol") this.#lists.pop()
    if (name === "q") this.#tree.write("”")
    if (name === "td" || name === "th") this.#tree.write(" ")
    this.#breakAround(name)
  }

  onend(): void {
    this.#flush()
  }

  /** Entities arrive as pieces of their own: only the whole text shows which blanks stand between words. */
  #flush(): void {
    if (this.#text === "") return
    this.#tree.write(this.#text)
    this.#text = ""
  }

  #breakAround(name: string): void {
    if (paragraphs.has(name)) this.#tree.breakLine(2)
    else if (lines.has(name)) this.#tree.breakLine(1)
  }

  #bullet(): void {
    const number = this.#lists.at(-1)
    if (number !== undefined) this.#lists[this.#lists.length - 1] = number + 1
    this.#tree.write(number === undefined ? "• " : `${number}. `)
  }

  #openingOf(name: string, attributes: Readonly<Record<string, string>>): Opening | undefined {
    if (name === "q") this.#tree.write("“")
    const mark = Object.hasOwn(marks, name) ? marks[name] : undefined
    if (mark !== undefined) return { _tag: "Mark", mark }
    if (name === "span" && attributes["class"] === "tg-spoiler") return { _tag: "Mark", mark: "spoiler" }
    if (name === "cut" && this.#options.kind === "template") return { _tag: "Cut" }
    if (name === "pre") return { _tag: "Pre" }
    const href = name === "a" ? linkOf(attributes["href"], this.#options.base) : undefined
    return href === undefined ? undefined : { _tag: "Link", href }
  }

  #startsButton(name: string, attributes: Readonly<Record<string, string>>): boolean {
    if (name !== "button" || this.#options.kind !== "template" || this.#button !== undefined) return false
    this.#button = { url: attributes["href"] ?? "", text: "" }
    return true
  }

  #endButton({ url, text }: { readonly url: string; readonly text: string }): void {
    this.#button = undefined
    this.buttons.push({ url, text: cleanText(text).replace(/\s+/g, " ").trim() })
  }
}
