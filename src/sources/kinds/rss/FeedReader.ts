// The text of an XML feed, chunk by chunk → its header and its items, in any of the formats (RSS 0.9x to 2.0, RDF, RSS 1.1, Atom 0.3
// and 1.0, CDF), told by shape. Push-style and synchronous; leaves nothing out: what is fit to be published is decided elsewhere.
import type { Item } from "../../../domain/Item.ts"
import { plainText } from "../../reading/PlainText.ts"
import { firstText, type XmlElement } from "../../xml/XmlElement.ts"
import { type DocumentShape, XmlReader } from "../../xml/XmlReader.ts"
import { type ItemContext, itemOf, titleOf } from "./FeedItem.ts"
import { pageOf } from "./FeedLinks.ts"

const itemNames = new Set(["item", "entry", "atom:entry"])
const shape: DocumentShape = {
  containers: new Set(["rss", "rdf:rdf", "rdf", "feed", "atom:feed", "channel", "items"]),
  items: itemNames
}
const roots = new Set([...shape.containers, "entry", "atom:entry"])
roots.delete("items")

/** Extensions repeat without end at feed level in some podcasts; none of them is looked at. */
const maxHeaderElements = 500

const updatesPerPeriod: Readonly<Record<string, number>> = {
  hourly: 3_600_000,
  daily: 86_400_000,
  weekly: 604_800_000,
  monthly: 2_592_000_000,
  yearly: 31_536_000_000
}

export class FeedReader {
  private readonly xml: XmlReader
  private readonly url: string
  private readonly nowMs: number
  private readonly header: Array<XmlElement> = []
  private known: ItemContext | undefined

  /** `nowMs` decides whether dated sale prices hold. */
  constructor(url: string, nowMs: number) {
    this.xml = new XmlReader(shape, url)
    this.url = url
    this.nowMs = nowMs
  }

  /** The items that this chunk finished. */
  write(chunk: string): ReadonlyArray<Item> {
    const items: Array<Item> = []
    this.xml.each(chunk, (element) => {
      if (itemNames.has(element.name)) items.push(itemOf(element, this.context))
      else this.note(element)
    })
    return items
  }

  /** Call once after the last chunk. */
  end(): void {
    this.xml.end()
  }

  /** The root element's name as soon as it is known, and whether a feed can begin like that. */
  get root(): { readonly name: string; readonly isFeed: boolean } | undefined {
    const name = this.xml.root?.name
    return name === undefined ? undefined : { name, isFeed: roots.has(name) }
  }

  get complete(): boolean {
    return this.xml.complete
  }

  /** Why reading stopped before the end, if it did. */
  get stopped(): string | undefined {
    return this.xml.stopped
  }

  get title(): string {
    return titleOf(this.channel, this.context)
  }

  /** `ttl` is minutes; the syndication module says "so many times per period". */
  get ttlMs(): number | undefined {
    const minutes = Number(firstText(this.channel, ["ttl"]) ?? Number.NaN)
    const period = updatesPerPeriod[(firstText(this.channel, ["sy:updateperiod"]) ?? "").toLowerCase()]
    const frequency = Number(firstText(this.channel, ["sy:updatefrequency"]) ?? 1)
    const ttl = minutes > 0 ? minutes * 60_000 : (period ?? Number.NaN) / (frequency > 0 ? frequency : 1)
    return Number.isFinite(ttl) ? Math.round(ttl) : undefined
  }

  private get channel(): XmlElement {
    return { name: "channel", attributes: {}, children: this.header }
  }

  private get context(): ItemContext {
    this.known ??= {
      base: pageOf(this.channel, this.url) ?? this.url,
      isAtom: /^(atom:)?(feed|entry)$/.test(this.xml.root?.name ?? ""),
      nowMs: this.nowMs
    }
    return this.known
  }

  private note(element: XmlElement): void {
    if (this.header.length >= maxHeaderElements) return
    this.header.push(element)
    this.known = undefined
  }
}

/** What the start of a document that is no XML feed is, one clause for the operator. */
export const foundInstead = (root: string | undefined, head: string): string => {
  const start = head.slice(0, 4_096)
  if (root === "html" || root === "xhtml:html" || /^\s*(<!--[\s\S]*?-->\s*)?<!doctype html/i.test(start)) {
    const title = plainText(/<title[^>]*>([^<]{1,200})/i.exec(start)?.[1] ?? "", 80)
    return title === "" ? "an HTML page" : `an HTML page titled "${title}"`
  }
  if (/(?![\t\n\r\f])[\p{Cc}\ufffd]/u.test(start)) return "bytes that are no text"
  if (root !== undefined) return `XML with the root element ${plainText(root, 80)}`
  const text = plainText(start, 60)
  return text === "" ? "an empty document" : `no XML element, only text that begins with "${text}"`
}
