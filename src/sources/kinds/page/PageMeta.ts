// What a page says of itself in its head: canonical address, base, title, and the meta elements of OpenGraph, its product extension and
// Twitter cards. Collects a bounded number of them as they come; decides nothing.
// @source https://ogp.me and https://developers.facebook.com/docs/marketing-api/catalog/reference/#open-graph (product:…), 2026-11

type Attributes = Readonly<Record<string, string>>

const maxNames = 200
const maxLength = 2_000
const maxImages = 10

const wanted = /^(?:og|product|twitter|article|al):|^(?:description|brand|author)$/

export class PageMeta {
  /** The text of the title element, as written. */
  title = ""
  canonical: string | undefined
  /** Of `<base href>`. */
  base: string | undefined
  /** The next page of a list (`rel="next"`). */
  next: string | undefined
  readonly images: Array<string> = []
  private readonly texts = new Map<string, string>()

  opened(name: string, attributes: Attributes): void {
    if (name === "meta") this.meta(attributes)
    else if (name === "base") this.base ??= attributes["href"]
    else if (name === "link" || name === "a") {
      const rel = (attributes["rel"] ?? "").toLowerCase().split(/\s+/)
      if (name === "link" && rel.includes("canonical")) this.canonical ??= attributes["href"]
      if (rel.includes("next")) this.next ??= attributes["href"]
    }
  }

  /** The first of these that is not empty. */
  text(...names: ReadonlyArray<string>): string | undefined {
    return names.map((name) => this.texts.get(name)).find((text) => text !== undefined)
  }

  private meta(attributes: Attributes): void {
    const name = (attributes["property"] ?? attributes["name"] ?? "").trim().toLowerCase()
    const content = (attributes["content"] ?? "").trim().slice(0, maxLength)
    if (content === "" || !wanted.test(name)) return
    if (/^og:image(?::secure_url|:url)?$/.test(name)) {
      if (this.images.length < maxImages && !this.images.includes(content)) this.images.push(content)
    } else if (!this.texts.has(name) && this.texts.size < maxNames) this.texts.set(name, content)
  }
}
