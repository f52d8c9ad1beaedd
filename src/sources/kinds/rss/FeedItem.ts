// One finished item element of any XML feed → an Item. RSS, Atom, CDF and Merchant fields are looked for by name in one order of
// preference, because real feeds mix them. Never judges the item: an empty one comes out empty.
import { type Item, maxBodyLength } from "../../../domain/Item.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { fragment } from "../../reading/Fragment.ts"
import { clean, cut, plainText } from "../../reading/PlainText.ts"
import {
  childrenNamed,
  elementsOf,
  firstText,
  textOf,
  textsNamed,
  type XmlElement
} from "../../xml/XmlElement.ts"
import { imagesOf } from "./FeedImages.ts"
import { isPermalink, pageOf, pageOfLastResort } from "./FeedLinks.ts"
import { offerOf } from "./MerchantOffer.ts"
import { fragmentOf } from "./TextConstruct.ts"

/** What an item needs to know about the document around it. */
export interface ItemContext {
  /** Where relative links lead: the channel's own link, else the feed's URL. */
  readonly base: string
  readonly isAtom: boolean
  readonly nowMs: number
}

const titleNames = ["title", "atom:title", "g:title", "dc:title", "media:title", "itunes:title"]
const bodyNames = [
  "content:encoded",
  "atom:content",
  "content",
  "xhtml:body",
  "body",
  "fullitem",
  "description",
  "atom:summary",
  "summary",
  "g:description",
  "dc:description",
  "dcterms:abstract",
  "abstract",
  "media:description",
  "itunes:summary"
]
const dateNames = [
  "pubdate",
  "atom:published",
  "published",
  "atom:issued",
  "issued",
  "dc:date",
  "dcterms:issued",
  "dcterms:created",
  "atom:created",
  "atom:updated",
  "updated",
  "atom:modified",
  "modified",
  "dcterms:modified"
]
const categoryNames = ["category", "atom:category", "dc:subject", "g:product_type"]
const maxCategories = 50
/** Longer ones are texts that slipped into the wrong element. */
const maxGuidLength = 2_000

const untyped = (element: XmlElement, context: ItemContext) =>
  element.name.startsWith("atom:") || (context.isAtom && !/[:{]/.test(element.name)) ? "text" : "html"

const firstFragment = (
  item: XmlElement,
  names: ReadonlyArray<string>,
  context: ItemContext
): { readonly html: string; readonly source: XmlElement } | undefined => {
  const around = childrenNamed(item, "media:group")
  for (const name of names) {
    for (const holder of name.startsWith("media:") ? [item, ...around] : [item]) {
      for (const source of childrenNamed(holder, name)) {
        const html = fragmentOf(source, untyped(source, context))
        if (html.trim() !== "") return { html, source }
      }
    }
  }
  return undefined
}

/** The plain-text title of a feed or an item; "" when it has none. */
export const titleOf = (element: XmlElement, context: ItemContext): string =>
  plainText(firstFragment(element, titleNames, context)?.html ?? element.attributes["title"] ?? "")

const identifierOf = (
  item: XmlElement,
  context: ItemContext
): { readonly guid?: string; readonly guidIsLink?: boolean } => {
  const element = childrenNamed(item, "guid").find((guid) => textOf(guid) !== "")
  const text =
    (element && textOf(element)) ??
    firstText(item, context.isAtom ? ["atom:id", "id"] : ["atom:id"]) ??
    item.attributes["rdf:about"] ??
    firstText(item, ["dc:identifier"])
  const guid = clean(text ?? "").trim()
  if (guid === "") return {}
  return { guid: cut(guid, maxGuidLength), ...(element && isPermalink(element) ? { guidIsLink: true } : {}) }
}

/** "jo@example.org (Jo)" and "Jo <jo@example.org>" are Jo; a bare address stays. */
const personIn = (text: string): string =>
  /^\S+@\S+\s+\(([^)]+)\)$/.exec(text)?.[1] ?? (/^([^<]+)<\S+@\S+>$/.exec(text)?.[1] ?? text).trim()

const authorOf = (item: XmlElement): string | undefined => {
  const names = [...childrenNamed(item, "author"), ...childrenNamed(item, "atom:author")].map(
    (author) =>
      firstText(author, ["atom:name", "name"]) ?? (elementsOf(author).length > 0 ? "" : textOf(author))
  )
  const found = [...textsNamed(item, "dc:creator"), ...names, ...textsNamed(item, "itunes:author")]
  return found.map((text) => personIn(plainText(text, 200))).find((name) => name !== "")
}

const categoriesOf = (item: XmlElement): ReadonlyArray<string> => {
  const texts = categoryNames
    .flatMap((name) => childrenNamed(item, name))
    .map((category) => category.attributes["label"] ?? category.attributes["term"] ?? textOf(category))
    .map((text) => plainText(text, 200))
  return [...new Set(texts.filter((text) => text !== ""))].slice(0, maxCategories)
}

const publishedAt = (item: XmlElement): number | undefined => {
  const texts = dateNames.flatMap((name) => textsNamed(item, name))
  return [...texts, item.attributes["lastmod"] ?? ""].map(feedDate).find((date) => date !== undefined)
}

/** The item that an element describes. Relative addresses resolve against `xml:base`, else `context.base`. */
export const itemOf = (element: XmlElement, context: ItemContext): Item => {
  const found = firstFragment(element, bodyNames, context)
  const base = found?.source.base ?? element.base ?? context.base
  const body = fragment(found?.html ?? "", base, maxBodyLength)
  const images = imagesOf(element, context.base)
  const link = pageOf(element, context.base) ?? pageOfLastResort(element, context.base)
  const author = authorOf(element)
  const date = publishedAt(element)
  const offer = offerOf(element, context.nowMs)
  return {
    ...identifierOf(element, context),
    ...(link === undefined ? {} : { link }),
    title: titleOf(element, context),
    body: body.html,
    ...(author === undefined ? {} : { author }),
    ...(date === undefined ? {} : { publishedAt: date }),
    images: images.length > 0 ? images : body.images.slice(0, 1),
    categories: categoriesOf(element),
    ...(offer === undefined ? {} : { offer })
  }
}
