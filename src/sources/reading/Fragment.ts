// The HTML of an item's body → the same fragment with absolute addresses, within a length, and the pictures it shows.
// Nothing is sanitised here: the renderer trusts no markup.
import { Parser } from "htmlparser2"
import { absolute } from "./Links.ts"
import { clean, cutMarkup } from "./PlainText.ts"

export interface Fragment {
  readonly html: string
  /** Absolute URLs in the order of appearance; never tracking pixels and emoji. */
  readonly images: ReadonlyArray<string>
}

/** Names of pictures that say nothing: counters, share buttons, emoji. */
const decoration =
  /feedburner|feedsportal|doubleclick|\/pixel|[/_-]pixel\.|1x1|spacer|blank\.gif|emoji|smil(?:ey|ies)|gravatar|share-buttons|stats\.wordpress|\/b\.gif/i

const isDecoration = (attributes: Readonly<Record<string, string>>, url: string) =>
  [attributes["width"], attributes["height"]].some(
    (size) => size !== undefined && /^\d+/.test(size) && parseInt(size, 10) <= 32
  ) ||
  /emoji|smiley/i.test(attributes["class"] ?? "") ||
  decoration.test(url)

const attributeText = (value: string) => value.replace(/&/g, "&amp;").replace(/"/g, "&quot;")

/** At most `length` of a fragment, its `href` and `src` resolved against `base`; what resolves to no http(s) URL stays as it is. */
export const fragment = (html: string, base: string, length: number): Fragment => {
  const source = cutMarkup(clean(html), length)
  if (!source.includes("<") || !/href|src/i.test(source)) return { html: source, images: [] }
  const images: Array<string> = []
  let resolved = ""
  let copied = 0
  const parser: Parser = new Parser({
    onattribute: (name, value) => {
      if (name !== "href" && name !== "src") return
      const url = isRelative(value) ? absolute(value, base) : undefined
      if (url === undefined) return
      resolved += `${source.slice(copied, parser.startIndex)}${name}="${attributeText(url)}"`
      copied = parser.endIndex
    },
    onopentag: (name, attributes) => {
      const url = name === "img" ? absolute(attributes["src"] ?? attributes["data-src"], base) : undefined
      if (url !== undefined && !isDecoration(attributes, url)) images.push(url)
    }
  })
  parser.end(source)
  return { html: cutMarkup(resolved + source.slice(copied), length), images }
}

const isRelative = (href: string) => !/^\s*(?:[a-z][a-z\d+.-]*:|#|$)/i.test(href)
