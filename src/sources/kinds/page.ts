// Kind "page": a product page, or a page that lists products. What it says in JSON-LD, microdata and OpenGraph becomes items; the pages that
// it only names are further documents. A page without any of it is refused, a bot check is told from it; neither is "zero items".
import type { SourceKind } from "../SourceKind.ts"
import { PageReader } from "./page/PageReader.ts"
import { overText } from "./TextReader.ts"

/** Reads the source's own page, or one that a list or a sitemap named. */
export const page: SourceKind = {
  accept: "text/html, application/xhtml+xml;q=0.9, */*;q=0.3",
  open: (head, source) => overText(head, new PageReader(head.url, source, head.now))
}

/** Reads the page whose address a person gave: a product's, or an article's. */
export const namedPage: SourceKind = {
  ...page,
  open: (head, source) => overText(head, new PageReader(head.url, source, head.now, true))
}
