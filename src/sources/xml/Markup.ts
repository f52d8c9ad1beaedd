// The content of an XML element → an HTML fragment: XHTML in Atom, naked markup in RSS. The inverse of parsing, nothing is judged.
import { isHtmlElement } from "../reading/HtmlElements.ts"
import { escaped } from "../reading/PlainText.ts"
import type { XmlElement } from "./XmlElement.ts"

const voidElements = new Set(["br", "hr", "img", "input", "source", "wbr"])

const localName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf(":"), name.lastIndexOf("}")) + 1)

const attributesOf = (element: XmlElement): string =>
  Object.entries(element.attributes)
    .filter(([name]) => !/[:{]|^xmlns/.test(name))
    .map(([name, value]) => ` ${name}="${escaped(value).replace(/"/g, "&quot;")}"`)
    .join("")

const markup = (element: XmlElement): string => {
  const name = localName(element.name)
  if (!isHtmlElement(name)) return innerMarkup(element)
  const start = `<${name}${attributesOf(element)}>`
  return voidElements.has(name) ? start : `${start}${innerMarkup(element)}</${name}>`
}

/** The children of an element as HTML; elements that HTML does not know are unwrapped, text is escaped. */
export const innerMarkup = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === "string" ? escaped(child) : markup(child))).join("")
