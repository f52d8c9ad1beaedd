// A text-bearing element of any feed format → an HTML fragment: which of text, HTML, XHTML or base64 it holds is told by its
// attributes, its children and its format. @source https://datatracker.ietf.org/doc/html/rfc4287#section-3.1
import { escaped } from "../../reading/PlainText.ts"
import { innerMarkup } from "../../xml/Markup.ts"
import { elementsOf, textOf, type XmlElement } from "../../xml/XmlElement.ts"

/** In Atom a text without `type` is plain; in RSS it is HTML. */
export type TextDefault = "text" | "html"

const xhtml = (element: XmlElement): string => {
  const children = elementsOf(element)
  const [only] = children
  // The div that Atom asks for is a wrapper, not content.
  return innerMarkup(
    only !== undefined && children.length === 1 && /^(xhtml:)?div$/.test(only.name) ? only : element
  ).trim()
}

/** The element's content as an HTML fragment; "" for what is no text (an image in base64, a link to content elsewhere). */
export const fragmentOf = (element: XmlElement, textDefault: TextDefault): string => {
  const type = (element.attributes["type"] ?? "").trim().toLowerCase()
  const mode = (element.attributes["mode"] ?? "").trim().toLowerCase()
  if (mode === "base64") {
    const decoded = Buffer.from(textOf(element), "base64").toString("utf8")
    return /html|xml/.test(type) ? decoded : escaped(decoded)
  }
  if (elementsOf(element).length > 0) return xhtml(element)
  const text = textOf(element)
  if (type === "" || type === "text" || type === "text/plain") {
    return textDefault === "html" && type === "" ? text : textDefault === "html" ? text : escaped(text)
  }
  if (/html/.test(type)) return text
  if (/^text\/|xml$/.test(type)) return escaped(text)
  return textDefault === "html" ? text : ""
}
