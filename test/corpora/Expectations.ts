// What the authors of the corpora say is in their feeds, brought to one shape.
import { bytesOf, exists, filesOf, jsonOf, linesOf } from "./Corpora.ts"

export interface ExpectedItem {
  readonly title?: string | undefined
  readonly link?: string | undefined
  readonly id?: string | undefined
  /** Any of these is right: which of a feed's dates is the date of an item is a choice. */
  readonly dates?: ReadonlyArray<string>
  /** Any of these is right: so is which of its texts is its body. */
  readonly bodies?: ReadonlyArray<string>
}

export interface Expectation {
  readonly corpus: string
  readonly path: string
  readonly contentType?: string | undefined
  readonly title?: string | undefined
  readonly count?: number | undefined
  readonly items: ReadonlyArray<readonly [index: number, item: ExpectedItem]>
}

type Json = { readonly [key: string]: unknown }
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {})
const array = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined
const texts = (...values: ReadonlyArray<unknown>) => values.flatMap((value) => text(value) ?? [])

/** feedparser, gofeed and feed-rs: converted by script into one file each. */
const converted = (corpus: string): ReadonlyArray<Expectation> =>
  (exists(`${corpus}/_expect.jsonl`) ? linesOf(`${corpus}/_expect.jsonl`) : []).map(object).map((line) => ({
    corpus,
    path: `${corpus}/${line["file"]}`,
    contentType: text(object(line["headers"])["content-type"]),
    title: text(object(line["feed"])["title"]),
    count: typeof line["n"] === "number" ? line["n"] : undefined,
    items: Object.entries(object(line["items"])).map(([index, value]) => {
      const item = object(value)
      return [
        Number(index),
        {
          title: text(item["title"]),
          link: text(item["link"]),
          id: text(item["id"]),
          dates: texts(item["published"], item["updated"]),
          bodies: texts(item["content"], item["summary"])
        }
      ] as const
    })
  }))

const listed = (
  corpus: string,
  path: string,
  feed: Json,
  item: (value: Json) => ExpectedItem
): Expectation => {
  const items = array(feed["items"]).map(object)
  return {
    corpus,
    path,
    title: text(feed["title"]),
    count: items.length,
    items: items.map((value, index) => [index, item(value)] as const)
  }
}

const snapshots = (): ReadonlyArray<Expectation> =>
  filesOf("feed-parser-snapshots")
    .filter((path) => path.endsWith(".json"))
    .map((path) => {
      const feed = path.replace("feed-parser-snapshots", "sample-feeds").replace(/\.json$/, "/feed.xml")
      return listed("sample-feeds", feed, object(object(jsonOf(path))["feed"]), (item) => ({
        title: text(item["title"]),
        link: text(item["url"]),
        id: text(item["id"]),
        dates: texts(item["published"], item["updated"]),
        bodies: texts(item["content"], item["description"])
      }))
    })

const rssParser = (): ReadonlyArray<Expectation> =>
  filesOf("rss-parser")
    .filter((path) => path.includes("/input/"))
    .flatMap((path) => {
      const output = path.replace("/input/", "/output/").replace(/\.\w+$/, ".json")
      if (!exists(output)) return []
      return listed("rss-parser", path, object(object(jsonOf(output))["feed"]), (item) => ({
        title: text(item["title"]),
        link: text(item["link"]),
        id: text(item["guid"]) ?? text(item["id"]),
        dates: texts(item["isoDate"])
      }))
    })

const feedsmith = (): ReadonlyArray<Expectation> =>
  filesOf("feedsmith")
    .filter(
      (path) => path.includes("/feeds/") && path.endsWith(".json") && exists(path.replace(/json$/, "xml"))
    )
    .map((path) => ({ path: path.replace(/json$/, "xml"), json: object(jsonOf(path)) }))
    .filter(({ json }) => Array.isArray(json["items"]))
    .map(({ path, json }) =>
      listed("feedsmith", path, json, (item) => ({
        title: text(item["title"]),
        link: text(item["link"]),
        id: text(object(item["guid"])["value"])
      }))
    )

/** Where nobody wrote down what is inside: as many items as the file has item tags outside comments and CDATA. */
const counted = (corpus: string): ReadonlyArray<Expectation> =>
  filesOf(corpus)
    .filter((path) => /\.(xml|atom|rss)$/.test(path))
    .map((path) => {
      const tags = new TextDecoder()
        .decode(bytesOf(path))
        .replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, "")
        .match(/<(?:item|entry)[\s>/]/g)
      return { corpus, path, count: tags?.length ?? 0, items: [] }
    })

export const expectations = (): ReadonlyArray<Expectation> =>
  [
    ...["feedparser", "gofeed", "feed-rs"].flatMap(converted),
    ...snapshots(),
    ...rssParser(),
    ...feedsmith(),
    ...["feedjira", "node-feedparser", "feed-extractor", "miniflux", "google-apparix"].flatMap(counted)
  ].filter(({ path }) => exists(path))
