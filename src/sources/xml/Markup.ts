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

/** What the text between the tags is: to be escaped, or HTML already. */
export type TextContent = "text" | "html"

const markup = (element: XmlElement, content: TextContent): string => {
  const name = localName(element.name)
  if (!isHtmlElement(name)) return innerMarkup(element, content)
  const start = `<${name}${attributesOf(element)}>`
  return voidElements.has(name) ? start : `${start}${innerMarkup(element, content)}</${name}>`
}

/** The children of an element as HTML; elements that HTML does not know are unwrapped. */
export const innerMarkup = (element: XmlElement, content: TextContent): string =>
  element.children
    .map((child) =>
      typeof child !== "string" ? markup(child, content) : content === "html" ? child : escaped(child)
    )
    .join("")
