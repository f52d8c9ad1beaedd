// A source as the catalog describes it: where items come from, how often, and what becomes of them.
import type { ChannelId, SourceId } from "./Names.ts"

/** One file in `src/sources/kinds` each. */
export const sourceKindNames = ["rss", "yml", "merchant", "csv", "page", "json", "sitemap"] as const
export type SourceKindName = (typeof sourceKindNames)[number]

/** The kinds of key an item can be known by; `identity:` in the catalog restricts a source to some of them. */
export const keyKinds = ["id", "guid", "url", "gtin", "mpn", "text"] as const
export type KeyKind = (typeof keyKinds)[number]

/** What a column of a CSV feed can be; `columns:` in the catalog names the column of each. */
export const columnFields = [
  ...["id", "group", "title", "description", "link", "image", "price", "salePrice", "oldPrice", "currency"],
  ...["availability", "quantity", "brand", "gtin", "mpn", "condition", "category", "options", "adult", "date"]
] as const
export type ColumnField = (typeof columnFields)[number]

/** What of the items that are there at first sight is posted: nothing, everything, or the newest N. */
export type StartPolicy = "none" | "all" | number

/** An inclusive range; a missing bound does not limit. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

/**
 * What an item must satisfy to be routed. What an item lacks does not pass a rule that asks for it (a range, `availability`, `brand`,
 * `category`), and passes one that only forbids (`not…`, `exclude`).
 */
export interface Filter {
  readonly price?: Range
  /** Percent, from old price to price. */
  readonly discount?: Range
  readonly rating?: Range
  readonly reviews?: Range
  /** At least one of these words or phrases occurs in title, body or categories (whole words, any case). */
  readonly include?: ReadonlyArray<string>
  /** None of these occurs. */
  readonly exclude?: ReadonlyArray<string>
  /** An RE2 pattern (linear time) that title or body must match, and one that neither may match. */
  readonly pattern?: string
  readonly notPattern?: string
  readonly availability?: ReadonlyArray<string>
  /** One of these names, in any case, and none of those. */
  readonly brand?: ReadonlyArray<string>
  readonly notBrand?: ReadonlyArray<string>
  /** At least one of its categories, on any level of their path, is one of these, and none is one of those. */
  readonly category?: ReadonlyArray<string>
  readonly notCategory?: ReadonlyArray<string>
}

/** When a poll of a known source counts as a flood of old items: `items` or more, and more than `share` of the document, are new. */
export interface BurstGuard {
  readonly items: number
  readonly share: number
}

/** What a JSON item can be told to have. */
export const itemFields = [
  ...["id", "group", "title", "link", "image", "body", "author", "publishedAt", "category"],
  ...["price", "oldPrice", "currency", "decimals", "availability", "brand", "gtin", "mpn", "condition"],
  ...["rating", "reviews"]
] as const
export type ItemField = (typeof itemFields)[number]

/** Where in a JSON item each field is: expressions (`JsonExpression.ts`), the first that gives something counts. */
export type FieldMapping = { readonly [field in ItemField]?: ReadonlyArray<string> }

/** A JSON API that numbers its pages in a query parameter. */
export interface PageNumbers {
  readonly parameter: string
  /** The number of the first page. */
  readonly from: number
  /** What is added for the next page: 1 for pages, the page's length for offsets. */
  readonly step: number
  /** "empty": pages end with the first that has no items; otherwise a path to the number of the last page. */
  readonly until: string
}

/** Everything that the source has, or only its newest: of what such a document lacks nothing follows. */
export type Extent = "all" | "newest"

/** How the link that readers follow is made of an item's own: Liquid templates, filled when a post is rendered. */
export interface Affiliate {
  /** The whole address; absent: the item's own link. */
  readonly link?: string
  /** Parameters that it gets besides, in place of those of the same name. */
  readonly query?: Readonly<Record<string, string>>
  /** The advertising token: a parameter of the link, and a variable of templates. */
  readonly erid?: string
}

/** What a source says about the words of its posts. */
export interface SourceWords {
  readonly affiliate?: Affiliate
  /** A template of the line that every post of an item ends with. */
  readonly label?: string
}

export interface Source extends SourceWords {
  readonly id: SourceId
  readonly kind: SourceKindName
  readonly url: string
  readonly everyMs: number
  readonly start: StartPolicy
  readonly to: ReadonlyArray<ChannelId>
  readonly where: Filter
  /** Permits loopback and private addresses for this source. */
  readonly allowPrivate: boolean
  /** Only these kinds of key are used; absent means the rules decide. */
  readonly identity?: ReadonlyArray<KeyKind>
  /** Offers of one group count as one item. */
  readonly variants: "group" | "each"
  /** What a complete document has; absent: by its kind. */
  readonly lists?: Extent
  /** False switches the guard off. */
  readonly burst: BurstGuard | false
  /** Bytes of the decoded body that are read at most. */
  readonly maxBytes: number
  readonly maxItems: number
  /** Further documents that one poll may fetch: pages of an API, product pages of a list or a sitemap. */
  readonly pages: number
  /** For pages and sitemaps: patterns ("/product/*") of the addresses that are product pages; absent: those that the document marks. */
  readonly links?: ReadonlyArray<string>
  /** For pages and sitemaps: patterns of the addresses that are never fetched. */
  readonly skip?: ReadonlyArray<string>
  /** For JSON: a path to the list of items; absent when the answer itself is the list. */
  readonly items?: string
  /** For JSON. */
  readonly fields?: FieldMapping
  /** For JSON: an expression that gives the next page's address. */
  readonly next?: string
  /** For JSON: instead of `next`. */
  readonly page?: PageNumbers
  /** ISO 4217: what prices mean that name no currency of their own. */
  readonly currency?: string
  /** The body's charset where it is no UTF-8 and neither server nor document name one. */
  readonly encoding?: string
  /** CSV: what stands between two fields; absent means that the header tells. */
  readonly delimiter?: "," | ";" | "|" | "tab"
  /** CSV: the columns of our fields, by their names in the header; absent means that well-known names are recognised. */
  readonly columns?: { readonly [field in ColumnField]?: ReadonlyArray<string> }
}

/** Exports of a shop and sitemaps are of all that there is; of feeds, APIs and pages nobody knows. */
const extents: Readonly<Record<SourceKindName, Extent>> = {
  yml: "all",
  merchant: "all",
  csv: "all",
  sitemap: "all",
  rss: "newest",
  json: "newest",
  page: "newest"
}

/** Whether an offer that complete documents of the source lack is not sold any more. */
export const listsAll = ({ kind, lists = extents[kind] }: Pick<Source, "kind" | "lists">): boolean =>
  lists === "all"
