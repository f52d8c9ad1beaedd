// The text of a sitemap, piece by piece → the pages and further sitemaps that it names, newest first. Reads indexes, URL sets, feeds and
// plain lists. An entry of a news sitemap says enough to be an item itself; pictures and translations beside an address are not followed.
// @source https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap, 2026-11
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import type { Blocked, DocumentFacts } from "../../DocumentReader.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { absolute } from "../../reading/Links.ts"
import { matchesAny } from "../../reading/PathPattern.ts"
import { plainText } from "../../reading/PlainText.ts"
import { Quota } from "../../reading/Quota.ts"
import { Sample } from "../../reading/Sample.ts"
import { firstText, type XmlElement } from "../../xml/XmlElement.ts"
import { type DocumentShape, XmlReader } from "../../xml/XmlReader.ts"
import { isFollowed } from "../Followed.ts"
import { pageOf } from "../rss/FeedLinks.ts"
import type { TextReader } from "../TextReader.ts"
import { AddressLines } from "./AddressLines.ts"
import { Entries, maxEntries } from "./Entries.ts"
import { newsItemOf } from "./NewsItem.ts"

const shape: DocumentShape = {
  containers: new Set(["urlset", "sitemapindex", "rss", "rdf:rdf", "channel", "feed", "atom:feed"]),
  items: new Set(["url", "sitemap", "item", "entry", "atom:entry"])
}

const dates = [
  "lastmod",
  "pubdate",
  "atom:updated",
  "updated",
  "atom:published",
  "published",
  "atom:modified",
  "modified"
]

/** Addresses on other sites that are remembered: one is shown. */
const maxElsewhere = 50_000

export class SitemapReader implements TextReader {
  private readonly url: string
  private readonly source: Source
  private readonly xml: XmlReader
  private readonly quota: Quota
  private readonly entries = new Entries()
  private readonly lines = new AddressLines()
  private readonly elsewhere: Array<string> = []
  private readonly sample = new Sample()
  /** Told by the first visible character. */
  private isXml: boolean | undefined

  /** `url` after redirects. */
  constructor(url: string, source: Source) {
    this.url = url
    this.source = source
    this.xml = new XmlReader(shape, url)
    this.quota = new Quota(source.maxItems)
  }

  get done(): boolean {
    return this.entries.full || ((this.xml.stopped !== undefined || this.isOther) && this.sample.isFull)
  }

  write(text: string): ReadonlyArray<Item> {
    if (this.done) return []
    this.sample.add(text)
    this.isXml ??= /^[\s\ufeff]*([^\s\ufeff])/.exec(this.sample.text)?.[1]?.startsWith("<")
    return this.isXml === true ? this.entriesAmong(this.xml.write(text)) : this.plain(text)
  }

  /** Call once after the last piece. */
  end(): ReadonlyArray<Item> {
    if (this.isXml !== true) return this.plain("\n")
    this.xml.end()
    return []
  }

  facts(): Either.Either<DocumentFacts, string | Blocked> {
    if (this.isXml === true ? this.isOther || this.xml.root === undefined : this.lines.count === 0)
      return Either.left(this.foundInstead())
    const [first] = this.elsewhere
    return Either.right({
      complete: (this.isXml !== true || this.xml.complete) && !this.entries.full && !this.quota.full,
      further: this.entries.further,
      faults: [
        ...this.quota.faults,
        ...(this.entries.full ? [`addresses beyond the first ${maxEntries}`] : []),
        ...(this.xml.stopped === undefined ? [] : [`everything after a point where ${this.xml.stopped}`]),
        ...(first === undefined
          ? []
          : [`${this.elsewhere.length} addresses on other sites, such as ${first}`])
      ]
    })
  }

  /** XML, but no sitemap. */
  private get isOther(): boolean {
    const root = this.xml.root?.name
    return root !== undefined && !shape.containers.has(root)
  }

  private entriesAmong(elements: ReadonlyArray<XmlElement>): ReadonlyArray<Item> {
    const items: Array<Item> = []
    for (const element of elements) {
      if (!shape.items.has(element.name)) continue
      const isFeed = element.name !== "url" && element.name !== "sitemap"
      const url = isFeed ? pageOf(element, this.url) : absolute(firstText(element, ["loc"]), this.url)
      if (url === undefined) continue
      const modifiedAt = feedDate(firstText(element, dates) ?? "")
      const news = newsItemOf(element, url)
      if (element.name === "sitemap") this.add("sitemap", url, modifiedAt)
      else if (!this.follows(url)) continue
      else if (news !== undefined) items.push(news)
      else this.add("page", url, modifiedAt)
    }
    return this.quota.admit(items)
  }

  private plain(text: string): ReadonlyArray<Item> {
    for (const url of this.lines.write(text)) if (this.follows(url)) this.add("page", url, undefined)
    return []
  }

  private follows(url: string): boolean {
    if (isFollowed(url, this.url, this.source)) return true
    if (
      this.source.links === undefined &&
      !matchesAny(this.source.skip ?? [], url) &&
      this.elsewhere.length < maxElsewhere
    )
      this.elsewhere.push(url)
    return false
  }

  /** Never itself; of an index only the sitemaps that are not to be skipped. */
  private add(as: "page" | "sitemap", url: string, modifiedAt: number | undefined): void {
    const isSkipped = as === "sitemap" && matchesAny(this.source.skip ?? [], url)
    if (!isSkipped && url !== this.url) this.entries.add(as, url, modifiedAt)
  }

  private foundInstead(): string | Blocked {
    const { blocked, text: beginning } = this.sample
    if (blocked !== undefined) return blocked
    const root = this.xml.root?.name
    if (root === "html") return "an HTML page instead of a sitemap"
    if (root !== undefined) return `XML with the root element ${plainText(root, 80)} instead of a sitemap`
    const text = plainText(beginning.slice(0, 500), 60)
    return text === "" ? "an empty document" : `no sitemap, only text that begins with "${text}"`
  }
}
