// XML names with namespaces → one canonical lower-case name ("atom:link", "g:price", "title"), whatever prefix the document chose.
// Well-known namespaces are known by URI; their usual prefixes also stand undeclared, because real feeds forget the declaration.

/** The canonical prefix of each namespace; "" are those whose elements readers know by their bare names. */
const wellKnown: ReadonlyArray<readonly [prefix: string, uri: string]> = [
  ["", "http://backend.userland.com/rss"],
  ["", "http://backend.userland.com/rss2"],
  ["", "http://backend.userland.com/rss091"],
  ["", "http://blogs.law.harvard.edu/tech/rss"],
  ["", "http://cyber.law.harvard.edu/rss"],
  ["", "http://my.netscape.com/rdf/simple/0.9"],
  ["", "http://channel.netscape.com/rdf/simple/0.9"],
  ["", "http://my.netscape.com/publish/formats/rss-0.91.dtd"],
  ["", "http://purl.org/rss/1.0"],
  ["", "http://purl.org/net/rss1.1"],
  ["atom", "http://www.w3.org/2005/atom"],
  ["atom", "http://purl.org/atom/ns"],
  ["content", "http://purl.org/rss/1.0/modules/content"],
  ["dc", "http://purl.org/dc/elements/1.1"],
  ["dc", "http://purl.org/dc/elements/1.0"],
  ["dcterms", "http://purl.org/dc/terms"],
  ["feedburner", "http://rssnamespace.org/feedburner/ext/1.0"],
  ["g", "http://base.google.com/ns/1.0"],
  ["g", "http://base.google.com/cns/1.0"],
  ["itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"],
  ["itunes", "http://example.com/dtds/podcast-1.0.dtd"],
  ["media", "http://search.yahoo.com/mrss"],
  ["media", "http://video.search.yahoo.com/mrss"],
  ["rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns"],
  ["sy", "http://purl.org/rss/1.0/modules/syndication"],
  ["xhtml", "http://www.w3.org/1999/xhtml"],
  ["xml", "http://www.w3.org/xml/1998/namespace"]
]

const normalised = (uri: string) =>
  uri
    .trim()
    .toLowerCase()
    .replace(/^https:/, "http:")
    .replace(/[/#]+$/, "")

const prefixByUri = new Map(wellKnown.map(([prefix, uri]) => [uri, prefix]))
const knownPrefixes = new Set(wellKnown.map(([prefix]) => prefix))

/** What a namespace is called in canonical names: the well-known prefix, or `{uri}` for all others. */
export const canonicalPrefix = (uri: string): string => {
  const known = normalised(uri)
  return prefixByUri.get(known) ?? (known === "" ? "" : `{${known}}`)
}

/** The declarations in force: prefix as written ("" for the default) → canonical prefix. */
export type Scope = ReadonlyMap<string, string>

export const emptyScope: Scope = new Map()

/** The scope inside an element with these attributes; the same object when it declares nothing. */
export const scopeWithin = (outer: Scope, attributes: Readonly<Record<string, string>>): Scope => {
  let inner: Map<string, string> | undefined
  for (const name in attributes) {
    if (!name.startsWith("xmlns")) continue
    const prefix = name === "xmlns" ? "" : name.startsWith("xmlns:") ? name.slice(6).toLowerCase() : undefined
    if (prefix === undefined) continue
    inner ??= new Map(outer)
    inner.set(prefix, canonicalPrefix(attributes[name] ?? ""))
  }
  return inner ?? outer
}

/**
 * The scope below a root element: the root's own namespace counts as none when nobody knows it, so that `<r:rss xmlns:r="urn:mine">`
 * is still RSS. `name` is the root's as written.
 */
export const scopeOfRoot = (scope: Scope, name: string): Scope => {
  const [prefix] = split(name)
  const own = scope.get(prefix) ?? `{${prefix}}`
  const foreign = own.startsWith("{") && !(prefix !== "" && !scope.has(prefix) && knownPrefixes.has(prefix))
  if (!foreign) return scope
  const names = new Map([...scope].map(([key, value]) => [key, value === own ? "" : value] as const))
  return names.set(prefix, "")
}

const split = (name: string): readonly [prefix: string, local: string] => {
  const lower = name.toLowerCase()
  const colon = lower.indexOf(":")
  return colon < 0 ? ["", lower] : [lower.slice(0, colon), lower.slice(colon + 1)]
}

const joined = (prefix: string, local: string) =>
  prefix === "" ? local : prefix.startsWith("{") ? prefix + local : `${prefix}:${local}`

/** The canonical name of an element; an undeclared prefix nobody knows is kept as `{prefix}`. */
export const canonicalName = (scope: Scope, name: string): string => {
  const [prefix, local] = split(name)
  const declared = scope.get(prefix)
  if (declared !== undefined) return joined(declared, local)
  if (prefix === "") return local
  return joined(knownPrefixes.has(prefix) ? prefix : `{${prefix}}`, local)
}

/** The canonical name of an attribute: as for elements, but without a prefix it is in no namespace. */
export const canonicalAttribute = (scope: Scope, name: string): string =>
  name.includes(":") ? canonicalName(scope, name) : name.toLowerCase()
