// Kind "sitemap": the product pages of a site, found through its sitemaps. The pages are further documents, the newest first, and so are
// the sitemaps that an index names; how many are fetched in one poll, and how politely, is not decided here.
import type { SourceKind } from "../SourceKind.ts"
import { SitemapReader } from "./sitemap/SitemapReader.ts"
import { overText } from "./TextReader.ts"

/** Reads the source's own sitemap, or one that an index named. */
export const sitemap: SourceKind = {
  accept: "application/xml, text/xml, text/plain;q=0.8, */*;q=0.3",
  open: (head, source) => overText(head, new SitemapReader(head.url, source))
}
