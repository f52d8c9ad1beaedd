// Decoded text of an XML document, chunk by chunk → its finished elements, one at a time, whatever the chunk sizes.
// Promises: bounded memory and time (see `XmlLimits`); no DTD, no entities beyond the predefined and numeric ones; wrong XML is read as
// far as it makes sense. Says whether the document really ended. Never throws, never decides what an element means.
import { defaultLimits, ElementBuilder, type Growing, type XmlLimits } from "./ElementBuilder.ts"
import {
  canonicalAttribute,
  canonicalName,
  emptyScope,
  type Scope,
  scopeOfRoot,
  scopeWithin
} from "./Names.ts"
import type { XmlElement } from "./XmlElement.ts"
import { type Attributes, noAttributes, XmlTokens } from "./XmlTokens.ts"

/** Which elements of a document hold the others, and which are its items. Names are canonical (`Names.ts`). */
export interface DocumentShape {
  /** Elements whose children are handed out one by one ("rss", "channel"); they only hold them below the root or each other. */
  readonly containers: ReadonlySet<string>
  /** Items: one that opens inside another element that is handed out ends that one first. */
  readonly items: ReadonlySet<string>
}

/** An open tag. Without an element, and not a container, what is inside is not kept. */
interface Frame {
  /** As written. */
  readonly name: string
  readonly container: boolean
  readonly scope: Scope
  /** The canonical names of the elements met in this scope: of a million elements some thirty have different names. */
  readonly names: Map<string, string>
  readonly base: string | undefined
  /** What its text and children go to, and who builds that. */
  element: Growing | undefined
  builder: ElementBuilder | undefined
}

const inherited = (outer: string | undefined, own: string | undefined): string | undefined => {
  if (own === undefined) return outer
  const trimmed = own.trim()
  return URL.canParse(trimmed, outer) ? new URL(trimmed, outer).href : outer
}

const maxNames = 1_000

export class XmlReader {
  /** The first element, without its children, as soon as its tag was read. */
  root: XmlElement | undefined
  /** True once the root's own end was read; the parser closes what is open at the end of the text by itself, which does not count. */
  complete = false
  /** Why reading stopped before the end, one clause; then `write` gives nothing any more. */
  stopped: string | undefined

  private readonly shape: DocumentShape
  private readonly documentUrl: string | undefined
  private readonly limits: XmlLimits
  private readonly tokens: XmlTokens
  private readonly open: Array<Frame> = []
  private finish: (element: XmlElement) => void = () => {}
  private rootClosed = false
  private ending = false
  /** Text written since the parser last reported anything: an unfinished comment, CDATA section or tag. */
  private pending = 0

  /** `documentUrl` is what a relative `xml:base` resolves against. */
  constructor(shape: DocumentShape, documentUrl?: string, limits: XmlLimits = defaultLimits) {
    this.shape = shape
    this.documentUrl = documentUrl
    this.limits = limits
    this.tokens = new XmlTokens(
      {
        opened: (name, attributes) => this.opened(name, attributes),
        text: (text) => this.text(text),
        closed: (name) => this.closed(name),
        passed: () => this.progressed()
      },
      limits.attributes
    )
  }

  /** The elements that were finished by this chunk, in document order. */
  write(chunk: string): ReadonlyArray<XmlElement> {
    const finished: Array<XmlElement> = []
    this.each(chunk, (element) => finished.push(element))
    return finished
  }

  /** As `write`, but one by one as they are finished: trees that nobody keeps cost the collector nothing. */
  each(chunk: string, finish: (element: XmlElement) => void): void {
    if (this.stopped !== undefined) return
    this.finish = finish
    this.pending += chunk.length
    this.tokens.write(chunk)
    if (this.pending > this.limits.element) this.stop("a comment, CDATA section or tag does not end")
  }

  /** Call once after the last chunk. An element that is still open then was cut off and is not handed out. */
  end(): void {
    if (this.stopped !== undefined) return
    this.ending = true
    while (this.open.length > 0) this.closeLast()
  }

  private stop(reason: string): void {
    this.stopped ??= reason
    this.tokens.stop()
  }

