// What an item is known by. Enters: an item and its source's settings. Leaves: hashes, none of them secret or reversible by accident.
// Promises: the same item gives the same keys in any process, at any time, whatever its title, text or dates; different sources never
// share a local key. Never decides what is new or which keys to trust: that takes the whole document (`Trust.ts`).
import { hash } from "node:crypto"
import type { Item, Offer } from "../domain/Item.ts"
import type { KeyKind, Source } from "../domain/Source.ts"
import { canonicalUrl, hostOf } from "./CanonicalUrl.ts"
import { normalizeGtin } from "./Gtin.ts"

/** One name of an item. Items whose trusted keys share a `hash` are the same item. */
export interface Key {
  readonly kind: KeyKind
  /** 16 bytes of SHA-256 as 32 lower-case hex digits, over kind, namespace and value. */
  readonly hash: string
}

/** The page of an offer, as it is stored of one without an id (`plain`) and of one with an id; or its own id, likewise. Neither is the other's. */
export interface Place {
  readonly plain: Key
  readonly ofOffer: Key
}

export interface ItemKeys {
  /** Recognise the item in its own source, by falling rank; those of the first rank that has a trusted key count. */
  readonly local: ReadonlyArray<ReadonlyArray<Key>>
  /** Recognise the same product or page in other sources; never split or merge items of one source. */
  readonly joint: ReadonlyArray<Key>
  /** By its words: counts only for an item with nothing else to trust. */
  readonly text: Key
  /** Where it is, if that is a page which was visited: it is the same when what the page says has lost its id, or has got one. */
  readonly places: ReadonlyArray<Place>
  /** The offer's own id, as it is stored of a variant (`ofOffer`) and of an offer without a group: shops name a group only while it has several. */
  readonly own: Place | undefined
  /** True when its first local key names a group, of which each variant is one item of the document. */
  readonly grouped: boolean
  /** Equal in two items of a document that also share their keys: the document lists one item twice. */
  readonly label: string
}

/** The settings of a source that decide about keys. */
export type IdentitySettings = Pick<Source, "id" | "url" | "identity" | "variants" | "kind">

/** The first 16 bytes of SHA-256, in hex: short enough for an index, too long to collide (no 32-bit hash is: peers lost items). */
export const hash16 = (text: string): string => hash("sha256", text, "hex").slice(0, 32)

const keyOf = (kind: KeyKind, namespace: string, value: string): Key => ({
  kind,
  hash: hash16(`${kind}\n${namespace}\n${value}`)
})

const placeholders: ReadonlySet<string> = new Set([
  ...["", "0", "-", "n/a", "na", "none", "null", "nil", "undefined", "nan", "unknown", "false", "true", "#"]
])

/** Trimmed; none for what a program writes when it has no value. */
const meaningful = (text: string | undefined): string | undefined => {
  const value = text?.trim()
  return value === undefined || placeholders.has(value.toLowerCase()) ? undefined : value
}

const isWithin = (host: string, other: string): boolean => host === other || host.endsWith(`.${other}`)

/** The feed itself or the front page of its site: what feeds write as the link of an item that has none. */
const isHome = (canonical: string, feedUrl: string): boolean => {
  if (canonical === canonicalUrl(feedUrl)) return true
  const host = hostOf(canonical)
  const feedHost = hostOf(feedUrl)
  const frontPage = host !== undefined && canonical === `https://${host}`
  return frontPage && feedHost !== undefined && (isWithin(feedHost, host) || isWithin(host, feedHost))
}

const urlsOf = (item: Item, feedUrl: string): ReadonlyArray<string> => {
  const written = [item.link, item.guidIsLink === true ? item.guid : undefined]
  const canonical = written.flatMap((text) => {
    const url = text === undefined ? undefined : canonicalUrl(text, feedUrl)
    return url === undefined || isHome(url, feedUrl) ? [] : [url]
  })
  return [...new Set(canonical)]
}

const squeeze = (text: string): string => text.trim().toLowerCase().replace(/\s+/gu, " ")

/** Brand and article number, since numbers alone repeat from maker to maker. */
const partOf = (offer: Offer | undefined): string | undefined => {
  const brand = meaningful(offer?.brand)
  const mpn = meaningful(offer?.mpn)
  return brand === undefined || mpn === undefined ? undefined : `${squeeze(brand)}\n${squeeze(mpn)}`
}

type Values = Readonly<Record<Exclude<KeyKind, "text">, ReadonlyArray<string>>>

const present = (value: string | undefined): ReadonlyArray<string> => (value === undefined ? [] : [value])

