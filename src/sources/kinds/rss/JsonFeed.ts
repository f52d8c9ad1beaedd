// The text of a JSON Feed 1.0 or 1.1 → its header and items. One bad item is counted, not the end of the others.
// @source https://www.jsonfeed.org/version/1.1/
import { Either, Option, Schema } from "effect"
import { type Item, maxBodyLength } from "../../../domain/Item.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { fragment } from "../../reading/Fragment.ts"
import { absolute } from "../../reading/Links.ts"
import { clean, cut, escaped, plainText } from "../../reading/PlainText.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(schema, { exact: true, nullable: true })
const text = maybe(Schema.String)
const author = Schema.Struct({ name: text })

const JsonDocument = Schema.Struct({
  version: text,
  title: text,
  home_page_url: text,
  feed_url: text,
  items: Schema.Array(Schema.Unknown)
})

const JsonItem = Schema.Struct({
  id: maybe(Schema.Union(Schema.String, Schema.Number)),
  url: text,
  external_url: text,
  title: text,
  content_html: text,
  content_text: text,
  summary: text,
  image: text,
  banner_image: text,
  date_published: text,
  date_modified: text,
  author: maybe(author),
  authors: maybe(Schema.Array(author)),
  tags: maybe(Schema.Array(Schema.String))
})
type JsonItem = typeof JsonItem.Type

export interface JsonFeed {
  readonly title: string
  readonly items: ReadonlyArray<Item>
  /** Items that were not objects of the right shape. */
  readonly misshapen: number
}

const parsed = Schema.decodeUnknownEither(Schema.parseJson())
const asDocument = Schema.decodeUnknownOption(JsonDocument)
const asItem = Schema.decodeUnknownOption(JsonItem)

const bodyOf = (item: JsonItem): string =>
  item.content_html ??
  (item.content_text === undefined ? undefined : escaped(item.content_text).replace(/\r?\n/g, "<br>\n")) ??
  escaped(item.summary ?? "")

const itemOf = (item: JsonItem, base: string): Item => {
  const own = absolute(item.url, base) ?? absolute(item.external_url, base)
  const guid = clean(String(item.id ?? "")).trim()
  const link = own ?? absolute(guid)
  const body = fragment(bodyOf(item), link ?? base, maxBodyLength)
  const images = [item.image, item.banner_image].flatMap((url) => absolute(url, base) ?? [])
  const name = plainText(
    [...(item.authors ?? []), item.author].find((one) => one?.name !== undefined)?.name ?? "",
    200
  )
  const date = feedDate(item.date_published ?? "") ?? feedDate(item.date_modified ?? "")
  return {
    ...(guid === "" ? {} : { guid: cut(guid, 2_000) }),
    ...(link === undefined ? {} : { link }),
    title: plainText(escaped(item.title ?? "")),
    body: body.html,
    ...(name === "" ? {} : { author: name }),
    ...(date === undefined ? {} : { publishedAt: date }),
    images: images.length > 0 ? [...new Set(images)] : body.images.slice(0, 1),
    categories: [
      ...new Set((item.tags ?? []).map((tag) => plainText(escaped(tag), 200)).filter((tag) => tag !== ""))
    ].slice(0, 50)
  }
}

/** A JSON Feed has its version URL, or at least items and a name or address of its own. */
const isFeed = (document: typeof JsonDocument.Type): boolean =>
  /jsonfeed\.org\/version/.test(document.version ?? "") ||
  document.title !== undefined ||
  document.feed_url !== undefined ||
  document.home_page_url !== undefined

/** The feed, or what was found instead. Relative addresses resolve against the feed's home page, else `url`. */
export const readJsonFeed = (json: string, url: string): Either.Either<JsonFeed, string> => {
  const value = parsed(json)
  if (Either.isLeft(value)) return Either.left("JSON that breaks off or is malformed")
  const document = Option.filter(asDocument(value.right), isFeed)
  if (Option.isNone(document)) return Either.left("JSON that is not a JSON Feed")
  const { title = "", home_page_url, items } = document.value
  const base = absolute(home_page_url, url) ?? url
  const decoded = items.map((item) => asItem(item))
  return Either.right({
    title: plainText(escaped(title)),
    items: decoded.flatMap((item) => (Option.isSome(item) ? [itemOf(item.value, base)] : [])),
    misshapen: decoded.filter(Option.isNone).length
  })
}