  private progressed(): void {
    this.pending = 0
  }

  private opened(rawName: string, rawAttributes: Attributes): void {
    this.pending = 0
    if (this.rootClosed) return
    if (this.open.length >= this.limits.hardDepth) {
      this.stop(`elements nest deeper than ${this.limits.hardDepth}`)
      return
    }
    const parent = this.open.at(-1)
    const declared = scopeWithin(parent?.scope ?? emptyScope, rawAttributes)
    const scope = parent === undefined ? scopeOfRoot(declared, rawName) : declared
    const names = scope === parent?.scope ? parent.names : new Map<string, string>()
    const name = this.canonical(names, scope, rawName)
    const attributes = canonicalAttributes(scope, rawAttributes)
    const base = this.baseOf(parent, attributes["xml:base"])
    if (parent === undefined)
      this.root = { name, attributes, ...(base === undefined ? {} : { base }), children: [] }
    const container = (parent === undefined || parent.container) && this.shape.containers.has(name)
    const builder = container ? undefined : this.builderFor(parent, name, attributes, base)
    const outer = parent?.builder === builder ? parent?.element : undefined
    const element =
      outer === undefined ? builder?.root : builder?.child(outer, name, attributes, base, this.open.length)
    this.open.push({ name: rawName, container, scope, names, base, element, builder })
  }

  private canonical(names: Map<string, string>, scope: Scope, rawName: string): string {
    const known = names.get(rawName)
    if (known !== undefined) return known
    const name = canonicalName(scope, rawName)
    if (names.size < maxNames) names.set(rawName, name)
    return name
  }

  private baseOf(parent: Frame | undefined, own: string | undefined): string | undefined {
    if (own === undefined) return parent?.base
    return inherited(parent?.base ?? this.documentUrl, own)
  }

  private builderFor(
    parent: Frame | undefined,
    name: string,
    attributes: Attributes,
    base: string | undefined
  ): ElementBuilder | undefined {
    if (parent !== undefined && !parent.container) {
      const outer = parent.builder
      if (!this.shape.items.has(name)) return outer
      if (outer !== undefined) this.finishEarly(outer)
    }
    return new ElementBuilder(this.limits, name, attributes, base)
  }

  /** An item opened inside `outer`, which nobody closed: hand that out as it is and keep nothing more of it. */
  private finishEarly(outer: ElementBuilder): void {
    this.finish(outer.root)
    for (const frame of this.open) {
      if (frame.builder !== outer) continue
      frame.builder = undefined
      frame.element = undefined
    }
  }

  private text(text: string): void {
    this.pending = 0
    const frame = this.rootClosed ? undefined : this.open.at(-1)
    if (frame?.element === undefined) return
    const { builder, element } = frame
    // What stands between the fields of an item is layout.
    if (element === builder?.root && this.shape.items.has(element.name)) return
    builder?.text(element, text)
  }

  /** An end tag also ends what was left open inside; one that ends nothing is ignored. */
  private closed(name: string): void {
    this.pending = 0
    let index = this.open.length - 1
    while (index >= 0 && this.open[index]?.name !== name) index--
    if (index < 0) return
    while (this.open.length > index) this.closeLast()
  }

  private closeLast(): void {
    const frame = this.open.pop()
    if (frame === undefined) return
    const { builder, element } = frame
    if (element !== undefined && builder !== this.open.at(-1)?.builder && !this.ending) this.finish(element)
    if (this.open.length === 0) {
      this.rootClosed = true
      this.complete = !this.ending
    }
  }
}

/** Most are. */
const areCanonical = (scope: Scope, raw: Attributes): boolean => {
  for (const key in raw) if (canonicalAttribute(scope, key) !== key) return false
  return true
}

const canonicalAttributes = (scope: Scope, raw: Attributes): Attributes => {
  if (raw === noAttributes || areCanonical(scope, raw)) return raw
  const attributes: Record<string, string> = {}
  for (const key in raw) {
    const name = canonicalAttribute(scope, key)
    if (!Object.hasOwn(attributes, name)) attributes[name] = raw[key] ?? ""
  }
  return attributes
}