/** A parent listed beside its variants carries the group's id as its own: so a group's key is that of an offer with this id. */
const idOf = (offer: Offer | undefined, variants: Source["variants"]): string | undefined =>
  (variants === "group" ? meaningful(offer?.group) : undefined) ?? meaningful(offer?.id)

const valuesOf = (item: Item, settings: IdentitySettings): Values => ({
  id: present(idOf(item.offer, settings.variants)),
  guid: present(meaningful(item.guid)),
  url: urlsOf(item, settings.url),
  gtin: present(item.offer?.gtin === undefined ? undefined : normalizeGtin(item.offer.gtin)),
  mpn: present(partOf(item.offer))
})

const noValues: Values = { id: [], guid: [], url: [], gtin: [], mpn: [] }

/** Only the kinds that the operator named, and all of those of one rank: who names a kind trusts it. */
const chosen = (values: Values, kinds: ReadonlyArray<KeyKind>): Values => ({
  ...noValues,
  ...Object.fromEntries(Object.entries(values).filter(([kind]) => kinds.some((name) => name === kind)))
})

const wordsOf = ({ body, title }: Item): string => `${squeeze(title)}\n${body.trim()}`

/** A class, because of a getter in an object literal V8 makes a dictionary each time. */
class OwnKeys implements ItemKeys {
  readonly local: ItemKeys["local"]
  readonly joint: ItemKeys["joint"]
  readonly places: ItemKeys["places"]
  readonly grouped: boolean
  readonly label: string
  private readonly item: Item
  private readonly settings: IdentitySettings

  constructor(keys: Omit<ItemKeys, "text" | "label" | "own">, item: Item, settings: IdentitySettings) {
    this.local = keys.local
    this.joint = keys.joint
    this.places = keys.places
    this.grouped = keys.grouped
    this.label = item.title.trim() === "" ? wordsOf(item) : squeeze(item.title)
    this.item = item
    this.settings = settings
  }

  /** Few items need it. */
  get text(): Key {
    return keyOf("text", this.settings.id, wordsOf(this.item))
  }

  get own(): Place | undefined {
    return ownOf(this.item, this.settings)
  }
}

const noPlaces: ReadonlyArray<Place> = []

/** Of documents that list offers many have one address; what stands on a page of its own is what that page is about. */
const placesOf = (urls: ReadonlyArray<string>, { id, identity, kind }: IdentitySettings) =>
  identity !== undefined || (kind !== "page" && kind !== "sitemap")
    ? noPlaces
    : urls.map((url) => ({ plain: keyOf("url", id, url), ofOffer: keyOf("url", `${id}\noffer`, url) }))

const ownOf = ({ offer }: Item, { id, identity, variants }: IdentitySettings): Place | undefined => {
  const own = identity === undefined && variants === "group" ? meaningful(offer?.id) : undefined
  return own === undefined || own === meaningful(offer?.group)
    ? undefined
    : { plain: keyOf("id", id, own), ofOffer: keyOf("id", `${id}\nvariant`, own) }
}

/**
 * All keys of an item. An offer's own id decides alone; articles, and offers without one, go by guid and URL together.
 * @source reference/feeds.md §3, rules 1 to 10, 2026-11-24
 */
export const keysOf = (item: Item, settings: IdentitySettings): ItemKeys => {
  const all = valuesOf(item, settings)
  const values = settings.identity === undefined ? all : chosen(all, settings.identity)
  const named = (namespace: string) => (kind: keyof Values) =>
    values[kind].map((value) => keyOf(kind, namespace, value))
  const local = named(settings.id)
  const pages = [...local("guid"), ...local("url")]
  const ranks =
    settings.identity === undefined
      ? [local("id"), pages]
      : [[...local("id"), ...pages, ...local("gtin"), ...local("mpn")]]
  const grouped =
    settings.variants === "group" && values.id.length > 0 && meaningful(item.offer?.group) !== undefined
  return new OwnKeys(
    {
      local: ranks.filter((rank) => rank.length > 0),
      joint: (["gtin", "mpn", "url"] as const).flatMap(named("")),
      places: placesOf(values.url, settings),
      grouped
    },
    item,
    settings
  )
}

/** The key of an offer that decides alone, by the rules; none for articles and where the operator has named the kinds. */
export const decidingKey = (item: Item, settings: IdentitySettings): Key | undefined => {
  const id = settings.identity === undefined ? idOf(item.offer, settings.variants) : undefined
  return id === undefined ? undefined : keyOf("id", settings.id, id)
}
