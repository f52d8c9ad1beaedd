// Kind "rss": every syndication format (RSS, RDF, Atom, CDF, JSON Feed, Google Merchant in RSS or Atom), told by content alone.
// A body that is no feed is refused, never a feed without items; a cut-off feed gives what it holds with `complete: false`.
import { Effect } from "effect"
import { acceptFeeds } from "../Conditional.ts"
import { decoderOf } from "../reading/DocumentText.ts"
import type { SourceKind } from "../SourceKind.ts"
import { JsonDocument } from "./rss/JsonDocument.ts"
import { XmlDocument } from "./rss/XmlDocument.ts"

/** The first visible character decides: JSON Feed begins with "{", everything else is XML or nothing. */
const isJson = (bytes: Uint8Array): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[{[]/.test(
    Buffer.from(bytes.subarray(0, 1_024)).toString("latin1")
  )

export const rss: SourceKind = {
  accept: acceptFeeds,
  open: (head, source) =>
    Effect.map(decoderOf(head), (text) =>
      isJson(head.bytes)
        ? new JsonDocument(head.url, text, source.maxItems)
        : new XmlDocument(head, text, source.maxItems)
    )
}
