// All that was collected from a page → its items and the pages that it leads to. A product page gives its product; a list page gives the
// products that it carries whole, and the addresses of the others.
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import { canonicalUrl } from "../../../identity/CanonicalUrl.ts"
import type { Further } from "../../DocumentReader.ts"
import { absolute } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { isFollowed } from "../Followed.ts"
import { saidArticle, titledPage } from "./Article.ts"
import { type Candidate, candidatesIn, lastResortOf, mainOf, type PageIdentity } from "./Candidates.ts"
import { isProductPage, metaCurrency } from "./MetaOffer.ts"
import type { PageMeta } from "./PageMeta.ts"
import type { Described, Surroundings } from "./ProductItem.ts"
import { completed, isA, type Thing, textNamed, thingsNamed, valuesNamed } from "./Thing.ts"
import { itemsOf } from "./Variants.ts"

export interface PageContents {
  /** Where it was fetched from. */
  readonly url: string
  readonly meta: PageMeta
  readonly linked: ReadonlyArray<Thing>
  readonly microdata: ReadonlyArray<Thing>
  /** The addresses of its links, as written; only collected where the source follows links. */
  readonly anchors: Iterable<string>
}

export interface PageReading {
  readonly items: ReadonlyArray<Item>
  readonly further: ReadonlyArray<Further>
  /** Nothing when it is none of them. */
  readonly kind: "product" | "list" | "article" | "nothing"
}

const maxFurther = 10_000

/** A canonical address that leads to the front page is a mistake of the shop's template. */
const addressOf = ({ meta, url }: PageContents, base: string): string => {
  const canonical = absolute(meta.canonical, base) ?? absolute(meta.text("og:url"), base)
  const isFront =
    canonical !== undefined && new URL(canonical).pathname === "/" && new URL(url).pathname !== "/"
  return canonical === undefined || isFront ? url : canonical
}

const identityOf = ({ meta, url }: PageContents, base: string): PageIdentity => {
  const written = [url, meta.canonical, meta.text("og:url")]
  return {
    urls: new Set(written.flatMap((one) => canonicalUrl(absolute(one, base) ?? "") ?? [])),
    titles: [meta.text("og:title"), meta.title].map((title) => plainText(title ?? "").toLowerCase()),
    isProduct: isProductPage(meta)
  }
}

const nameOf = (thing: Thing): string => plainText(textNamed(thing, "name", "title") ?? "").toLowerCase()

const nothing: Thing = { types: ["Product"], properties: new Map() }

/** The page's product in the best of its descriptions, completed by the other when both mean the same. */
const productOf = (
  linked: Candidate | undefined,
  microdata: Candidate | undefined,
  page: PageIdentity,
  link: string
): Described | undefined => {
  const first = linked ?? microdata
  if (first === undefined) return page.isProduct ? { product: nothing, link, isPage: true } : undefined
  const second =
    linked !== undefined && microdata !== undefined && nameOf(linked.product) === nameOf(microdata.product)
      ? microdata.product
      : undefined
  const product = second === undefined ? first.product : completed(first.product, second)
  return { product, ...(second === undefined ? {} : { second }), link, isPage: true }
}

const itemLists: ReadonlySet<string> = new Set(["ItemList", "OfferCatalog"])

/** Addresses in lists whose entries say nothing but where they are. */
const bareEntries = (things: ReadonlyArray<Thing>): ReadonlyArray<string> =>
  things
    .flatMap((thing) => [thing, ...thingsNamed(thing, "@graph"), ...thingsNamed(thing, "mainEntity")])
    .filter((thing) => isA(thing, itemLists))
    .flatMap((list) => valuesNamed(list, "itemListElement"))
    .flatMap((entry) => {
      if (typeof entry === "string") return [entry]
      const [item] = valuesNamed(entry, "item")
      return textNamed(entry, "url") ?? (typeof item === "string" ? item : item?.id) ?? []
    })

const isWhole = ({ link, offer, title }: Item): boolean =>
  link !== undefined && title !== "" && offer?.price !== undefined

const listOf = (
  contents: PageContents,
  candidates: ReadonlyArray<Candidate>,
  around: Surroundings,
  source: Source
): PageReading => {
  const { base, meta } = around
  const follows = (url: string) => isFollowed(url, contents.url, source)
  const items = candidates
    .filter(({ url }) => url !== undefined && follows(url))
    .flatMap(({ product, url }) => itemsOf({ product, link: url, isPage: false }, around, source.variants))
    .filter(isWhole)
  const whole = new Set(items.map(({ link }) => link))
  const named = [
    ...candidates.flatMap(({ url }) => url ?? []),
    ...bareEntries(around.things),
    ...contents.anchors
  ]
  const pages = new Set(
    named.flatMap((one) => absolute(one, base) ?? []).map((one) => one.replace(/#.*$/s, ""))
  )
  const further = [...pages]
    .filter((url) => !whole.has(url) && url !== contents.url && follows(url))
    .slice(0, maxFurther)
    .map((url): Further => ({ url, as: "page" }))
  const next = absolute(meta.next, base)
  const found = items.length > 0 || further.length > 0
  const more: ReadonlyArray<Further> =
    found && next !== undefined && next !== contents.url ? [{ url: next, as: "list" }] : []
  return { items, further: [...further, ...more], kind: found ? "list" : "nothing" }
}

/** The source's own page is a list when the operator says which of its links to follow; so is no page that such a link led to. */
const isListBySettings = ({ url }: PageContents, source: Source): boolean =>
  source.links !== undefined &&
  canonicalUrl(url) === canonicalUrl(source.url) &&
  !isFollowed(url, url, source)

/** Reads what was collected; `now` decides which of several dated prices holds. */
export const readPage = (contents: PageContents, source: Source, now: number): PageReading => {
  const { meta, url } = contents
  const base = absolute(meta.base, url) ?? url
  const page = identityOf(contents, base)
  const things = [...contents.linked, ...contents.microdata]
  const around: Surroundings = { base, now, meta, things, currency: metaCurrency(meta) ?? source.currency }
  const linked = candidatesIn(contents.linked, base)
  const microdata = candidatesIn(contents.microdata, base)
  const chosen = (choice: (candidates: ReadonlyArray<Candidate>) => Candidate | undefined) =>
    productOf(choice(linked), choice(microdata), page, addressOf(contents, base))
  const asProduct = (product: Described): PageReading => ({
    items: itemsOf(product, around, source.variants),
    further: [],
    kind: "product"
  })
  const isList = isListBySettings(contents, source)
  const product = isList ? undefined : chosen((candidates) => mainOf(candidates, page))
  if (product !== undefined) return asProduct(product)
  const list = listOf(contents, linked.length > 0 ? linked : microdata, around, source)
  const rest = list.kind === "nothing" && !isList ? chosen(lastResortOf) : undefined
  return rest === undefined ? list : asProduct(rest)
}

/**
 * The same of a page that a person named: where it has no product of its own, it is the article that it says it is, and where it says nothing
 * at all the one that its title names, if `isOpen`: it is no bot check.
 */
export const readNamed = (
  contents: PageContents,
  source: Source,
  now: number,
  isOpen: boolean
): PageReading => {
  const reading = readPage(contents, source, now)
  if (reading.kind === "product") return reading
  const { meta, url } = contents
  const base = absolute(meta.base, url) ?? url
  const link = addressOf(contents, base)
  const said = saidArticle([...contents.linked, ...contents.microdata], meta, base, link)
  const item = said ?? (reading.kind === "nothing" && isOpen ? titledPage(meta, base, link) : undefined)
  return item === undefined ? reading : { items: [item], further: [], kind: "article" }
}
