// A text-bearing element of any feed format → an HTML fragment: which of text, HTML, XHTML or base64 it holds is told by its
// attributes, its children and its format. @source https://datatracker.ietf.org/doc/html/rfc4287#section-3.1
import { escaped } from "../../reading/PlainText.ts"
import { innerMarkup, type TextContent } from "../../xml/Markup.ts"
import { elementsOf, textOf, type XmlElement } from "../../xml/XmlElement.ts"

const isText = (type: string) => type === "" || type === "text" || type === "text/plain"

/** The children as HTML. The lone div that Atom asks for is a wrapper, not content. */
const inline = (element: XmlElement, content: TextContent): string => {
  const children = elementsOf(element)
  const [only] = children
  const isWrapped = only !== undefined && children.length === 1 && /^(xhtml:)?div$/.test(only.name)
  return innerMarkup(isWrapped && textOf(element) === textOf(only) ? only : element, content).trim()
}

const fromBase64 = (element: XmlElement, type: string): string => {
  const decoded = Buffer.from(textOf(element), "base64").toString("utf8")
  return /html|xml/.test(type) ? decoded : escaped(decoded)
}

/**
 * The element's content as an HTML fragment; "" for what is no text (an image in base64, a link to content elsewhere). In Atom a
 * text without `type` is plain, in RSS every text is HTML: that is `untyped`.
 */
export const fragmentOf = (element: XmlElement, untyped: TextContent): string => {
  const type = (element.attributes["type"] ?? "").trim().toLowerCase()
  const mode = (element.attributes["mode"] ?? "").trim().toLowerCase()
  if (mode === "base64") return fromBase64(element, type)
  if (elementsOf(element).length > 0) {
    return inline(element, /xhtml|xml/.test(type) || (isText(type) && untyped === "text") ? "text" : "html")
  }
  const text = textOf(element)
  if (untyped === "html" || /html/.test(type)) return text
  return isText(type) || /^text\/|xml$/.test(type) ? escaped(text) : ""
}
