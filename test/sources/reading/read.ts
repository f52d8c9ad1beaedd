// Reads a document the way the poller does.
import { Effect } from "effect"
import type { Item } from "../../../src/domain/Item.ts"
import type { Source } from "../../../src/domain/Source.ts"
import { heldBody } from "../../../src/sources/Body.ts"
import { rss } from "../../../src/sources/kinds/rss.ts"
import { type ReadDocument, readWhole } from "../../../src/sources/Reading.ts"
import { sourceWith } from "./source.ts"

export const feedUrl = "https://feed.example/news/feed.xml"

export const read = (document: string | Uint8Array, source: Partial<Source> = {}, contentType?: string) =>
  readWhole(
    rss,
    heldBody(typeof document === "string" ? new TextEncoder().encode(document) : document, {
      url: feedUrl,
      ...(contentType === undefined ? {} : { contentType })
    }),
    sourceWith(source)
  ).pipe(
    // Of a body in memory nothing can be lost.
    Effect.catchTag("FetchFailed", Effect.die)
  )

/** RSS 2.0 around the items. */
export const rssWith = (items: string, attributes = ""): string =>
  `<?xml version="1.0"?><rss version="2.0" ${attributes}><channel><title>News</title>${items}</channel></rss>`

/** The only item of a document. */
export const onlyItem = (document: ReadDocument): Item => {
  const [item] = document.items
  if (item === undefined || document.items.length !== 1) throw new Error(`${document.items.length} items`)
  return item
}

export const readItem = (item: string, attributes = "") =>
  Effect.map(read(rssWith(`<item>${item}</item>`, attributes)), onlyItem)
