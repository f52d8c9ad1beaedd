// Which of the many addresses in a feed element is the page it is about.
// RSS writes `<link>url</link>`, Atom `<link href rel type>`, CDF `HREF`; proxies add the address behind theirs.
import { absolute, isHttpUrl } from "../../reading/Links.ts"
import { childrenNamed, firstText, textOf, textsNamed, type XmlElement } from "../../xml/XmlElement.ts"

const linkElements = (element: XmlElement) => [
  ...childrenNamed(element, "link"),
  ...childrenNamed(element, "atom:link")
]

/** `<link href>` without `rel`, or with "alternate": the page in some form. HTML before untyped before all else. */
const alternates = (element: XmlElement): ReadonlyArray<XmlElement> => {
  const found = linkElements(element).filter(
    ({ attributes }) =>
      attributes["href"] !== undefined &&
      /^(alternate)?$|\/alternate$/.test((attributes["rel"] ?? "").trim().toLowerCase())
  )
  const typed = (pattern: RegExp) => found.filter(({ attributes }) => pattern.test(attributes["type"] ?? ""))
  return found.length < 2 ? found : [...typed(/html/i), ...typed(/^$/), ...found]
}

/** The first of these elements that `url` makes an address of. */
const firstOf = (
  elements: ReadonlyArray<XmlElement>,
  url: (element: XmlElement) => string | undefined
): string | undefined => {
  for (const element of elements) {
    const found = url(element)
    if (found !== undefined) return found
  }
  return undefined
}

/** Where a feed, or an item of it, can be read; resolved against `xml:base`, else `base`. */
export const pageOf = (element: XmlElement, base: string): string | undefined => {
  const own = element.base ?? base
  const resolved = (child: XmlElement, href: string) => absolute(href, child.base ?? own)
  const referred = (child: XmlElement) => resolved(child, child.attributes["href"] ?? "")
  const behindProxy = firstText(element, ["feedburner:origlink"])
  if (isHttpUrl(behindProxy)) return behindProxy
  return (
    firstOf(childrenNamed(element, "link"), (link) => resolved(link, textOf(link))) ??
    firstOf(alternates(element), referred) ??
    absolute(firstText(element, ["g:link"]), own) ??
    absolute(element.attributes["href"], own) ??
    firstOf(childrenNamed(element, "a"), referred)
  )
}

/** What stands in for the page of an item that names none: its permalink, its RDF subject, an Atom id that is a URL, its enclosure. */
export const pageOfLastResort = (item: XmlElement, base: string): string | undefined => {
  const permalink = childrenNamed(item, "guid").filter(isPermalink).map(textOf)
  const ids = [...textsNamed(item, "atom:id"), ...textsNamed(item, "id")]
  const enclosures = [
    ...childrenNamed(item, "enclosure").map(({ attributes }) => attributes["url"]),
    ...linkElements(item)
      .filter(({ attributes }) => attributes["rel"] === "enclosure")
      .map(({ attributes }) => attributes["href"])
  ]
  return (
    absolute([...permalink, item.attributes["rdf:about"], ...ids].find(isHttpUrl)) ??
    absolute(
      enclosures.find((url) => url !== undefined),
      item.base ?? base
    )
  )
}

/** @source https://www.rssboard.org/rss-specification#ltguidgtSubelementOfLtitemgt (absent means true) */
export const isPermalink = (guid: XmlElement): boolean =>
  (guid.attributes["ispermalink"] ?? "true").trim().toLowerCase() !== "false" && isHttpUrl(textOf(guid))
