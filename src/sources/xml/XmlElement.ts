// A finished XML element as the readers see it: canonical lower-case names, decoded text, the base its links resolve against.
// Plain data with the few questions that every reader asks of it.

/** `name` as `canonicalName` makes it ("title", "g:price"); attribute names likewise ("href", "xml:base"). */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Absolute URL from the nearest `xml:base`; absent when no element above declares one. */
  readonly base?: string
  readonly children: ReadonlyArray<XmlElement | string>
}

/** The child elements, in document order. */
export const elementsOf = (element: XmlElement): ReadonlyArray<XmlElement> =>
  element.children.filter((child) => typeof child !== "string")

const none: ReadonlyArray<XmlElement> = []

/** The child elements of that name, in document order; never grandchildren. Readers ask this for dozens of names an item. */
export const childrenNamed = (element: XmlElement, name: string): ReadonlyArray<XmlElement> => {
  let found: Array<XmlElement> | undefined
  for (const child of element.children) {
    if (typeof child === "string" || child.name !== name) continue
    if (found === undefined) found = [child]
    else found.push(child)
  }
  return found ?? none
}

/**
 * Finds the children with one of these names: in the order of the names, then in that of the document. One look at each child, however
 * many names there are.
 */
export const childrenAmong = (
  ...names: ReadonlyArray<string>
): ((children: XmlElement["children"]) => ReadonlyArray<XmlElement>) => {
  const ranks = new Map(names.map((name, rank) => [name, rank]))
  const rankOf = (element: XmlElement) => ranks.get(element.name) ?? 0
  return (children) => {
    let found: Array<XmlElement> | undefined
    for (const child of children) {
      if (typeof child === "string" || !ranks.has(child.name)) continue
      if (found === undefined) found = [child]
      else found.push(child)
    }
    if (found === undefined) return none
    return found.length === 1 ? found : found.sort((one, other) => rankOf(one) - rankOf(other))
  }
}

/** All text below the element, trimmed. */
export const textOf = (element: XmlElement): string => rawText(element).trim()

const rawText = (element: XmlElement): string => {
  const [only] = element.children
  if (element.children.length === 1 && typeof only === "string") return only
  return element.children.map((child) => (typeof child === "string" ? child : rawText(child))).join("")
}

/** The trimmed texts of the children of that name that have one. */
export const textsNamed = (element: XmlElement, name: string): ReadonlyArray<string> =>
  childrenNamed(element, name)
    .map(textOf)
    .filter((text) => text !== "")

/** The first non-empty text among the children with these names; the order of the names decides, then that of the document. */
export const firstText = (element: XmlElement, names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const [text] = textsNamed(element, name)
    if (text !== undefined) return text
  }
  return undefined
}
