// One element under construction with everything below it: text and children arrive in document order, a finished tree leaves.
// Promises bounded memory: what exceeds a limit is left out, the rest stays. Never decodes, never decides what an element means.
import type { XmlElement } from "./XmlElement.ts"
import type { Attributes } from "./XmlTokens.ts"

/** What one document may cost. Lengths are in UTF-16 units. */
export interface XmlLimits {
  /** Elements deeper than this are unwrapped: their text goes to the ancestor at this depth. */
  readonly depth: number
  /** Reading stops at this depth: no feed is so deep, and an end tag looks through all that is open. */
  readonly hardDepth: number
  /** Text of one field, that is, of one child of a handed-out element. */
  readonly field: number
  /** Text, attributes and tags of one handed-out element; also the longest single comment, CDATA section or tag. */
  readonly element: number
  /** Attributes of one element. */
  readonly attributes: number
}

export const defaultLimits: XmlLimits = {
  depth: 64,
  hardDepth: 512,
  field: 1_000_000,
  element: 4_000_000,
  attributes: 100
}

/** Charged for each child so that millions of empty elements are bounded as well. */
const elementCost = 64

/** An element that is being built. */
export interface Growing {
  readonly name: string
  readonly attributes: Attributes
  readonly base?: string
  children: Array<XmlElement | string>
}

/** What an element begins with: most have one child, for which no list is made that has room for more. */
const noChildren: Array<XmlElement | string> = []

const add = (element: Growing, child: XmlElement | string): void => {
  if (element.children === noChildren) element.children = [child]
  else element.children.push(child)
}

export class ElementBuilder {
  /** The handed-out element itself. */
  readonly root: Growing
  private readonly limits: XmlLimits
  private size = 0
  private fieldSize = 0

  constructor(limits: XmlLimits, name: string, attributes: Attributes, base: string | undefined) {
    this.limits = limits
    this.root = this.grow(name, attributes, base)
  }

  /** A new child, or its parent where a limit forbids another element. */
  child(
    parent: Growing,
    name: string,
    attributes: Attributes,
    base: string | undefined,
    depth: number
  ): Growing {
    if (parent === this.root) this.fieldSize = 0
    if (depth > this.limits.depth || this.size >= this.limits.element) return parent
    const element = this.grow(name, attributes, base)
    add(parent, element)
    return element
  }

  text(element: Growing, text: string): void {
    const room = Math.min(this.limits.element - this.size, this.limits.field - this.fieldSize)
    if (room <= 0) return
    const taken = text.length > room ? text.slice(0, room) : text
    this.size += taken.length
    this.fieldSize += taken.length
    const { children } = element
    const last = children.at(-1)
    if (typeof last === "string") children[children.length - 1] = last + taken
    else add(element, taken)
  }

  private grow(name: string, attributes: Attributes, base: string | undefined): Growing {
    this.size += elementCost
    const kept = this.withinLimit(attributes)
    return base === undefined
      ? { name, attributes: kept, children: noChildren }
      : { name, attributes: kept, base, children: noChildren }
  }

  private withinLimit(attributes: Attributes): Attributes {
    let size = this.size
    for (const key in attributes) size += key.length + (attributes[key] ?? "").length
    if (size <= this.limits.element) {
      this.size = size
      return attributes
    }
    return this.cut(attributes)
  }

  /** The first ones, as far as there is room. */
  private cut(attributes: Attributes): Attributes {
    const kept: Record<string, string> = {}
    for (const [key, value] of Object.entries(attributes)) {
      if (this.size + value.length > this.limits.element) break
      this.size += key.length + value.length
      kept[key] = value
    }
    return kept
  }
}
