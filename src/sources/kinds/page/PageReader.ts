// The text of an HTML page, piece by piece → what its head, its JSON-LD and its microdata say, and at the end its items. No tree is built.
// Promises: memory and time in proportion to the page, whatever is in it; the same result however the text is cut. Never runs a script.
import { Either } from "effect"
import { Parser } from "htmlparser2"
import type { Item } from "../../../domain/Item.ts"
import type { Source } from "../../../domain/Source.ts"
import type { Blocked, DocumentFacts } from "../../DocumentReader.ts"
import { isHtmlElement } from "../../reading/HtmlElements.ts"
import { plainText } from "../../reading/PlainText.ts"
import { Quota } from "../../reading/Quota.ts"
import { Sample } from "../../reading/Sample.ts"
import type { TextReader } from "../TextReader.ts"
import { LinkedData } from "./LinkedData.ts"
import { Microdata } from "./Microdata.ts"
import { type PageReading, readNamed, readPage } from "./PageContents.ts"
import { PageMeta } from "./PageMeta.ts"

/** As browsers do; htmlparser2's work grows with the square of it. */
const maxDepth = 512
/** Characters of one JSON-LD script, and of all. */
const maxScript = 2_000_000
const maxScripts = 4_000_000
const maxTitle = 1_000
const maxAnchors = 20_000

export class PageReader implements TextReader {
  private readonly url: string
  private readonly source: Source
  private readonly now: number
  private readonly isNamed: boolean
  private readonly meta = new PageMeta()
  private readonly linked = new LinkedData()
  private readonly microdata = new Microdata()
  private readonly anchors = new Set<string>()
  private readonly quota: Quota
  private readonly parser: Parser
  private readonly sample = new Sample()
  private isHtml = false
  private depth = 0
  private scriptLength = 0
  private script: Array<string> | undefined
  private isTitle = false
  private isHidden = false
  private cutOff = false
  /** Why reading stopped before the end, one clause. */
  private stopped: string | undefined
  private reading: PageReading = { items: [], further: [], kind: "nothing" }

  /** `url` after redirects; `now` is epoch ms; `isNamed`: a person gave its address, so it may be an article. */
  constructor(url: string, source: Source, now: number, isNamed = false) {
    this.url = url
    this.source = source
    this.now = now
    this.isNamed = isNamed
    this.quota = new Quota(source.maxItems)
    this.parser = new Parser({
      onopentag: (name, attributes) => this.opened(name, attributes),
      ontext: (text) => this.text(text),
      onclosetag: (name) => this.closed(name)
    })
  }

  get done(): boolean {
    return this.stopped !== undefined && this.sample.isFull
  }

  /** Never gives an item: which product a page is about shows at its end. */
  write(text: string): ReadonlyArray<Item> {
    this.sample.add(text)
    if (this.stopped === undefined) this.parser.write(text)
    return []
  }

  /** Call once after the last piece. */
  end(): ReadonlyArray<Item> {
    this.cutOff = this.script !== undefined || this.stopped !== undefined
    if (this.stopped === undefined) this.parser.end()
    const contents = {
      url: this.url,
      meta: this.meta,
      linked: this.linked.things(),
      microdata: this.microdata.things(),
      anchors: this.anchors
    }
    this.reading = this.isNamed
      ? readNamed(contents, this.source, this.now, this.sample.blocked === undefined)
      : readPage(contents, this.source, this.now)
    return this.quota.admit(this.reading.items)
  }

  facts(): Either.Either<DocumentFacts, string | Blocked> {
    if (this.reading.kind === "nothing") return Either.left(this.foundInstead())
    const title = plainText(this.meta.title, 200)
    return Either.right({
      ...(title === "" ? {} : { title }),
      complete: !this.cutOff && !this.quota.full,
      faults: this.faults(),
      further: this.reading.further
    })
  }

  private faults(): ReadonlyArray<string> {
    const { broken } = this.linked
    const isUnpriced =
      this.reading.kind === "product" && this.reading.items.some(({ offer }) => offer?.price === undefined)
    return [
      ...this.quota.faults,
      ...(broken === 0
        ? []
        : [`${broken} JSON-LD ${broken === 1 ? "script that is" : "scripts that are"} no JSON`]),
      ...(isUnpriced ? ["no price in the data of the page"] : []),
      ...(this.stopped === undefined ? [] : [`everything after a point where ${this.stopped}`])
    ]
  }

  private foundInstead(): string | Blocked {
    const { blocked, length } = this.sample
    if (blocked !== undefined) return blocked
    if (this.stopped !== undefined) return this.stopped
    if (!this.isHtml) return length === 0 ? "an empty document" : "no HTML page"
    const title = plainText(this.meta.title, 80)
    const page = title === "" ? "an HTML page" : `an HTML page titled "${title}"`
    return `${page} without product data (JSON-LD, microdata, OpenGraph)`
  }

  private opened(name: string, attributes: Record<string, string>): void {
    if (++this.depth > maxDepth) {
      this.stopped = `elements nest deeper than ${maxDepth}`
      this.parser.pause()
      return
    }
    this.isHtml ||= isHtmlElement(name)
    this.isHidden = name === "script" || name === "style"
    if (name === "script") this.script = /ld\+json/i.test(attributes["type"] ?? "") ? [] : undefined
    else if (name === "title") this.isTitle = this.meta.title === ""
    this.meta.opened(name, attributes)
    this.microdata.opened(name, attributes)
    const href = name === "a" && this.source.links !== undefined ? attributes["href"] : undefined
    if (href !== undefined && this.anchors.size < maxAnchors) this.anchors.add(href)
  }

  private text(text: string): void {
    if (this.script !== undefined) {
      this.scriptLength += text.length
      if (this.scriptLength <= maxScripts) this.script.push(text)
    } else if (this.isTitle) this.meta.title = `${this.meta.title}${text}`.slice(0, maxTitle)
    if (!this.isHidden) this.microdata.text(text)
  }

  private closed(name: string): void {
    this.depth--
    this.isHidden = false
    if (name === "script" && this.script !== undefined) {
      const script = this.script.join("")
      if (script.length > maxScript || this.scriptLength > maxScripts) this.linked.broken++
      else this.linked.add(script)
      this.script = undefined
    } else if (name === "title") this.isTitle = false
    this.microdata.closed()
  }
}
