// Kind "page": a product page, or a page that lists products. What it says in JSON-LD, microdata and OpenGraph becomes items; the pages that
// it only names are further documents. A page without any of it is refused, a bot check is told from it; neither is "zero items".
import { Effect } from "effect"
import type { Source } from "../../domain/Source.ts"
import type { DocumentReader, Head } from "../DocumentReader.ts"
import { decoderFor } from "../reading/HeadText.ts"
import { PageReader } from "./page/PageReader.ts"

/** Opens the source's own page, or one that a list or a sitemap named. */
export const openPage = (head: Head, source: Source): Effect.Effect<DocumentReader> =>
  Effect.map(decoderFor(head), (text) => {
    const page = new PageReader(head.url, source, head.now)
    return {
      write: (bytes) => {
        page.write(text.write(bytes))
        return []
      },
      end: () => {
        page.write(text.end())
        return page.end()
      },
      done: () => page.stopped !== undefined,
      facts: () => page.facts()
    }
  })
