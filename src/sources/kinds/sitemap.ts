// Kind "sitemap": the product pages of a site, found through its sitemaps. The pages are further documents, the newest first, and so are
// the sitemaps that an index names; how many are fetched in one poll, and how politely, is not decided here.
import { Effect } from "effect"
import type { Source } from "../../domain/Source.ts"
import type { DocumentReader, Head } from "../DocumentReader.ts"
import { decoderFor } from "../reading/HeadText.ts"
import { SitemapReader } from "./sitemap/SitemapReader.ts"

/** Opens the source's own sitemap, or one that an index named. */
export const openSitemap = (head: Head, source: Source): Effect.Effect<DocumentReader> =>
  Effect.map(decoderFor(head), (text) => {
    const sitemap = new SitemapReader(head.url, source)
    return {
      write: (bytes) => sitemap.write(text.write(bytes)),
      end: () => [...sitemap.write(text.end()), ...sitemap.end()],
      done: () => sitemap.done,
      facts: () => sitemap.facts()
    }
  })
