// Kind "yml": shop catalogs in Yandex Market Language and its cousins. Offers leave one by one in flat memory, however large the file.
// A body of another kind is named for what it is, never a catalog without offers.
import type { SourceKind } from "../SourceKind.ts"
import { rootIn } from "../xml/Root.ts"
import { foundInstead } from "./rss/FeedReader.ts"
import { refused } from "./shop/Refused.ts"
import { textDocument } from "./shop/TextDocument.ts"
import { dialectOf } from "./yml/Dialects.ts"
import { YmlReader } from "./yml/YmlReader.ts"

export const yml: SourceKind = {
  accept: "application/xml, text/xml;q=0.9, */*;q=0.5",
  open: (head, source) =>
    textDocument(head, source, (sample) => {
      const root = rootIn(sample)
      const dialect = root === undefined ? undefined : dialectOf(root, sample)
      return dialect === undefined
        ? refused(foundInstead(root, sample))
        : new YmlReader(dialect, { url: head.url, nowMs: head.now, currency: source.currency })
    })
}
