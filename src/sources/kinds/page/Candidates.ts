// Everything that a page describes → the products among it, and which of them the page is about. Recommendations, reviews and lists hold
// products too; guessing wrong would post a wrong price, so it is rather none.
// @source reference/feeds.md §4.3, 2026-11-24
import { canonicalUrl } from "../../../identity/CanonicalUrl.ts"
import { absolute } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { isA, type Thing, textNamed, thingsNamed, valuesNamed } from "./Thing.ts"

export interface Candidate {
  readonly product: Thing
  /** An entry of a list. */
  readonly listed: boolean
  /** Its own page, absolute, if it says one. */
  readonly url: string | undefined
}

const products: ReadonlySet<string> = new Set([
  ...["Product", "IndividualProduct", "ProductModel", "ProductGroup", "SomeProducts", "ProductCollection"],
  ...["Vehicle", "Car", "Motorcycle", "MotorizedBicycle", "BusOrCoach", "DietarySupplement"]
])

/** What is sold under the name of what it is: a product when it has offers. */
const sold: ReadonlySet<string> = new Set([
  ...["Book", "Audiobook", "VideoGame", "Game", "MusicAlbum", "MusicRelease", "Movie"],
  ...["SoftwareApplication", "MobileApplication", "WebApplication", "Course"]
])

const groups: ReadonlySet<string> = new Set(["ProductGroup"])
const offers: ReadonlySet<string> = new Set(["Offer", "AggregateOffer"])
const lists: ReadonlySet<string> = new Set(["ItemList", "OfferCatalog", "CollectionPage"])

const maxDepth = 16
const maxCandidates = 2_000

export const isGroup = (thing: Thing): boolean => isA(thing, groups)

const additionalTypes = (thing: Thing): boolean =>
  valuesNamed(thing, "additionalType").some((type) => /schema\.org\/Product$/.test(String(type)))

export const isProduct = (thing: Thing): boolean =>
  isA(thing, products) ||
  ((isA(thing, sold) || additionalTypes(thing)) && thingsNamed(thing, "offers").length > 0)

/** Where the product itself says it is; the address of its offer counts when it has no own. */
export const urlOf = (product: Thing, base: string): string | undefined => {
  const [offer] = thingsNamed(product, "offers")
  const [main] = valuesNamed(product, "mainEntityOfPage")
  const written = [
    textNamed(product, "url"),
    typeof main === "string" ? main : main?.id,
    offer && textNamed(offer, "url"),
    /^https?:/i.test(product.id ?? "") ? product.id : undefined
  ]
  return written.map((text) => absolute(text, base)).find((url) => url !== undefined)
}

/** An offer that names what it offers is the product's, even when the product does not say so. */
const offered = (offer: Thing): ReadonlyArray<Thing> =>
  thingsNamed(offer, "itemOffered").flatMap((product) =>
    !isA(product, products)
      ? []
      : thingsNamed(product, "offers").length > 0
        ? [product]
        : [{ ...product, properties: new Map([...product.properties, ["offers", [offer]]]) }]
  )

/** All products in document order, each once. */
export const candidatesIn = (things: ReadonlyArray<Thing>, base: string): ReadonlyArray<Candidate> => {
  const found: Array<Candidate> = []
  const seen = new Set<Thing>()
  const visit = (thing: Thing, listed: boolean, depth: number): void => {
    if (depth > maxDepth || found.length >= maxCandidates || seen.has(thing)) return
    seen.add(thing)
    const own = isProduct(thing) ? [thing] : isA(thing, offers) ? offered(thing) : undefined
    if (own !== undefined) {
      for (const product of own)
        if (textNamed(product, "name", "title") !== undefined)
          found.push({ product, listed, url: urlOf(product, base) })
      return
    }
    // What somebody wants, drinks or follows in an example of an action is not what the page sells.
    if (thing.types.some((type) => type.endsWith("Action"))) return
    const within = listed || isA(thing, lists)
    for (const values of thing.properties.values())
      for (const value of values) if (typeof value !== "string") visit(value, within, depth + 1)
  }
  for (const thing of things) visit(thing, false, 0)
  return found
}

/** What the page says of itself, to compare products with. */
export interface PageIdentity {
  /** Canonical spellings of its addresses. */
  readonly urls: ReadonlySet<string>
  /** Its titles, lower case. */
  readonly titles: ReadonlyArray<string>
  /** Whether its meta elements say that it is about one product. */
  readonly isProduct: boolean
}

const hasOffers = ({ product }: Candidate): boolean =>
  thingsNamed(product, "offers").length > 0 || thingsNamed(product, "hasVariant").length > 0

const isAt = ({ product, url }: Candidate, page: PageIdentity): boolean => {
  const canonical = url === undefined ? undefined : canonicalUrl(url)
  return (canonical !== undefined && page.urls.has(canonical)) || /^#/.test(product.id ?? "")
}

const isTitled = ({ product }: Candidate, page: PageIdentity): boolean => {
  const name = plainText(textNamed(product, "name", "title") ?? "").toLowerCase()
  return name.length > 3 && page.titles.some((title) => title.startsWith(name))
}

const best = (candidates: ReadonlyArray<Candidate>): Candidate | undefined =>
  candidates.find(hasOffers) ?? candidates[0]

/** Products that have a page elsewhere are a list, even a single one, unless the page says that it is about one. */
const isList = (candidates: ReadonlyArray<Candidate>, page: PageIdentity): boolean =>
  !page.isProduct && candidates.some((one) => one.url !== undefined && hasOffers(one))

/**
 * The product that the page is about: the one at the page's own address, else the one that bears the page's title, else the first with
 * offers; none where the page is a list.
 */
export const mainOf = (candidates: ReadonlyArray<Candidate>, page: PageIdentity): Candidate | undefined => {
  const single = candidates.filter(({ listed }) => !listed)
  const certain =
    best(single.filter((one) => isAt(one, page))) ?? best(single.filter((one) => isTitled(one, page)))
  if (certain !== undefined) return certain
  const unplaced = single.filter(({ url }) => url === undefined)
  if (unplaced.length === 1) return unplaced[0]
  return isList(single, page) ? undefined : lastResortOf(candidates)
}

/** The product when nothing tells: the only one, else the first with offers. Also for what turned out to be no list either. */
export const lastResortOf = (candidates: ReadonlyArray<Candidate>): Candidate | undefined => {
  const single = candidates.filter(({ listed }) => !listed)
  return single.length === 1 ? single[0] : single.find(hasOffers)
}
