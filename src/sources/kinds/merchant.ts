// Kind "merchant": product feeds in the form that Google Merchant gave them and others took over, as XML (RSS, Atom, plain) or as a table
// (tabs or commas), told by content alone. A body of another kind is named for what it is, never a feed without products.
import type { Source } from "../../domain/Source.ts"
import { acceptFeeds } from "../Conditional.ts"
import type { Head } from "../DocumentReader.ts"
import type { SourceKind } from "../SourceKind.ts"
import { rootIn } from "../xml/Root.ts"
import { dialectOf } from "./csv/Sniffing.ts"
import { TableReader } from "./csv/TableReader.ts"
import { isProductFeed, MerchantXml } from "./merchant/MerchantXml.ts"
import { foundInstead } from "./rss/FeedReader.ts"
import { isBinary, isJson, isXml } from "./shop/Beginning.ts"
import type { ProductContext } from "./shop/ProductItem.ts"
import { refused } from "./shop/Refused.ts"
import { type TextFormat, textDocument } from "./shop/TextDocument.ts"

const formatOf = (head: Head, source: Source, sample: string): TextFormat => {
  const context: ProductContext = {
    base: head.url,
    nowMs: head.now,
    currency: source.currency,
    prices: "field"
  }
  if (isXml(sample)) {
    const root = rootIn(sample)
    return root !== undefined && isProductFeed(root)
      ? new MerchantXml(context)
      : refused(foundInstead(root, sample))
  }
  if (isBinary(sample)) return refused(foundInstead(undefined, sample))
  if (isJson(sample)) return refused("JSON")
  return new TableReader(dialectOf(sample, source.delimiter), source.columns, context)
}

export const merchant: SourceKind = {
  accept: `${acceptFeeds}, text/tab-separated-values, text/csv;q=0.9`,
  open: (head, source) => textDocument(head, source, (sample) => formatOf(head, source, sample))
}
