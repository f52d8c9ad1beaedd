// One finished item element of any XML feed → an Item. RSS, Atom, CDF and Merchant fields are looked for by name in one order of
// preference, because real feeds mix them. Never judges the item: an empty one comes out empty.
import { type Item, maxBodyLength } from "../../../domain/Item.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { fragment } from "../../reading/Fragment.ts"
import { clean, cut, plainText } from "../../reading/PlainText.ts"
import {
  childrenAmong,
  childrenNamed,
  elementsOf,
  firstText,
  textOf,
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

type Writable<T> = { -readonly [key in keyof T]: T[key] }

const titlesIn = childrenAmong("title", "atom:title", "g:title", "dc:title", "media:title", "itunes:title")
const bodiesIn = childrenAmong(
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
)
const datesIn = childrenAmong(
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
)
const categoriesIn = childrenAmong("category", "atom:category", "dc:subject", "g:product_type")
const authorsIn = childrenAmong("dc:creator", "author", "atom:author", "itunes:author")
const maxCategories = 50
/** Longer ones are texts that slipped into the wrong element. */
const maxGuidLength = 2_000

const untyped = (element: XmlElement, context: ItemContext) =>
  element.name.startsWith("atom:") || (context.isAtom && !/[:{]/.test(element.name)) ? "text" : "html"

/** What may hold the fields of an item: its children, and of Media RSS also what its groups hold. */
const fieldsOf = (item: XmlElement): XmlElement["children"] => {
  const groups = childrenNamed(item, "media:group")
  if (groups.length === 0) return item.children
  const within = groups.flatMap(elementsOf).filter(({ name }) => name.startsWith("media:"))
  return [...item.children, ...within]
}

const firstFragment = (
  candidates: ReadonlyArray<XmlElement>,
  context: ItemContext
): { readonly html: string; readonly source: XmlElement } | undefined => {
  for (const source of candidates) {
    const html = fragmentOf(source, untyped(source, context))
    if (html.trim() !== "") return { html, source }
  }
  return undefined
}

/** The plain-text title of a feed or an item; "" when it has none. */
export const titleOf = (element: XmlElement, context: ItemContext): string =>
  plainText(firstFragment(titlesIn(fieldsOf(element)), context)?.html ?? element.attributes["title"] ?? "")

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

const nameOf = (author: XmlElement): string =>
  author.name === "author" || author.name === "atom:author"
    ? (firstText(author, ["atom:name", "name"]) ?? (elementsOf(author).length > 0 ? "" : textOf(author)))
    : textOf(author)

const authorOf = (item: XmlElement): string | undefined => {
  for (const author of authorsIn(item.children)) {
    const name = personIn(plainText(nameOf(author), 200))
    if (name !== "") return name
  }
  return undefined
}

const categoriesOf = (item: XmlElement): ReadonlyArray<string> => {
  const texts = categoriesIn(item.children)
    .map((category) => category.attributes["label"] ?? category.attributes["term"] ?? textOf(category))
    .map((text) => plainText(text, 200))
  return [...new Set(texts.filter((text) => text !== ""))].slice(0, maxCategories)
}

const publishedAt = (item: XmlElement): number | undefined => {
  for (const dated of datesIn(item.children)) {
    const date = feedDate(textOf(dated))
    if (date !== undefined) return date
  }
  return feedDate(item.attributes["lastmod"] ?? "")
}

/** The item that an element describes. Relative addresses resolve against `xml:base`, else `context.base`. */
export const itemOf = (element: XmlElement, context: ItemContext): Item => {
  const found = firstFragment(bodiesIn(fieldsOf(element)), context)
  const base = found?.source.base ?? element.base ?? context.base
  const body = fragment(found?.html ?? "", base, maxBodyLength)
  const images = imagesOf(element, context.base)
  const { guid, guidIsLink } = identifierOf(element, context)
  const item: Writable<Item> = {
    title: titleOf(element, context),
    body: body.html,
    images: images.length > 0 ? images : body.images.slice(0, 1),
    categories: categoriesOf(element)
  }
  if (guid !== undefined) item.guid = guid
  if (guidIsLink !== undefined) item.guidIsLink = guidIsLink
  const link = pageOf(element, context.base) ?? pageOfLastResort(element, context.base)
  if (link !== undefined) item.link = link
  const author = authorOf(element)
  if (author !== undefined) item.author = author
  const date = publishedAt(element)
  if (date !== undefined) item.publishedAt = date
  const offer = offerOf(element, context.nowMs)
  if (offer !== undefined) item.offer = offer
  return item
}
