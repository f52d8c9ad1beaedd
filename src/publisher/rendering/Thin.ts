// Takes tags off until a post keeps within Telegram's limits on entities and bytes. The text stays whole.
import { Buffer } from "node:buffer"
import { type Element, type Markup, tagsOf, textsOf } from "./Markup.ts"

/** Of the 100 that Telegram keeps; the rest is left to the links and tags that it recognises by itself. */
const maxEntities = 80

/** What tags may take of the 32,768 bytes: the text of 4,096 units, each at most `&amp;`, takes 20,480; the marker at most 2,700,
 * a label's markup 1,000. */
const maxTagBytes = 8_500

/** Takes the tags off that are too many: first come first kept, what may not be cut before what may. */
export const thinned = (markup: Markup): Markup => {
  let entities = maxEntities
  let bytes = maxTagBytes
  const affords = (element: Element): boolean => {
    const cost = entitiesOf(element)
    const size = Buffer.byteLength(tagsOf(element).join(""))
    if (element._tag === "Cut") return true
    if (cost > entities || size > bytes) return false
    entities -= cost
    bytes -= size
    return true
  }
  const thin = (nodes: Markup, part: "kept" | "cuts" | "within"): Markup =>
    nodes.flatMap((node): Markup => {
      if (node._tag === "Text") return [node]
      if (part === "kept" && node._tag === "Cut") return [node]
      const keep = part === "cuts" || affords(node)
      const children = thin(node.children, part === "cuts" && node._tag === "Cut" ? "within" : part)
      return keep ? [{ ...node, children }] : children
    })
  return thin(thin(markup, "kept"), "cuts")
}

/** Telegram splits styles where others begin or end inside them; links, quotes and code stay whole. */
const entitiesOf = (element: Element): number =>
  element._tag === "Mark" && element.mark !== "quote" && element.mark !== "code"
    ? Math.max(1, textsOf(element.children).length)
    : 1
