// A product that a page describes → an item. What the product does not say is taken, in this order, from its group, from the page's
// second description of it (microdata beside JSON-LD) and, for the page's own product, from its meta elements.
import { Option } from "effect"
import type { Item, Offer } from "../../../domain/Item.ts"
import { compare, equals } from "../../../domain/Money.ts"
import { descriptionOf } from "../../reading/Description.ts"
import { given } from "../../reading/Given.ts"
import { absolute } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { categoryPathOf, pathIn } from "./CategoryPath.ts"
import { type MetaOffer, metaOfferOf } from "./MetaOffer.ts"
import type { PageMeta } from "./PageMeta.ts"
import {
  brandOf,
  conditionOf,
  gtinOf,
  idOf,
  imagesOf,
  isForAdults,
  optionsOf,
  short
} from "./ProductFacts.ts"
import { ratingOf } from "./Rating.ts"
import { type Circumstances, offersOf, type Terms, termsOf } from "./Terms.ts"
import { type Thing, textNamed } from "./Thing.ts"

/** What an item needs to know about the page around it. */
export interface Surroundings {
  /** Where relative addresses lead. */
  readonly base: string
  /** Epoch ms. */
  readonly now: number
  readonly meta: PageMeta
  /** What its prices are in where they do not say: by its meta elements, else by the catalog. */
  readonly currency: string | undefined
  /** Everything that the page describes: its breadcrumbs are among them. */
  readonly things: ReadonlyArray<Thing>
}

/** A product with what else is known of it. */
export interface Described {
  readonly product: Thing
  /** The same product as the page's other syntax describes it. */
  readonly second?: Thing
  /** The id of what it is a variant of. */
  readonly group?: string | undefined
  /** The offers that count, when they are not the product's own. */
  readonly offers?: ReadonlyArray<Thing>
  /** Its page. */
  readonly link: string | undefined
  /** Whether the page is about it, so that the page's meta elements are. */
  readonly isPage: boolean
}

/**
 * The first description that has a price gives all terms. A meta element that calls this very price the standard one and names a lower
 * one knows of a sale that the structured data does not.
 */
const bestTerms = (
  { isPage, offers, product, second }: Described,
  meta: MetaOffer,
  circumstances: Circumstances
): Terms => {
  const found = [offers ?? offersOf(product), ...(second === undefined ? [] : [offersOf(second)])]
    .filter((one) => one.length > 0)
    .map((one) => termsOf(one, circumstances))
  const priced = found.find(({ price }) => price !== undefined)
  const own: Terms = { ...found[0], ...priced }
  if (!isPage || meta.price === undefined) return own
  const { oldPrice, price } = meta
  const before = oldPrice !== undefined && Option.contains(compare(oldPrice, price), 1) ? { oldPrice } : {}
  const isSale = "oldPrice" in before && own.price !== undefined && equals(before.oldPrice, own.price)
  return own.price === undefined || isSale ? { ...own, price, ...before } : own
}

const offerOf = (one: Described, terms: Terms, meta: MetaOffer, path: ReadonlyArray<string>): Offer => {
  const { group, product } = one
  const options = optionsOf(product)
  const {
    availability = meta.availability,
    condition = meta.condition ?? conditionOf(product),
    ...prices
  } = terms
  return {
    ...given("id", idOf(product, one.offers ?? offersOf(product)) ?? short(meta.id)),
    ...given("group", short(group ?? textNamed(product, "inProductGroupWithID") ?? meta.group)),
    ...prices,
    ...given("availability", availability),
    ...given("brand", brandOf(product) ?? short(meta.brand)),
    ...given("gtin", gtinOf(product) ?? short(meta.gtin)),
    ...given("mpn", short(textNamed(product, "mpn") ?? meta.mpn)),
    ...given("condition", condition),
    ...(path.length === 0 ? {} : { categoryPath: path }),
    ...(options.length === 0 ? {} : { options }),
    ...(isForAdults(product) ? { adult: true } : {}),
    ...ratingOf(product)
  }
}

/** The item that a product is. */
export const itemOf = (one: Described, around: Surroundings): Item => {
  const { base, currency, meta, now, things } = around
  const { isPage, link, product } = one
  const metaOffer = isPage ? metaOfferOf(meta) : {}
  const terms = bestTerms(one, metaOffer, { now, currency })
  const name = plainText(textNamed(product, "name", "title") ?? "")
  const title = name === "" && isPage ? plainText(meta.text("og:title", "twitter:title") ?? meta.title) : name
  const written = textNamed(product, "description") ?? (isPage ? meta.text("og:description") : undefined)
  const body = descriptionOf(written ?? "", base)
  const own = imagesOf(product, base)
  const shown = isPage ? meta.images.flatMap((image) => absolute(image, base) ?? []) : []
  const found = categoryPathOf(product, isPage ? things : [], base, name, link)
  const path = found.length > 0 || !isPage ? found : pathIn(meta.text("product:category") ?? "")
  return {
    ...(link === undefined ? {} : { link }),
    title,
    body: body.html,
    images: own.length > 0 ? own : shown.length > 0 ? shown : body.images.slice(0, 1),
    categories: path,
    offer: offerOf(one, terms, metaOffer, path)
  }
}
