// Kind "rss": every syndication format (RSS, RDF, Atom, CDF, JSON Feed, Google Merchant in RSS or Atom), told by content alone.
// A body that is no feed is `Unreadable`, never a feed without items; a cut-off feed gives what it holds with `complete: false`.
import { Clock, Effect, Either } from "effect"
import { charsetOf } from "../reading/Charset.ts"
import { forEachSlice } from "../reading/Slices.ts"
import { type Body, type FeedDocument, type SourceKind, Unreadable } from "../SourceKind.ts"
import { FeedReader, foundInstead } from "./rss/FeedReader.ts"
import { readJsonFeed } from "./rss/JsonFeed.ts"
import { counted, Selection } from "./rss/Selection.ts"

const document = (
  found: { readonly title: string; readonly ttlMs?: number | undefined; readonly complete: boolean },
  selection: Selection,
  faults: ReadonlyArray<string>
): FeedDocument => ({
  ...(found.title === "" ? {} : { title: found.title }),
  ...(found.ttlMs === undefined ? {} : { ttlMs: found.ttlMs }),
  items: selection.items,
  complete: found.complete && !selection.full,
  faults: [...selection.faults, ...faults]
})

const readJson = Effect.fnUntraced(function* (body: Body, charset: string, selection: Selection) {
  const texts: Array<string> = []
  yield* forEachSlice(body.bytes, charset, (text) => texts.push(text) > 0)
  const feed = readJsonFeed(texts.join("").replace(/^\ufeff/, ""), body.url)
  if (Either.isLeft(feed)) return yield* new Unreadable({ url: body.url, found: feed.left })
  const { items, misshapen, title } = feed.right
  for (const item of items) selection.offer(item)
  const faults = misshapen === 0 ? [] : [`${counted(misshapen)} not shaped like a JSON Feed item`]
  return document({ title, complete: true }, selection, faults)
})

const readXml = Effect.fnUntraced(function* (body: Body, charset: string, selection: Selection) {
  const feed = new FeedReader(body.url, yield* Clock.currentTimeMillis)
  let head = ""
  yield* forEachSlice(body.bytes, charset, (text) => {
    head ||= text.slice(0, 4_096)
    for (const item of feed.write(text)) selection.offer(item)
    return feed.stopped === undefined && !selection.full && feed.root?.isFeed !== false
  })
  for (const item of feed.end()) selection.offer(item)
  if (feed.root?.isFeed !== true) {
    return yield* new Unreadable({ url: body.url, found: foundInstead(feed.root?.name, head) })
  }
  if (feed.stopped !== undefined && selection.items.length === 0) {
    return yield* new Unreadable({ url: body.url, found: feed.stopped })
  }
  return document(
    feed,
    selection,
    feed.stopped === undefined ? [] : [`everything after a point where ${feed.stopped}`]
  )
})

/** The first visible character decides: JSON Feed begins with "{", everything else is XML or nothing. */
const isJson = (bytes: Uint8Array): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[{[]/.test(
    Buffer.from(bytes.subarray(0, 1_024)).toString("latin1")
  )

export const rss: SourceKind = {
  name: "rss",
  read: Effect.fn("Rss.read")(function* (body, source) {
    const charset = yield* charsetOf(body.bytes, body.contentType)
    const selection = new Selection(source.maxItems)
    return yield* (isJson(body.bytes) ? readJson : readXml)(body, charset, selection)
  })
}
